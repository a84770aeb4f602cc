package deployed

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/networkfirewall"
	"github.com/tierwall/tierwall/internal/suricata"
)

// readGroup reads a rule group.
func readGroup(r *cfn.Resource) *Group {
	g := &Group{Resource: r, Group: &networkfirewall.Group{
		Path: r.Name(), Name: text(r.Get("RuleGroupName")), Description: text(r.Get("Description")), References: map[string]string{},
		Content: suricata.Group{IPSets: map[string][]string{}, PortSets: map[string][]string{}},
	}}
	g.readCapacity(r.Get("Capacity"))
	content := r.Get("RuleGroup")
	g.Order = text(at(content, "StatefulRuleOptions", "RuleOrder"))
	g.variables(at(content, "RuleVariables"))
	g.references(at(content, "ReferenceSets", "IPSetReferences"))
	g.source(at(content, "RulesSource"))
	return g
}

// open records that only a deployment knows a part of the group.
func (g *Group) open(property string, v cfn.Value) {
	g.Open = true
	g.Unknown = append(g.Unknown, unknown(property, v))
}

// readCapacity reads the capacity.
func (g *Group) readCapacity(v cfn.Value) {
	n, known := number(v)
	switch {
	case v.IsMissing() || known && n == 0:
		g.NoCapacity = true
	case known:
		g.Capacity = n
	default:
		g.Unknown = append(g.Unknown, unknown("Capacity", v))
	}
}

// variables reads the rule variables.
func (g *Group) variables(v cfn.Value) {
	for _, set := range []struct {
		name string
		into map[string][]string
	}{{"IPSets", g.Content.IPSets}, {"PortSets", g.Content.PortSets}} {
		values := at(v, set.name)
		if values.Kind != cfn.Map && !values.IsMissing() {
			g.OpenVariables = true
			g.Unknown = append(g.Unknown, unknown("RuleVariables", values))
			continue
		}
		for _, one := range values.Fields {
			set.into[one.Name] = operands(at(one.Value, "Definition"))
		}
	}
}

// references reads the IP set references.
func (g *Group) references(v cfn.Value) {
	if v.Kind != cfn.Map && !v.IsMissing() {
		g.OpenVariables = true
		g.Unknown = append(g.Unknown, unknown("IPSetReferences", v))
	}
	for _, f := range v.Fields {
		name, arn := f.Name, at(f.Value, "ReferenceArn")
		g.Content.References = append(g.Content.References, name)
		g.References[name] = text(arn)
		where := "RuleGroup.ReferenceSets.IPSetReferences." + name
		if literal, ok := arn.Literal(); ok && !networkfirewall.IsResourceGroup(literal) {
			for _, p := range networkfirewall.CheckARN(networkfirewall.PrefixListARN, literal, g.Resource.Stack.Region) {
				p.Where = where
				g.found = append(g.found, p)
			}
		}
		if arn.Kind == cfn.Reference && arn.Text == "" && arn.Resource.Type == "AWS::EC2::PrefixList" {
			g.found = append(g.found, networkfirewall.Problem{Kind: "arn", Where: where, Summary: "a reference uses Ref for a prefix list",
				Detail: fmt.Sprintf("Ref of %s is its id; allowed is its ARN", arn.Resource), Fix: "use Fn::GetAtt with Arn"})
		}
	}
}

// sources are the properties that hold rules. A group has one of them.
var sources = []string{"RulesString", "RulesSourceList", "StatefulRules", "StatelessRulesAndCustomActions"}

// source reads the rules.
func (g *Group) source(v cfn.Value) {
	var stated []string
	for _, name := range sources {
		if !v.Get(name).IsMissing() {
			stated = append(stated, name)
		}
	}
	switch {
	case v.Kind != cfn.Map && !v.IsMissing():
		g.open("RulesSource", v)
		return
	case len(stated) == 0:
		g.ReadText("")
		return
	case len(stated) > 1:
		g.found = append(g.found, networkfirewall.Problem{Kind: "rules-source", Where: "RuleGroup.RulesSource",
			Summary: "the rule group has rules of two kinds",
			Detail:  "got " + strings.Join(stated, " and ") + "; AWS accepts one", Fix: "keep one"})
	}
	of := v.Get(stated[0])
	switch stated[0] {
	case "RulesString":
		g.text(of)
	case "RulesSourceList":
		g.list(of)
	case "StatefulRules":
		g.tuples(of)
	default:
		g.stateless(at(of, "StatelessRules"))
	}
	g.checkType()
}

