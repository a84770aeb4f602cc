package reach

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach/inspect"
	"github.com/tierwall/tierwall/internal/suricata"
)

const (
	firewallType    = "AWS::NetworkFirewall::Firewall"
	associationType = "AWS::NetworkFirewall::VpcEndpointAssociation"
)

// endpoint is an endpoint of a firewall.
type endpoint struct {
	firewall *cfn.Resource
	subnet   *Subnet
}

// endpointOf returns the endpoint of a firewall that a route's VpcEndpointId stands for. It reports false if it stands for none.
func (t *Topology) endpointOf(v cfn.Value) (endpoint, bool) {
	r, entry := v.Resource, v.Entry()
	if entry != nil {
		r = entry.Resource
	}
	switch {
	case r == nil:
		return endpoint{}, false
	case r.Type == associationType:
		arn := r.Get("FirewallArn")
		if !isOf(arn, firewallType, "FirewallArn") {
			return endpoint{}, false
		}
		return endpoint{arn.Resource, t.Subnet(r.Get("SubnetMapping").Get("SubnetId"))}, true
	case r.Type != firewallType || entry == nil:
		return endpoint{}, false
	}
	e := endpoint{firewall: r}
	mappings := elements(r.Get("SubnetMappings"))
	for _, m := range mappings {
		s := t.Subnet(m.Get("SubnetId"))
		if entry.Key != "" && s.Zone == entry.Key || entry.Key == "" && len(mappings) == 1 {
			e.subnet = s
		}
	}
	return e, e.subnet != nil
}

// target returns the endpoint as the target of a route.
func (e endpoint) target() Target {
	return Target{Kind: Middlebox, Name: e.firewall.String() + " in " + e.subnet.Name, Resource: e.firewall}
}

// firstPacketsPass is what the default actions for established connections do.
const firstPacketsPass = "network firewalls pass the first packets of TCP connections; " +
	"unless a rule passes the connection, they stop it when the client sends its request"

// readFirewalls reads the firewalls to which routes lead. Their rules say where addresses must be cut.
func (t *Topology) readFirewalls() {
	for _, e := range t.endpoints {
		f := t.firewall(e.firewall)
		if f.Defaults.Drops && f.Defaults.Kind != "strict" {
			t.assume(firstPacketsPass)
		}
	}
}

// firewall reads a firewall once.
func (t *Topology) firewall(r *cfn.Resource) *inspect.Firewall {
	if f := t.firewalls[r]; f != nil {
		return f
	}
	f := &inspect.Firewall{Resource: r, Unsure: cmp.Or(t.conditional(r), t.doubted[r])}
	t.firewalls[r] = f
	v := r.Get("FirewallPolicyArn")
	if !isOf(v, "AWS::NetworkFirewall::FirewallPolicy", "FirewallPolicyArn") {
		f.Unsure = cmp.Or(f.Unsure, "the policy of "+r.String()+" is not in the templates")
		return f
	}
	f.Unsure = cmp.Or(f.Unsure, t.conditional(v.Resource), t.doubted[v.Resource])
	reader := policyReader{t: t, f: f, policy: v.Resource.Get("FirewallPolicy"), vpc: t.VPCOf(r.Get("VpcId"))}
	reader.read()
	return f
}

// policyReader turns a policy into rules.
type policyReader struct {
	t      *Topology
	f      *inspect.Firewall
	policy cfn.Value
	vpc    *VPC
	strict bool
}

func (p *policyReader) doubt(format string, args ...any) {
	p.f.Unsure = cmp.Or(p.f.Unsure, fmt.Sprintf(format, args...))
}

func (p *policyReader) read() {
	p.stateless()
	order, _ := p.policy.Get("StatefulEngineOptions").Get("RuleOrder").Literal()
	p.strict = order == "STRICT_ORDER"
	p.defaultActions()
	type member struct {
		priority int
		value    cfn.Value
	}
	var members []member
	for _, e := range elements(p.policy.Get("StatefulRuleGroupReferences")) {
		if e.unsure != "" {
			p.doubt("%s", e.unsure)
		}
		priority, _ := e.Get("Priority").Int()
		members = append(members, member{priority, e.Value})
	}
	slices.SortStableFunc(members, func(a, b member) int { return cmp.Compare(a.priority, b.priority) })
	for _, m := range members {
		p.group(m.value)
	}
	if !p.strict {
		p.f.PassFirst()
	}
}

