package upgrade

import (
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// protections finds changes that a firewall is protected against. f is nil for one that goes.
func (u *update) protections(was, f *cfn.Resource) {
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
		{"DeleteProtection", "deletion", f == nil || u.fresh[f]},
		{"SubnetChangeProtection", "changes of its subnets", f != nil && !u.fresh[f] && u.text(was.Get("SubnetMappings")) != u.text(f.Get("SubnetMappings"))},
		{"FirewallPolicyChangeProtection", "a change of its policy", f != nil && !u.fresh[f] && u.text(was.Get("FirewallPolicyArn")) != u.text(f.Get("FirewallPolicyArn"))},
	} {
		if on, ok := was.Get(p.flag).Bool(); ok && on && p.changes {
			u.report("firewall-protected", at, diag.Diagnostic{
				Subject: at.String() + ":" + p.flag, Summary: was.ID + " is protected against " + p.against,
				Detail: "AWS answers \"InvalidOperationException\" while " + p.flag + " is true", Fix: "deploy twice: first without the protection (Production: false), then the change",
			}, was)
		}
	}
}

// endpointsMove finds zones in which a firewall's own endpoint moves to another subnet.
func (u *update) endpointsMove(was, f *cfn.Resource) {
	if was == nil || u.fresh[f] {
		return
	}
	before, after := endpointZones(was), endpointZones(f)
	for zone, subnet := range after {
		if from, ok := before[zone]; ok && plain(from) != plain(subnet) {
			u.report("endpoint-moves", f, diag.Diagnostic{
				Subject: f.String() + ":" + zone, Summary: "the endpoint of " + f.ID + " in " + zone + " moves to another subnet",
				Detail: "a firewall has one endpoint of its own in a zone: the former goes before the new one is there, and routes lead to nothing meanwhile",
				Fix:    "deploy in steps: first turn the routes away (mode Observe, then Prepare), then remove the firewall, then make it anew",
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

// zonesOf gives subnets by their zones, as far as those are known.
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

// logDestinations finds log types whose destination changes in place, which AWS refuses.
func (u *update) logDestinations(b, r *cfn.Resource) {
	was, is := destinations(b), destinations(r)
	for kind, to := range is {
		if from, ok := was[kind]; ok && from != to {
			u.report("log-destination", r, diag.Diagnostic{
				Subject: r.String() + ":" + kind,
				Summary: "the destination of " + kind + " logs changes in place",
				Detail:  "from " + from + " to " + to + "; AWS refuses it: a log type has one destination, which is taken away first",
				Fix:     "deploy twice: first without a destination for the type (logs.None), then with the new one",
			}, b)
		}
	}
}

func destinations(r *cfn.Resource) map[string]string {
	out := map[string]string{}
	for _, item := range r.Get("LoggingConfiguration").Get("LogDestinationConfigs").Items {
		if kind, ok := item.Get("LogType").Literal(); ok {
			out[kind] = plain(item.Get("LogDestinationType")) + " " + plain(item.Get("LogDestination"))
		}
	}
	return out
}
