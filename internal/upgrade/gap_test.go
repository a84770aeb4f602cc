package upgrade

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// CloudFormation compares inline rules by how they are written.
func TestRewrittenRules(t *testing.T) {
	t.Parallel()
	const gap, web = "rule-gap[Shop/Web:ingress]", tcp443 + "CidrIp: 10.0.0.0/8"
	rule := func(protocol, block string) string {
		return ingress("{IpProtocol: " + protocol + ", FromPort: 443, ToPort: 443, CidrIp: " + block + "}")
	}
	for name, c := range map[string]struct {
		before, after string
		want          []string
		says          string
	}{
		"another name of the protocol": {
			rule("tcp", "10.0.0.0/8"), rule("'6'", "10.0.0.0/8"), []string{gap}, "tcp/443 from 10.0.0.0/8 is now written as {IpProtocol: 6,",
		},
		"other host bits": {rule("tcp", "10.0.0.0/8"), rule("tcp", "10.1.2.3/8"), []string{gap}, "CidrIp: 10.1.2.3/8}"},
		"the owner of the group that it names": {
			ingress("{" + tcp443 + "SourceSecurityGroupId: !Ref Peer}"),
			ingress("{" + tcp443 + "SourceSecurityGroupId: !Ref Peer, SourceSecurityGroupOwnerId: '111122223333'}"), []string{gap},
			"SourceSecurityGroupOwnerId: 111122223333}",
		},
		"a number for a text":          {rule("6", "10.0.0.0/8"), rule("'6'", "10.0.0.0/8"), nil, ""},
		"the VPC's block by attribute": {rule("tcp", "10.0.0.0/16"), rule("tcp", "!GetAtt Vpc.CidrBlock"), nil, ""},
		"into a separate resource": {
			ingress("{" + web + "}"), ingress("") + standalone("One", web), []string{gap}, "moves from the group into a separate resource",
		},
		"under a condition": {ingress("{" + web + "}"), ingress("!If [Wide, {" + web + "}, !Ref AWS::NoValue]"), nil, ""},
		"under another condition": {
			ingress("!If [Narrow, {" + web + "}, !Ref AWS::NoValue]"), ingress("!If [Wide, {" + web + "}, !Ref AWS::NoValue]"), nil, "",
		},
		"no longer under condition": {ingress("!If [Wide, {" + web + "}, !Ref AWS::NoValue]"), ingress("{" + web + "}"), nil, ""},
		"another rule unless a condition holds": {
			ingress("{" + web + "}"), ingress("!If [Wide, {" + web + "}, {IpProtocol: tcp, FromPort: 443, ToPort: 444, CidrIp: 10.0.0.0/8}]"),
			[]string{gap}, "tcp/443 from 10.0.0.0/8 is replaced by tcp/443-444 from 10.0.0.0/8",
		},
		"described under a condition": {
			ingress("{" + web + "}"), ingress("!If [Wide, {" + web + ", Description: x}, !Ref AWS::NoValue]"), []string{gap},
			"changes its description",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := Check(add(t, withGroup(c.before)), add(t, withGroup(c.after)))
			assert.Equal(t, c.want, ids(found), "%s", found)
			if c.says != "" && len(found) > 0 {
				assert.Contains(t, found[0].Detail, c.says)
				assert.Equal(t, c.says == "moves from the group into a separate resource", strings.Contains(found[0].Detail, "moves from"))
			}
		})
	}
}
