package wiring

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
)

// instanceConnectID is the construct id of the endpoint in its tier.
const instanceConnectID = "InstanceConnectEndpoint"

// InstanceConnect makes the tier, a bastion tier, an EC2 Instance Connect endpoint. It is in the first of the tier's subnets. Packets come
// from the endpoint's own address, which is in the tier's block, so that network ACLs and firewalls know them.
func (t *Tier) InstanceConnect(at diag.Position) {
	n := t.net
	n.MustBeOpen(at)
	if t.declared.InstanceConnect || t.declared.Imported != nil {
		n.Fail("instance-connect", "tiers."+t.id+": InstanceConnect is called twice, or on an imported tier", at,
			"call it once, on a tier of this network")
		return
	}
	t.declared.InstanceConnect = true
	subnets := *n.vpc.SelectSubnets(t.subnets).SubnetIds
	if len(subnets) == 0 {
		return // The tier has an error.
	}
	props := &awsec2.CfnInstanceConnectEndpointProps{
		SubnetId: subnets[0], SecurityGroupIds: &[]*string{t.groupID}, PreserveClientIp: new(false),
	}
	endpoint := awsec2.NewCfnInstanceConnectEndpoint(t.self, new(instanceConnectID), props)
	report.Made("EC2 Instance Connect endpoint", endpoint, at, func() map[string]any { return report.Properties(props) })
}
