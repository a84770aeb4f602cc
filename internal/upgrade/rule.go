package upgrade

import (
	"cmp"
	"net/netip"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/traffic"
)

// rule is one rule of a security group, inline or standalone.
type rule struct {
	group       string // the text of the group's id
	egress      bool
	box         box
	description string
	condition   string // the open condition under which it exists
	doubt       string // why the condition is open
	line        int
	peer        cfn.Value
	property    func(string) cfn.Value
	owner       *cfn.Resource // the group, or the standalone rule
	id          string        // see rule.key
}

// words describes the rule: "tcp/443 from 10.0.0.0/8".
func (r rule) words() string {
	direction := " from "
	if r.egress {
		direction = " to "
	}
	return trafficText(r.property) + direction + plainText(r.peer)
}

// key returns a text that is equal for rules that AWS does not distinguish within a group.
func (r rule) key() string { return r.id }

// sourceKey is how the rule is written, with its condition. CloudFormation distinguishes inline rules by it, but EC2
// does not.
func (r rule) sourceKey() string { return r.condition + r.source() }

// source is how the rule is written, except that blocks of the template's VPCs are resolved.
func (r rule) source() string {
	var text string
	for _, name := range append([]string{"IpProtocol", "FromPort", "ToPort", "Description", "SourceSecurityGroupOwnerId"}, peerProperties...) {
		text += "\x00" + plainText(blockOf(r.property(name)))
	}
	return text
}

// blockOf resolves a reference to the block of a VPC or subnet in the templates, if the block is stated.
func blockOf(v cfn.Value) cfn.Value {
	if v.Kind == cfn.Reference && (v.Text == "CidrBlock" || v.Text == "VpcCidrBlock") {
		if literal := v.Resource.Get("CidrBlock"); literal.Kind == cfn.Text {
			return literal
		}
	}
	return v
}

// identity is equal for two rules if an update of their group does not touch the rule.
func (r rule) identity() string { return r.key() + "\x00" + r.sourceKey() }

var (
	inlineRule     = &key{awsError: "InvalidPermission.Duplicate", interim: ruleBridge}
	standaloneRule = &key{awsError: "InvalidPermission.Duplicate", interim: ruleBridge}
)

// peerProperties name the peer of a rule, which has one of them. Inline and standalone rules use the same names.
var peerProperties = []string{
	"CidrIp", "CidrIpv6", "SourceSecurityGroupId", "DestinationSecurityGroupId", "SourcePrefixListId", "DestinationPrefixListId",
	"SourceSecurityGroupName",
}

// ruleHolds returns the rules of a group, or a standalone rule, as keys.
func (u *update) ruleHolds(r *cfn.Resource) []heldKey {
	rules, k := u.rulesOf(r), inlineRule
	if r.Type != groupType {
		k = standaloneRule
	}
	out := make([]heldKey, 0, len(rules))
	for _, x := range rules {
		out = append(out, heldKey{text: x.key(), key: k, owner: r, describe: func() string { return "the rule " + x.words() }})
	}
	return out
}

// These types hold rules.
const (
	groupType   = "AWS::EC2::SecurityGroup"
	ingressType = "AWS::EC2::SecurityGroupIngress"
	egressType  = "AWS::EC2::SecurityGroupEgress"
)

// rulesOf returns the rules that a resource holds, or the rule that it is.
func (u *update) rulesOf(r *cfn.Resource) []rule {
	if r.Type != groupType && r.Type != ingressType && r.Type != egressType {
		return nil
	}
	rules, known := u.ruleCache[r]
	if !known {
		if r.Type == groupType {
			rules = u.readInline(r)
		} else if s, ok := u.readStandalone(r); ok {
			rules = []rule{s}
		}
		u.ruleCache[r] = rules
	}
	return rules
}

// inline returns the inline rules of a security group.
func (u *update) inline(r *cfn.Resource) []rule {
	if r == nil || r.Type != groupType {
		return nil
	}
	return u.rulesOf(r)
}

