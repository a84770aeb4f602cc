package prooftest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// controlTypes lists the types of controls whose properties Properties changes.
var controlTypes = []string{
	"AWS::EC2::NetworkAcl", "AWS::EC2::SecurityGroup", "AWS::EC2::SubnetNetworkAclAssociation", "AWS::EC2::VPCEndpoint", "AWS::EC2::FlowLog",
	"AWS::ElasticLoadBalancingV2::", "AWS::Logs::", "AWS::NetworkFirewall::", "AWS::Shield::", "AWS::WAFv2::",
}

// remarks lists properties that are not changed, because they have no effect on a control.
var remarks = []string{"Description", "GroupDescription", "Tags", "Metadata", "GroupName"}

// Properties makes every single change of one property of a control: it removes, inverts or replaces the property. Unlike Mutants, it also
// makes changes that leave the traffic the same because another layer stops it.
func Properties(template []byte) ([]Mutant, error) {
	m, err := newMutation(template)
	if err != nil {
		return nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(m.resources)) {
		kind, _ := m.resources[id].(object)["Type"].(string)
		if !slices.ContainsFunc(controlTypes, func(t string) bool { return strings.HasPrefix(kind, t) }) {
			continue
		}
		name := kind + " " + id
		m.with(name+": removed", func(resources object) { remove(resources, id) })
		for _, key := range slices.Sorted(maps.Keys(properties(m.resources, id))) {
			if !slices.Contains(remarks, key) {
				m.property(name, id, []any{key}, properties(m.resources, id)[key])
			}
		}
	}
	return m.out, nil
}

// property changes the value at a path of keys and indices below the properties of a resource, and all values in it.
func (m *mutation) property(name, id string, path []any, value any) {
	m.edit(name, id, path, "taken away", nil)
	switch v := value.(type) {
	case object:
		if isIntrinsic(v) {
			m.edit(name, id, path, "another", "arn:aws:other:eu-west-1:999999999999:other/other")
			return
		}
		for _, other := range otherActions(v) {
			m.edit(name, id, path, "made "+firstKey(other), other)
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if !slices.Contains(remarks, key) {
				m.property(name, id, append(slices.Clone(path), key), v[key])
			}
		}
	case list:
		for i := range v {
			m.property(name, id, append(slices.Clone(path), i), v[i])
		}
		if len(v) > 1 {
			m.edit(name, id, path, "emptied", list{})
		}
	default:
		for _, other := range otherScalars(v) {
			m.edit(name, id, path, fmt.Sprintf("%.40q", fmt.Sprint(other)), other)
		}
	}
}

// edit adds a mutant with another value at a path. A nil value removes it.
func (m *mutation) edit(name, id string, path []any, what string, value any) {
	var words []string
	for _, p := range path {
		words = append(words, fmt.Sprint(p))
	}
	m.with(name+" "+strings.Join(words, ".")+": "+what, func(resources object) {
		p := properties(resources, id)
		p[path[0].(string)] = put(p[path[0].(string)], path[1:], value)
		if value == nil && len(path) == 1 {
			delete(p, path[0].(string))
		}
	})
}

// put returns a value with another value at a path.
func put(in any, path []any, value any) any {
	if len(path) == 0 {
		return value
	}
	switch key := path[0].(type) {
	case string:
		o := in.(object)
		if o[key] = put(o[key], path[1:], value); value == nil && len(path) == 1 {
			delete(o, key)
		}
		return o
	case int:
		l := in.(list)
		if value == nil && len(path) == 1 {
			return slices.Delete(l, key, key+1)
		}
		l[key] = put(l[key], path[1:], value)
		return l
	}
	return in
}

func isIntrinsic(o object) bool {
	key := firstKey(o)
	return len(o) == 1 && (key == "Ref" || strings.HasPrefix(key, "Fn::"))
}

func firstKey(o object) string {
	for key := range o {
		return key
	}
	return ""
}

// otherActions lists the other actions of a web ACL rule.
func otherActions(o object) []object {
	if len(o) != 1 {
		return nil
	}
	actions := []string{"Allow", "Block", "Count", "None"}
	if !slices.Contains(actions, firstKey(o)) {
		return nil
	}
	var out []object
	for _, a := range actions {
		if _, same := o[a]; !same {
			out = append(out, object{a: object{}})
		}
	}
	return out
}

// words maps texts to their replacements.
var words = map[string][]string{
	"Allow": {"Deny"}, "Deny": {"Allow"}, "allow": {"deny"}, "HTTPS": {"HTTP"}, "STRICT_ORDER": {"DEFAULT_ACTION_ORDER"},
	"aws:forward_to_sfe": {"aws:pass", "aws:drop"}, "CONTINUE": {"DROP"}, "REJECT": {"CONTINUE"}, "DROP": {"KEEP"},
	"BLOCK": {"ALLOW"}, "ELBSecurityPolicy-TLS13-1-2-2021-06": {"ELBSecurityPolicy-2016-08"}, "true": {"false"}, "false": {"true"},
	"*": {"arn:aws:s3:::other"}, "StringEquals": {"StringNotEquals"}, "ALERT": {"FLOW"},
}

// otherScalars returns the replacements of a scalar.
func otherScalars(v any) []any {
	switch v := v.(type) {
	case bool:
		return []any{!v}
	case float64:
		return []any{v + 1, v*2 + 2}
	case string:
		if lines := strings.Split(v, "\n"); len(lines) > 1 {
			return otherLines(lines)
		}
		out := []any{v + "x"}
		for _, other := range words[v] {
			out = append(out, other)
		}
		if strings.Contains(v, "/") && strings.Trim(v, "0123456789./") == "" {
			out = append(out, "0.0.0.0/1")
		}
		if strings.HasPrefix(v, "pass ") || strings.HasPrefix(v, "drop ") {
			return otherLines([]string{v})
		}
		return out
	}
	return nil
}

// otherLines returns the rules of a firewall with one line removed, one line inverted, and one line added.
func otherLines(lines []string) []any {
	out := []any{strings.Join(append([]string{"pass ip any any -> any any (sid:77;)"}, lines...), "\n")}
	for i, line := range lines {
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		out = append(out, strings.Join(slices.Delete(slices.Clone(lines), i, i+1), "\n"))
		other := slices.Clone(lines)
		action, rest, _ := strings.Cut(line, " ")
		other[i] = map[string]string{"pass": "alert", "drop": "pass", "reject": "pass", "alert": "pass"}[action] + " " + rest
		out = append(out, strings.Join(other, "\n"))
	}
	return out
}
