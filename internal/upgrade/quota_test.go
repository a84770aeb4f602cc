package upgrade

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// numbered repeats a text for the numbers from one up to, but not including, another. The text contains %[1]d for the
// number.
func numbered(from, to int, text string) string {
	var out strings.Builder
	for n := from; n < to; n++ {
		fmt.Fprintf(&out, text, n)
	}
	return out.String()
}

func blocks(from, to int) string {
	return numbered(from, to, "{"+tcp443+"CidrIp: 10.0.%[1]d.0/24}, ")
}

func alone(from, to int) string {
	return numbered(from, to, "R%[1]d: {Type: AWS::EC2::SecurityGroupIngress, Properties: {GroupId: !Ref Web, "+tcp443+"CidrIp: "+
		"10.1.%[1]d.0/24}}\n")
}

func TestQuotas(t *testing.T) {
	t.Parallel()
	const inbound, routes = "rule-quota[the security group Shop/Web:inbound IPv4 rules]", "route-quota[the route table Shop/Table:routes]"
	plain := group("GroupDescription: web")
	list := func(most string) string {
		return resource("List", "EC2::PrefixList", "PrefixListName: l, AddressFamily: IPv4, MaxEntries: "+most) +
			ingress("{"+tcp443+"SourcePrefixListId: !Ref List}")
	}
	six := ingress(blocks(0, 60) + numbered(0, 60, "{"+tcp443+"CidrIpv6: 'fd00:%[1]d::/32'}, "))
	route := func(from, to int) string {
		return numbered(from, to, "To%[1]d: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: !Sub "+
			"'10.${AWS::Region}.%[1]d.0/24', GatewayId: g}}\n")
	}
	worn := func(n int) string {
		return resource("Eni", "EC2::NetworkInterface", "SubnetId: !Ref Subnet, GroupSet: ["+numbered(0, n, "sg-%[1]d, ")+"]")
	}
	for name, c := range map[string]struct {
		before, after string
		want          []string
	}{
		"one rule too many":                {ingress(blocks(0, 50)), ingress(blocks(0, 61)), []string{inbound}},
		"one rule too many in a new group": {"", ingress(blocks(0, 61)), []string{inbound}},
		"inline and standalone together":   {ingress(blocks(0, 30)), ingress(blocks(0, 30)) + alone(0, 31), []string{inbound}},
		"standalone rules replace others":  {plain + alone(0, 40), plain + alone(40, 80), []string{inbound}},
		"a larger prefix list":             {list("50"), list("61"), []string{inbound}},
		"CloudFront's list and six rules": {ingress(blocks(0, 6)), ingress(blocks(0, 6) + "{" + tcp443 +
			"SourcePrefixListId: pl-4fa04526}"), []string{inbound}},
		"a rule with a group in addition to sixty rules": {ingress(blocks(0, 60)), ingress(blocks(0, 60) + "{" + tcp443 +
			"SourceSecurityGroupId: !Ref Peer}"), []string{inbound}},
		"outbound": {plain, strings.ReplaceAll(ingress(blocks(0, 61)), "Ingress", "Egress"),
			[]string{"rule-quota[the security group Shop/Web:outbound IPv4 rules]"}},
		"IPv6": {plain, ingress(numbered(0, 61, "{"+tcp443+"CidrIpv6: 'fd00:%[1]d::/32'}, ")),
			[]string{"rule-quota[the security group Shop/Web:inbound IPv6 rules]"}},
		"a group that is not in the templates": {"", strings.ReplaceAll(alone(0, 61), "!Ref Web", "sg-1"),
			[]string{"rule-quota[the security group sg-1:inbound IPv4 rules]"}},
		"sixty of each family":              {plain, six, nil},
		"sixty":                             {plain, ingress(blocks(0, 60)), nil},
		"inline ones in place of others":    {ingress(blocks(0, 60)), ingress(blocks(60, 120)), nil},
		"fewer inline and standalone rules": {ingress(blocks(0, 40)) + alone(0, 40), ingress(blocks(0, 30)) + alone(0, 35), nil},
		"equal ones": {plain, ingress(blocks(0, 60) +
			"{IpProtocol: 6, FromPort: 443, ToPort: 443, CidrIp: 10.0.1.0/24}"), nil},
		"CloudFront's list and five rules": {plain, ingress(blocks(0, 5) + "{" + tcp443 + "SourcePrefixListId: pl-4fa04526}"), nil},
		"outcomes of a condition": {
			plain, ingress("!If [Wide, {" + tcp443 + "CidrIp: 10.0.0.0/8}, {" + tcp443 + "CidrIp: 11.0.0.0/8}], " + blocks(0, 59)), nil,
		},
		"a route too many":                 {route(0, 490), route(0, 501), []string{routes}},
		"routes in place of others":        {route(0, 300), route(300, 600), []string{routes}},
		"500 routes":                       {route(0, 490), route(0, 500), nil},
		"six groups on an interface":       {worn(2), worn(6), []string{"group-quota[Shop/Eni:security groups on one interface]"}},
		"five groups on an interface":      {worn(2), worn(5), nil},
		"six groups, as there were before": {worn(6), worn(6), nil},
		"six groups of a launch template": {
			"", resource("Template", "EC2::LaunchTemplate", "LaunchTemplateData: {NetworkInterfaces: [{Groups: [a, b]}, {Groups: [a, b, c, d, e, "+
				"f]}]}"),
			[]string{"group-quota[Shop/Template:security groups on one interface]"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := Check(add(t, c.before), add(t, c.after))
			assert.Equal(t, c.want, ids(found), "%s", found)
		})
	}
}

// TestQuotaRecipes follows the recommended fix: several smaller updates.
func TestQuotaRecipes(t *testing.T) {
	t.Parallel()
	plain := group("GroupDescription: web")
	states := []string{alone(0, 40), alone(20, 60), alone(40, 80)}
	assert.Len(t, Check(add(t, plain+states[0]), add(t, plain+states[2])), 1)
	for i, after := range states[1:] {
		assert.Empty(t, Check(add(t, plain+states[i]), add(t, plain+after)))
	}
}
