package watch

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/wiring"
)

// logged is a resource whose traffic is logged.
type logged struct {
	id       string // of the construct
	kind     string // ResourceType
	resource *string
}

// resources returns what is logged: the VPC, or the subnets of the stated tiers.
func (f *FlowLog) resources(core *wiring.Network) []logged {
	if len(f.props.Tiers) == 0 {
		return []logged{{"Vpc", "VPC", core.Vpc().VpcId()}}
	}
	var out []logged
	seen := map[string]bool{}
	for _, t := range f.props.Tiers {
		tier := wiring.TierOf(t, "a tier of flow logs", f.problems.At)
		switch {
		case tier.Network() != core:
			f.problems.Add("flow-log-tier", "a tier of the flow logs is in another network",
				tier.ID()+" is not in "+*f.network.Node().Path(), "call watch.FlowLogs for the other network too", f.problems.At)
			continue
		case tier.Subnets() == nil:
			f.problems.Add("flow-log-tier", "a tier of the flow logs is imported", "the subnets of "+tier.ID()+" are not known here",
				"call watch.FlowLogs where the tier is made, or leave Tiers out to log the whole VPC", f.problems.At)
			continue
		}
		for _, s := range batch.SelectSubnets(core.Vpc(), tier.Subnets()) {
			if id := f.subnetID(s); !seen[id] { // Tiers may share subnets.
				seen[id] = true
				out = append(out, logged{id, "Subnet", s.SubnetId()})
			}
		}
	}
	return out
}

// subnetID returns the construct id of the flow log of a subnet. It is made from the subnet's id if that is known, and otherwise from its
// path in the network or in its stack, so that neither other tiers nor a stage change it.
func (f *FlowLog) subnetID(s awsec2.ISubnet) string {
	if id := *s.SubnetId(); !arch.IsToken(id) {
		return id
	}
	path := *s.Node().Path()
	for _, of := range []string{*f.network.Node().Path(), *awscdk.Stack_Of(s).Node().Path()} {
		if short, inside := strings.CutPrefix(path, of+"/"); inside {
			return short
		}
	}
	return path
}
