package template

import "github.com/tierwall/tierwall/internal/arch"

// instanceConnect makes the EC2 Instance Connect endpoint of a tier, in the first of its subnets.
func (r *renderer) instanceConnect(t arch.Tier) {
	if !t.InstanceConnect {
		return
	}
	var subnets []any
	for _, s := range r.p.Subnets[t.ID] {
		subnets = append(subnets, r.ref(subnetPath(s.Key)))
	}
	if r.in.Existing != nil {
		subnets = givenAll(r.in.Existing.Subnets[t.ID])
	}
	if len(subnets) == 0 {
		return
	}
	r.put(t.ID+"/InstanceConnectEndpoint", "EC2::InstanceConnectEndpoint", object{
		"SubnetId": subnets[0], "SecurityGroupIds": []any{r.groupID(t.ID)}, "PreserveClientIp": false,
	})
}
