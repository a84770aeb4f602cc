package wiring

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// ImportProps are the properties of an imported tier.
type ImportProps struct {
	GroupID string
	Egress  arch.Egress
	Holds   string // classes of data, separated by commas
}

// Import makes the construct self of a tier that is only a peer of flows. This network owns the rules at both ends of these flows.
func (t *Tier) Import(self constructs.Construct, n *Network, kind arch.Kind, id string, props ImportProps) {
	groupID, at := props.GroupID, diag.Caller()
	n.begin(self, t, kind, id, at, true)
	if groupID == "" {
		n.Fail("group-id", "tiers."+id+": the id of the imported security group is missing", at,
			`state it: SecurityGroupID: "sg-0123456789abcdef0"`)
		groupID = "sg-00000000"
	}
	t.declared.Imported = &arch.Imported{Group: arch.Operand{Text: groupID}, Egress: props.Egress}
	t.declared.Holds = arch.ParseHolds(props.Holds)
	t.group = awsec2.SecurityGroup_FromSecurityGroupId(self, new("SecurityGroup"), &groupID, &awsec2.SecurityGroupImportOptions{
		Mutable: new(false), // The group at the other end records the requests of constructs.
	})
	t.groupID = &groupID
	n.tiers = append(n.tiers, t)
}
