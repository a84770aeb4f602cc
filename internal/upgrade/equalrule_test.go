package upgrade

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Of several rules that are one rule in EC2, none may be removed while another one stays.
func TestEqualRules(t *testing.T) {
	t.Parallel()
	const inGroup, alone = "equal-rule[Shop/Web:", "equal-rule[Shop/One:"
	const web = tcp443 + "CidrIp: 10.0.0.0/8"
	icmp := func(code string) string {
		return "{IpProtocol: icmp, FromPort: 8, ToPort: " + code + ", CidrIp: 10.0.0.0/8}"
	}
	for name, c := range map[string]struct {
		before, after string
		want          []string
	}{
		"another description": {
			ingress("{" + web + ", Description: one}, {" + web + ", Description: two}"), ingress("{" + web + ", Description: one}"),
			[]string{inGroup + "tcp/443 from 10.0.0.0/8]"},
		},
		"another spelling of the protocol": {
			ingress("{" + web + "}, {IpProtocol: 6, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/8}"), ingress("{" + web + "}"), []string{inGroup +
				"tcp/443 from 10.0.0.0/8]"},
		},
		"all traffic": {
			ingress("{IpProtocol: -1, CidrIp: 10.0.0.0/8}, {IpProtocol: all, CidrIp: 10.0.0.0/8}"), ingress("{IpProtocol: all, CidrIp: 10.0.0.0/8}"),
			[]string{inGroup + "all traffic from 10.0.0.0/8]"},
		},
		"another spelling of the block": {
			ingress("{" + web + "}, {" + tcp443 + "CidrIp: 10.0.0.1/8}"), ingress("{" + web + "}"), []string{inGroup + "tcp/443 from 10.0.0.0/8]"},
		},
		"forms of ICMP": {
			ingress(icmp("-1") + ", {IpProtocol: 1, FromPort: 8, ToPort: -1, CidrIp: 10.0.0.0/8}"), ingress(icmp("-1")), []string{inGroup +
				"icmp/8 from 10.0.0.0/8]"},
		},
		"outbound": {
			group("GroupDescription: web, SecurityGroupEgress: [{" + web + ", Description: one}, {" + web + "}]"),
			group("GroupDescription: web, SecurityGroupEgress: [{" + web + "}]"), []string{inGroup + "tcp/443 to 10.0.0.0/8]"},
		},
		"the inline rule, with an equal standalone rule": {
			ingress("{"+web+"}") + standalone("One", web), ingress("") + standalone("One", web), []string{alone + "tcp/443 from 10.0.0.0/8]"},
		},
		"the standalone rule, with an equal inline rule": {
			ingress("{"+web+"}") + standalone("One", web), ingress("{" + web + "}"), []string{inGroup + "tcp/443 from 10.0.0.0/8]"},
		},
		"one of two standalone rules": {
			ingress("") + standalone("One", web) + standalone("Two", web), ingress("") + standalone("One", web), []string{alone +
				"tcp/443 from 10.0.0.0/8]"},
		},
		"a standalone rule that becomes another rule": {
			ingress("") + standalone("One", web) + standalone("Two", web), ingress("") + standalone("One", web) + standalone("Two",
				tcp443+"CidrIp: 11.0.0.0/8"),
			[]string{alone + "tcp/443 from 10.0.0.0/8]"},
		},
		"another description instead of two is a gap": {
			ingress("{" + web + ", Description: one}, {" + web + ", Description: two}"), ingress("{" + web + ", Description: one}, {" + web +
				", Description: three}"),
			[]string{"rule-gap[Shop/Web:ingress]"},
		},
		"added in another spelling": {
			ingress("{" + web + "}"), ingress("{" + web + "}, {IpProtocol: '6', FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/8}"),
			[]string{inGroup + "tcp/443 from 10.0.0.0/8:added]"},
		},
		"added with another description": {
			ingress("{" + web + "}"), ingress("{" + web + "}, {" + web + ", Description: two}"),
			[]string{inGroup + "tcp/443 from 10.0.0.0/8:added]"},
		},
		"added under other outcomes of a condition": {
			ingress("!If [Wide, {" + web + "}, !Ref AWS::NoValue]"),
			ingress("!If [Wide, {" + web + "}, {" + web + ", Description: two}]"), nil,
		},
		"added as it is under a condition": {
			ingress("{" + web + "}"), ingress("{" + web + "}, !If [Wide, {" + web + "}, !Ref AWS::NoValue]"), nil,
		},
		"both are removed": {ingress("{" + web + ", Description: one}, {" + web + "}"), ingress(""), nil},
		"both stay": {ingress("{" + web + ", Description: one}, {" + web + "}"), ingress("{" + web + "}, {" + web +
			", Description: one}"), nil},
		"a rule written twice": {
			ingress("{" + web + "}, {" + web + "}"), ingress("{" + web + "}"), []string{inGroup + "tcp/443 from 10.0.0.0/8]"},
		},
		"a rule written twice as before": {ingress("{" + web + "}, {" + web + "}"), ingress("{" + web + "}, {" + web + "}"), nil},
		"another port": {ingress("{" + web + "}, {IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 10.0.0.0/8}"), ingress("{" + web +
			"}"), nil},
		"another direction": {group("GroupDescription: web, SecurityGroupEgress: [{" + web + "}], SecurityGroupIngress: [{" + web + "}]"),
			ingress("{" + web + "}"), nil},
		"another type of ICMP": {ingress(icmp("-1") + ", " + icmp("0")), ingress(icmp("-1")), nil},
		"outcomes of a condition": {
			ingress("!If [Wide, {" + web + ", Description: one}, {" + web + ", Description: two}]"), ingress("!If [Wide, {" + web +
				", Description: one}, !Ref AWS::NoValue]"), nil,
		},
		"a removed group": {ingress("{"+web+"}") + standalone("One", web), "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := Check(add(t, withGroup(c.before)), add(t, withGroup(c.after)))
			assert.Equal(t, c.want, ids(found), "%s", found)
		})
	}
}