// checkType checks that the group's type fits its rules.
func (g *Group) checkType() {
	kind, ok := g.Resource.Get("Type").Literal()
	if ok && kind != "STATEFUL" && kind != "STATELESS" || ok && (kind == "STATELESS") != g.IsStateless {
		g.found = append(g.found, networkfirewall.Problem{Kind: "group-type", Where: "Type",
			Summary: "the type of the rule group does not fit its rules",
			Detail:  fmt.Sprintf("got %.40q; allowed are STATEFUL, and STATELESS for StatelessRulesAndCustomActions", kind)})
	}
}

// text reads rules that are written as a text.
func (g *Group) text(v cfn.Value) {
	t, ok := rules(v)
	if !ok {
		g.open("RulesString", v)
		return
	}
	if v.Kind != cfn.Text {
		g.Unknown = append(g.Unknown, "parts of RulesString, because it refers to values that are not in the template")
	}
	g.ReadText(t)
}

// list reads a domain list.
func (g *Group) list(v cfn.Value) {
	list := suricata.DomainList{Action: text(at(v, "GeneratedRulesType"))}
	targets, open := items(at(v, "Targets"))
	for _, t := range targets {
		list.Targets = append(list.Targets, text(t.Value))
	}
	types, openTypes := items(at(v, "TargetTypes"))
	for _, t := range types {
		switch one := text(t.Value); {
		case one == "HTTP_HOST":
			list.HTTP = true
		case one == "TLS_SNI":
			list.TLS = true
		case networkfirewall.IsToken(one):
			openTypes = true
		default:
			g.found = append(g.found, networkfirewall.Problem{Kind: "domain-list",
				Where:   fmt.Sprintf("RuleGroup.RulesSource.RulesSourceList.TargetTypes[%d]", t.index),
				Summary: "a domain list has an unknown target type", Detail: fmt.Sprintf("got %.60q; allowed are HTTP_HOST and TLS_SNI", one)})
		}
	}
	if v.Kind != cfn.Map || open && len(targets) == 0 || openTypes {
		g.open("RulesSourceList", v)
		return
	}
	g.ReadList(list)
	if open {
		g.open("Targets", v.Get("Targets"))
	}
}

// tuples reads rules in the form of StatefulRules.
func (g *Group) tuples(v cfn.Value) {
	all, open := items(v)
	var tuples []suricata.Tuple
	for _, e := range all {
		t, known := tuple(e.Value)
		open = open || !known
		tuples = append(tuples, t)
	}
	if open {
		g.open("StatefulRules", v)
		return // The rules could not be numbered.
	}
	g.ReadTuples(tuples)
}

// tuple reads a StatefulRule. known is false if its action, protocol, direction or options are not known.
func tuple(v cfn.Value) (t suricata.Tuple, known bool) {
	t = suricata.Tuple{
		Action: text(at(v, "Action")), Protocol: text(at(v, "Header", "Protocol")), Direction: text(at(v, "Header", "Direction")),
		Source: operand(at(v, "Header", "Source")), SourcePort: operand(at(v, "Header", "SourcePort")),
		Destination: operand(at(v, "Header", "Destination")), DestinationPort: operand(at(v, "Header", "DestinationPort")),
	}
	options, open := items(at(v, "RuleOptions"))
	for _, o := range options {
		option := suricata.TupleOption{Keyword: text(at(o.Value, "Keyword")), Settings: operands(at(o.Value, "Settings"))}
		open = open || networkfirewall.IsToken(option.Keyword)
		t.Options = append(t.Options, option)
	}
	return t, v.Kind == cfn.Map && !open && !networkfirewall.IsToken(t.Action+t.Direction+t.Protocol)
}

// stateless reads the rules of a stateless group.
func (g *Group) stateless(v cfn.Value) {
	all, open := items(v)
	var out []networkfirewall.StatelessRule
	for _, e := range all {
		rule := networkfirewall.StatelessRule{Capacity: 1}
		rule.Priority, _ = number(at(e.Value, "Priority"))
		match := at(e.Value, "RuleDefinition", "MatchAttributes")
		for _, name := range []string{"Sources", "Destinations", "SourcePorts", "DestinationPorts", "Protocols"} {
			n, more := items(at(match, name))
			open = open || more
			rule.Capacity = min(rule.Capacity*max(1, len(n)), 2*networkfirewall.MaxCapacity)
		}
		rule.Any = match.Kind == cfn.Map && match.Get("Sources").IsMissing() && match.Get("Destinations").IsMissing()
		out = append(out, rule)
	}
	g.ReadStateless(out)
	if open {
		g.open("StatelessRules", v)
	}
}