// stateless reads what happens before any stateful rule is evaluated.
func (p *policyReader) stateless() {
	if len(elements(p.policy.Get("StatelessRuleGroupReferences"))) > 0 {
		p.doubt("stateless rule groups are not evaluated")
	}
	for _, property := range []string{"StatelessDefaultActions", "StatelessFragmentDefaultActions"} {
		for _, e := range elements(p.policy.Get(property)) {
			switch text, _ := e.Literal(); text {
			case "aws:forward_to_sfe":
			case "aws:pass":
				p.f.Open = p.f.Open || property == "StatelessDefaultActions"
			case "aws:drop":
				p.f.Closed = p.f.Closed || property == "StatelessDefaultActions"
			default:
				p.doubt("the stateless default action %s is not known", e)
			}
		}
	}
}

func (p *policyReader) defaultActions() {
	for _, e := range elements(p.policy.Get("StatefulDefaultActions")) {
		text, ok := e.Literal()
		if !ok || e.unsure != "" {
			p.doubt("a default action is only known at deployment")
			continue
		}
		if kind, drops := strings.CutPrefix(text, "aws:drop_"); drops {
			p.f.Defaults = inspect.Defaults{Drops: true, Kind: kind}
		}
	}
}

// group reads one rule group of the policy.
func (p *policyReader) group(reference cfn.Value) {
	arn := reference.Get("ResourceArn")
	if strings.Contains(arn.String(), ":aws-managed:") {
		p.t.assume("managed rule groups of network firewalls pass declared traffic, although they may stop what they consider a threat")
		return
	}
	if !isOf(arn, "AWS::NetworkFirewall::RuleGroup", "RuleGroupArn") {
		p.doubt("the rule group %s is not in the templates", arn)
		return
	}
	r := arn.Resource
	if why := cmp.Or(p.t.conditional(r), p.t.doubted[r]); why != "" {
		p.doubt("%s", why)
	}
	content := r.Get("RuleGroup")
	g := groupReader{p: p, resource: r, group: inspect.Group{
		Group: suricata.Group{IPSets: map[string][]string{}, PortSets: map[string][]string{}}, Symbols: map[string][]Block{},
	}}
	g.variables(content)
	source := content.Get("RulesSource")
	switch text, ok := source.Get("RulesString").Literal(); {
	case ok:
		g.text(text)
	case !source.Get("RulesString").IsMissing():
		p.doubt("the rules of %s are only known at deployment", r)
	case !source.Get("RulesSourceList").IsMissing():
		g.list(source.Get("RulesSourceList"))
	case !source.Get("StatefulRules").IsMissing():
		g.tuples(source.Get("StatefulRules"))
	default:
		p.doubt("the rules of %s are of a kind that is not known", r)
	}
}

// groupReader reads the rules of one group.
type groupReader struct {
	p        *policyReader
	resource *cfn.Resource
	group    inspect.Group
}

// rule adds a rule of the group to the firewall.
func (g *groupReader) rule(r suricata.Rule, number int) {
	switch {
	case !r.Action.Decides() || !inspect.IsFromFeed(r):
	case strings.HasPrefix(r.Source, "@") || strings.HasPrefix(r.Destination, "@"):
		g.p.t.assume("lists of blocked addresses that are filled at run time hold no address that a declared flow needs")
		return
	default:
		g.p.t.assume("threat feeds of network firewalls name no host that a declared flow needs, and stop the hosts that they name")
		return
	}
	rules, err := g.group.Rules(r, g.resource, number)
	if err != nil {
		g.p.doubt("rule %d of %s cannot be read", number, g.resource)
	}
	g.p.f.Rules = append(g.p.f.Rules, rules...)
}

func (g *groupReader) variables(content cfn.Value) {
	home := g.p.policy.Get("PolicyVariables").Get("RuleVariables").Get("HOME_NET").Get("Definition")
	if home.IsMissing() {
		for _, b := range g.p.vpc.blocksOf() {
			g.group.IPSets["HOME_NET"] = append(g.group.IPSets["HOME_NET"], g.block(b))
		}
	} else {
		g.set("HOME_NET", home)
	}
	if home := g.group.IPSets["HOME_NET"]; len(home) > 0 { // A group that sets HOME_NET alone does not change it.
		g.group.IPSets["EXTERNAL_NET"] = []string{"![" + strings.Join(home, ",") + "]"}
	}
	variables := content.Get("RuleVariables")
	for _, f := range variables.Get("IPSets").Fields {
		delete(g.group.IPSets, f.Name)
		g.set(f.Name, f.Get("Definition"))
	}
	for _, f := range variables.Get("PortSets").Fields {
		for _, e := range elements(f.Get("Definition")) {
			g.group.PortSets[f.Name] = append(g.group.PortSets[f.Name], e.String())
		}
	}
	for _, f := range content.Get("ReferenceSets").Get("IPSetReferences").Fields {
		g.group.References = append(g.group.References, f.Name)
	}
}