// TestEqualRulesApart follows the recommended fix.
func TestEqualRulesApart(t *testing.T) {
	t.Parallel()
	const web = tcp443 + "CidrIp: 10.0.0.0/8"
	wide := standalone("Wide", "IpProtocol: tcp, FromPort: 443, ToPort: 444, CidrIp: 10.0.0.0/8")
	both := ingress("{" + web + ", Description: one}, {" + web + ", Description: two}")
	states := []string{both, both + wide, ingress("") + wide, ingress("{" + web + ", Description: one}")}
	for i, after := range states[1:] {
		found := Check(add(t, states[i]), add(t, after))
		assert.Empty(t, found, "step %d: %s", i+1, found)
	}
}

// EC2 rejects a standalone rule that exists already, inline or standalone.
func TestEqualRulesAtCreation(t *testing.T) {
	t.Parallel()
	const web, respelled = tcp443 + "CidrIp: 10.0.0.0/8", "IpProtocol: 6, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.1/8"
	for name, c := range map[string]struct {
		before, after string
		want          []string
	}{
		"two at once": {ingress(""), ingress("") + standalone("One", web) + standalone("Two", respelled),
			[]string{"key-collision[Shop/Two]"}},
		"a second equal rule": {ingress("") + standalone("One", web), ingress("") + standalone("One", web) + standalone("Two", respelled),
			[]string{"key-collision[Shop/Two]"}},
		"a standalone rule equal to an inline one": {ingress("{" + web + "}"), ingress("{"+web+"}") + standalone("One", respelled),
			[]string{"key-collision[Shop/One]"}},
		"with its group": {"", ingress("{"+web+"}") + standalone("One", respelled), []string{"key-collision[Shop/One]"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := Check(add(t, c.before), add(t, c.after))
			assert.Equal(t, c.want, ids(found), "%s", found)
		})
	}
}
