package upgrade

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/cfn"
)

// The first standalone egress rule of an existing group removes the rule that allows all egress.
func TestEgressChanges(t *testing.T) {
	t.Parallel()
	out := func(id, group string) string {
		return resource(id, "EC2::SecurityGroupEgress", "GroupId: "+group+", "+tcp443+"CidrIp: 10.0.0.0/8")
	}
	everything := func(id, group, block string) string {
		return resource(id, "EC2::SecurityGroupEgress", "GroupId: "+group+", IpProtocol: -1, "+block)
	}
	six := resource("Six", "EC2::VPCCidrBlock", "VpcId: !Ref Vpc, AmazonProvidedIpv6CidrBlock: true")
	plain, open := group("GroupDescription: web"), group("GroupDescription: web, SecurityGroupEgress: [{IpProtocol: -1, CidrIp: 0.0.0.0/0}]")
	narrow := group("GroupDescription: web, SecurityGroupEgress: [{" + tcp443 + "CidrIp: 10.9.0.0/16}]")
	for name, c := range map[string]struct {
		before, after string
		want          []string
	}{
		"of a literal group":   {"", out("Out", "sg-1"), []string{"egress-closes[egress of sg-1]"}},
		"of an imported group": {"", out("Out", "!ImportValue web"), []string{"egress-closes[egress of Import(web)]"}},
		"of a parameter":       {"", out("Out", "!Ref Bucket"), []string{"egress-closes[egress of Shop/Parameters.Bucket]"}},
		"of a VPC's default group": {"", out("Out", "!GetAtt Vpc.DefaultSecurityGroup"),
			[]string{"egress-closes[egress of Shop/Vpc.DefaultSecurityGroup]"}},
		"two at once": {"", out("Out", "sg-1") + out("Too", "sg-1"), []string{"egress-closes[egress of sg-1]",
			"key-collision[Shop/Too]"}},
		"of an existing group":                {plain, plain + out("Out", "!Ref Web"), []string{"egress-closes[egress of Shop/Web]"}},
		"of a group that states all":          {open, open + out("Out", "!GetAtt Web.GroupId"), []string{"egress-closes[egress of Shop/Web]"}},
		"a rule that allows all egress, IPv4": {"", everything("Out", "sg-1", "CidrIp: 0.0.0.0/0"), []string{"egress-closes[egress of sg-1]"}},
		"a rule that allows all egress, IPv6": {"", everything("Out", "sg-1", "CidrIpv6: '::/0'"), []string{"egress-closes[egress of sg-1]"}},
		"two rules that allow all egress": {"", everything("Out", "sg-1", "CidrIp: 0.0.0.0/0") + everything("Too", "sg-1", "CidrIpv6: '::/0'"),
			nil},
		"a rule that allows all egress of an existing group": {plain, plain + everything("Out", "!Ref Web", "CidrIp: 0.0.0.0/0"), nil},
		"a rule that allows all IPv4 egress of an existing group with IPv6": {six + plain,
			six + plain + everything("Out", "!Ref Web", "CidrIp: 0.0.0.0/0"), []string{"egress-closes[egress of Shop/Web]"}},
		"the last of a literal group":        {out("Out", "sg-1"), "", []string{"egress-stays-closed[egress of sg-1]"}},
		"the last rule of an existing group": {plain + out("Out", "!Ref Web"), plain, []string{"egress-stays-closed[egress of Shop/Web]"}},
		"the last, with its group":           {plain + out("Out", "!Ref Web"), "", nil},
		"one more": {out("Out", "sg-1"), out("Out", "sg-1") + resource("More", "EC2::SecurityGroupEgress",
			"GroupId: sg-1, IpProtocol: udp, FromPort: 53, ToPort: 53, CidrIp: 10.0.0.0/8"), nil},
		"of a new group":                 {"", plain + out("Out", "!Ref Web"), nil},
		"of a group with rules":          {narrow, narrow + out("Out", "!Ref Web"), nil},
		"the last of a group with rules": {narrow + out("Out", "!Ref Web"), narrow, nil},
		"a first ingress rule":           {"", resource("In", "EC2::SecurityGroupIngress", "GroupId: sg-1, "+tcp443+"CidrIp: 10.0.0.0/8"), nil},
		"stated in the group instead":    {plain, narrow, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := Check(add(t, c.before), add(t, c.after))
			assert.Equal(t, c.want, ids(found), "%s", found)
		})
	}
	for name, before := range map[string]*cfn.Assembly{"a first deployment": nil, "a stack more": {}} {
		assert.Equal(t, []string{"egress-closes[egress of sg-1]"}, ids(Check(before, add(t, out("Out", "sg-1")))), name)
	}
	shut := Check(nil, add(t, everything("Out", "sg-1", "CidrIp: 0.0.0.0/0")))[0]
	assert.Contains(t, shut.Summary, "allows all egress to IPv6 addresses")
	assert.Contains(t, shut.Detail, "if its VPC has IPv6 addresses")
	assert.Contains(t, shut.Detail, "then reaches IPv6 addresses only through its other rules")
	assert.Contains(t, Check(nil, add(t, strings.TrimSpace(out("Out", "sg-1"))))[0].Detail, "can send only tcp/443 to 10.0.0.0/8")
}