// set defines a variable for addresses.
func (g *groupReader) set(name string, definition cfn.Value) {
	for _, e := range elements(definition) {
		text, ok := e.Literal()
		if !ok || e.unsure != "" {
			text = fmt.Sprintf("${%s %d}", name, len(g.group.Symbols)) // As tokens look in rules.
			g.symbol(text, e.Value)
		}
		g.group.IPSets[name] = append(g.group.IPSets[name], text)
	}
}

// symbol records the value that a text stands for. If the value is not a block, the text may stand for any addresses.
func (g *groupReader) symbol(text string, v cfn.Value) {
	g.group.Symbols[text] = nil
	if b, err := g.p.t.BlockOf(v, false); err == nil {
		g.group.Symbols[text] = []Block{b}
	}
}

// block returns a block of the VPC as a value of a variable.
func (g *groupReader) block(b Block) string {
	if b.Base == "" {
		return b.Prefix.String()
	}
	text := "${" + b.Base + " " + b.Prefix.String() + "}"
	g.symbol(text, cfn.Block{Base: b.Base, Prefix: b.Prefix}.Value(b.Base))
	return text
}

// blocksOf returns the blocks of a VPC, and none for nil.
func (v *VPC) blocksOf() []Block {
	if v == nil {
		return nil
	}
	return v.Blocks
}

func (g *groupReader) text(text string) {
	lines, problems := suricata.ParseText(text)
	for _, problem := range problems {
		g.p.doubt("line %d of %s cannot be read: %s", problem.Line, g.resource, problem.Summary)
	}
	for _, line := range lines {
		g.rule(line.Rule, line.Number)
	}
}

func (g *groupReader) tuples(rules cfn.Value) {
	for i, e := range elements(rules) {
		header := e.Get("Header")
		t := suricata.Tuple{
			Action: e.Get("Action").String(), Protocol: header.Get("Protocol").String(), Direction: header.Get("Direction").String(),
			Source: header.Get("Source").String(), SourcePort: header.Get("SourcePort").String(),
			Destination: header.Get("Destination").String(), DestinationPort: header.Get("DestinationPort").String(),
		}
		for _, o := range elements(e.Get("RuleOptions")) {
			option := suricata.TupleOption{Keyword: o.Get("Keyword").String()}
			for _, s := range elements(o.Get("Settings")) {
				option.Settings = append(option.Settings, s.String())
			}
			t.Options = append(t.Options, option)
		}
		r, err := suricata.FromTuple(t)
		if err != nil || e.unsure != "" {
			g.p.doubt("rule %d of %s cannot be read", i+1, g.resource)
			continue
		}
		g.rule(r, i+1)
	}
}

func (g *groupReader) list(v cfn.Value) {
	action, _ := v.Get("GeneratedRulesType").Literal()
	l := suricata.DomainList{Action: action}
	for _, e := range elements(v.Get("Targets")) {
		l.Targets = append(l.Targets, e.String())
	}
	for _, e := range elements(v.Get("TargetTypes")) {
		l.HTTP = l.HTTP || e.String() == "HTTP_HOST"
		l.TLS = l.TLS || e.String() == "TLS_SNI"
	}
	if action == "DENYLIST" || action == "REJECTLIST" {
		g.filledLater(l.Targets)
	}
	rules := l.Rules(g.p.strict, "")
	if len(rules) == 0 {
		g.p.doubt("the domain list %s cannot be read", g.resource)
	}
	for i, r := range rules {
		g.rule(r, i+1)
	}
}

// filledLater says what is taken of a list that something fills at run time: the template then has a name that nobody can have (RFC 2606).
func (g *groupReader) filledLater(names []string) {
	if slices.ContainsFunc(names, func(name string) bool { return strings.HasSuffix(name, ".invalid") }) {
		g.p.t.assume("lists of blocked names that are filled at run time hold no name that a declared flow needs")
	}
}
