package upgrade

import (
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// checkLogDestinations finds log types whose destination changes in place, which AWS rejects.
func (u *update) checkLogDestinations(b, r *cfn.Resource) {
	was, is := destinations(b), destinations(r)
	for kind, to := range is {
		if from, ok := was[kind]; ok && from != to {
			u.report("log-destination", r, diag.Diagnostic{
				Subject: r.String() + ":" + kind,
				Summary: "the destination of " + kind + " logs changes in place",
				Detail:  "from " + from + " to " + to + "; AWS rejects the change: a log type has one destination, which must be removed first",
				Fix:     "deploy twice: first without a destination for the type (logs.None), then with the new one",
			}, b)
		}
	}
}

func destinations(r *cfn.Resource) map[string]string {
	out := map[string]string{}
	for _, item := range r.Get("LoggingConfiguration").Get("LogDestinationConfigs").Items {
		if kind, ok := item.Get("LogType").Literal(); ok {
			out[kind] = plainText(item.Get("LogDestinationType")) + " " + plainText(item.Get("LogDestination"))
		}
	}
	return out
}
