package upgrade

import (
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// checkProtections finds changes that a firewall is protected against; f is nil if the firewall is removed.
func (u *update) checkProtections(was, f *cfn.Resource) {
	if was == nil {
		return
	}
	at := f
	if f == nil {
		at = was
	}
	for _, p := range []struct {
		flag, against string
		changes       bool
	}{
		{"DeleteProtection", "deletion", f == nil || u.created[f]},
		{"SubnetChangeProtection", "changes of its subnets", f != nil && !u.created[f] &&
			u.markedText(was.Get("SubnetMappings")) != u.markedText(f.Get("SubnetMappings"))},
		{"FirewallPolicyChangeProtection", "a change of its policy", f != nil && !u.created[f] &&
			u.markedText(was.Get("FirewallPolicyArn")) != u.markedText(f.Get("FirewallPolicyArn"))},
	} {
		if on, ok := was.Get(p.flag).Bool(); ok && on && p.changes {
			u.report("firewall-protected", at, diag.Diagnostic{
				Subject: at.String() + ":" + p.flag, Summary: was.ID + " is protected against " + p.against,
				Detail: "AWS answers \"InvalidOperationException\" while " + p.flag + " is true",
				Fix:    "deploy twice: first without the protection (Production: false), then the change",
			}, was)
		}
	}
}

// checkEndpointMoves finds zones in which a firewall's own endpoint moves to another subnet.
func (u *update) checkEndpointMoves(was, f *cfn.Resource) {
	if was == nil || u.created[f] {
		return
	}
	before, after := endpointZones(was), endpointZones(f)
	for zone, subnet := range after {
		if from, ok := before[zone]; ok && plainText(from) != plainText(subnet) {
			u.report("endpoint-moves", f, diag.Diagnostic{
				Subject: f.String() + ":" + zone, Summary: "the endpoint of " + f.ID + " in " + zone + " moves to another subnet",
				Detail: "a firewall has one endpoint of its own in a zone: the former endpoint is deleted before the new one exists, and routes " +
					"lead nowhere meanwhile",
				Fix: "deploy in steps: first remove the routes to the firewall (mode Observe, then Prepare), then remove the firewall, then create " +
					"it again",
			}, was)
		}
	}
}

func endpointZones(f *cfn.Resource) map[string]cfn.Value {
	var ids []cfn.Value
	for _, m := range f.Get("SubnetMappings").Items {
		ids = append(ids, m.Get("SubnetId"))
	}
	return zonesOf(ids)
}

// zonesOf returns subnets by zone, as far as the zones are known.
func zonesOf(ids []cfn.Value) map[string]cfn.Value {
	out := map[string]cfn.Value{}
	for _, id := range ids {
		if id.Kind != cfn.Reference {
			continue
		}
		if zone, ok := id.Resource.Get("AvailabilityZone").Literal(); ok {
			out[zone] = id
		}
	}
	return out
}

// checkLogDestinations finds log types whose destination changes in place, which AWS rejects.
func (u *update) checkLogDestinations(b, r *cfn.Resource) {
	was, is := destinations(b), destinations(r)
	for kind, to := range is {
		if from, ok := was[kind]; ok && from != to {
			u.report("log-destination", r, diag.Diagnostic{
				Subject: r.String() + ":" + kind,
				Summary: "the destination of " + kind + " logs changes in place",
				Detail:  "from " + from + " to " + to + "; AWS rejects the change: a log type has one destination, which must be removed first",
				Fix:     "deploy twice: first without a destination for the type (firewall.NoLog), then with the new one",
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
