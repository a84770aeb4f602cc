package upgrade

import (
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

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