// standalone returns the rule that a resource is.
func (u *update) standalone(r *cfn.Resource) (rule, bool) {
	if rules := u.rulesOf(r); r.Type != groupType && len(rules) == 1 {
		return rules[0], true
	}
	return rule{}, false
}

func (u *update) readInline(r *cfn.Resource) []rule {
	group := u.markedText(cfn.Value{Kind: cfn.Reference, Resource: r})
	out := append(u.rules(group, false, r.Get("SecurityGroupIngress"), ""), u.rules(group, true, r.Get("SecurityGroupEgress"), "")...)
	for i := range out {
		out[i].owner = r
	}
	return out
}

// rules reads a list of rules. It leaves out what only a deployment can identify as a rule.
func (u *update) rules(group string, egress bool, v cfn.Value, condition string) []rule {
	var out []rule
	switch v.Kind {
	case cfn.List:
		for _, item := range v.Items {
			out = append(out, u.rules(group, egress, item, condition)...)
		}
	case cfn.Choice:
		for i, item := range v.Items {
			some := u.rules(group, egress, item, condition+v.Text+"="+strconv.Itoa(i)+" ")
			for j := range some {
				some[j].doubt = cmp.Or(some[j].doubt, v.Doubt())
			}
			out = append(out, some...)
		}
	case cfn.Map:
		if x, ok := u.rule(group, egress, v.Get); ok {
			x.condition, x.line = condition, v.Line
			out = append(out, x)
		}
	}
	return out
}

// readStandalone reads a rule that is a resource of its own.
func (u *update) readStandalone(r *cfn.Resource) (rule, bool) {
	egress := r.Type == egressType
	group := r.Get("GroupId")
	if group.IsMissing() {
		group = r.Get("GroupName")
	}
	x, ok := u.rule(u.markedText(group), egress, r.Get)
	x.condition, x.line, x.owner = r.Condition, r.Line, r
	return x, ok
}

// rule reads the properties of one rule.
func (u *update) rule(group string, egress bool, get func(string) cfn.Value) (rule, bool) {
	for _, name := range peerProperties {
		peer := get(name)
		if peer.IsMissing() {
			continue
		}
		b, ok := boxOf(get, u.peerInterval(peer, name))
		id := "rule\x00" + group + "\x00" + strconv.FormatBool(egress) + "\x00" + b.key()
		return rule{group: group, egress: egress, box: b, description: u.markedText(get("Description")), peer: peer, property: get, id: id}, ok
	}
	return rule{}, false
}

// peerInterval returns the addresses of a rule's peer: a block, or the name of something that is known only at
// deployment.
func (u *update) peerInterval(v cfn.Value, name string) interval {
	if !strings.HasPrefix(name, "Cidr") {
		return interval{base: u.markedText(v), lo: zero, hi: zero}
	}
	v = blockOf(v)
	if b := v.Block(); b != nil {
		return prefixInterval(b.Base, b.Prefix)
	}
	if p, err := netip.ParsePrefix(v.Text); v.Kind == cfn.Text && err == nil {
		return prefixInterval("", p)
	}
	base, whole := u.markedText(v), everything4
	if name == "CidrIpv6" {
		whole = everything6
	}
	return interval{base: base, lo: whole.lo, hi: whole.hi}
}

// trafficText describes the protocol and the ports.
func trafficText(get func(string) cfn.Value) string {
	protocol := strings.ToLower(plainText(get("IpProtocol")))
	number, known := protocolNumber(get("IpProtocol"))
	switch {
	case number == traffic.All:
		return "all traffic"
	case known:
		protocol = traffic.Name(number)
	}
	from, to := get("FromPort"), get("ToPort")
	switch {
	case from.IsMissing():
		return protocol
	case traffic.IsICMP(number) && plainText(to) == "-1":
		return protocol + "/" + plainText(from)
	case plainText(from) == plainText(to):
		return protocol + "/" + plainText(from)
	}
	return protocol + "/" + plainText(from) + "-" + plainText(to)
}
