package plan

import "github.com/tierwall/tierwall/internal/arch"

// tenants lists by owner of subnets the tiers that use them, the owner included.
type tenants map[string][]string

func tenantsOf(m *arch.Model) tenants {
	out := tenants{}
	for _, t := range m.Tiers {
		out[t.SubnetOwner()] = append(out[t.SubnetOwner()], t.ID)
	}
	return out
}

// beside lists the other tiers in a tier's subnets.
func (ts tenants) beside(t arch.Tier) []string {
	var out []string
	for _, other := range ts[t.SubnetOwner()] {
		if other != t.ID {
			out = append(out, other)
		}
	}
	return out
}
