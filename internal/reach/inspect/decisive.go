package inspect

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach/address"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Decisive returns the rule that decides about the service, in words, and the resource that holds the rule. If no rule decides, it says
// so.
func (f *Firewall) Decisive(client, server Party, s traffic.Service) (string, *cfn.Resource) {
	switch {
	case f.Unsure != "":
		return "its rules", f.Resource
	case f.Open:
		return "its stateless engine passes everything", f.Resource
	case f.Closed:
		return "its stateless engine drops everything", f.Resource
	}
	for i := range f.Rules {
		r := &f.Rules[i]
		isMeant := r.decides(server.domain()) && r.there.traffic.Overlaps(s.Traffic())
		if isMeant && r.sources.holds(client) != address.No && r.destinations.holds(server) != address.No {
			return r.words(), r.resource
		}
	}
	if f.Defaults.Drops {
		return fmt.Sprintf("no rule passes it, and aws:drop_%s drops it", f.Defaults.Kind), f.Resource
	}
	return "no rule is about it, and the default lets it pass", f.Resource
}

// decides reports whether the rule may decide about a connection to a domain name. An empty name stands for addresses.
func (r *Rule) decides(name string) bool {
	switch r.about {
	case named:
		return address.Covers(r.names, name)
	case otherHosts:
		return name != "" && !address.Covers(r.names, name)
	case withoutHost:
		return false
	}
	return true
}

// words names a rule by its number and by the message that it logs.
func (r *Rule) words() string {
	sid, _ := r.rule.SID()
	text := fmt.Sprintf("%s sid %d", r.rule.Action, sid)
	if msg := r.rule.Msg(); msg != "" {
		text += ": " + msg
	}
	return strings.TrimSpace(text)
}
