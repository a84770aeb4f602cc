package firewall

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/networkfirewall/deployed"
	"github.com/tierwall/tierwall/tiers"
)

const (
	passes  = `pass tcp 10.0.0.0/24 any -> 10.0.1.0/24 443 (flow:to_server; sid:1000001;)`
	stops   = `drop tcp 10.0.0.0/24 any -> 10.0.1.0/24 443 (flow:to_server; sid:1000001;)`
	pathMTU = `pass icmp any any -> any any (itype:3; icode:4; sid:1000002;)`
)

// TestWarnings checks the warnings about what AWS accepts but is probably a mistake.
func TestWarnings(t *testing.T) {
	const managed = "a managed group does not see what earlier rules pass\n" +
		"MalwareDomains has priority 200, and Test/Group with priority 100 passes traffic"
	const lost = "the policy drops the ICMP errors about packets that are too large for the path\n" +
		"hosts do not learn to send smaller packets, so large packets of connections that the policy passes are lost"
	const left = "the policy does not set HOME_NET\n%s has rules about HOME_NET, and AWS uses the blocks of the firewall's VPC for it: " +
		"these rules ignore traffic that is routed through the firewall from other VPCs and networks"
	const slow = "the default action drops connections before their name is known\nTest/Group passes connections by name; " +
		"a ClientHello can take several segments, as with post-quantum key exchange, and aws:drop_established drops the first one"
	const sni = `pass tls 10.0.0.0/24 any -> any any (flow:to_server,established; tls.sni; content:"a.example"; ` +
		`startswith; endswith; sid:1000001;)`
	group := func(rules Rules) func(awscdk.Stack, *Policy) {
		return func(s awscdk.Stack, p *Policy) { p.Add(NewRuleGroup(s, "Group", &RuleGroupProps{Rules: rules}), 100) }
	}
	text := func(lines ...string) func(awscdk.Stack, *Policy) { return group(Suricata(strings.Join(lines, "\n"))) }
	list := DomainList{Action: AllowList, Names: []string{"a.example"}}
	stopped := DomainList{Action: DenyList, Names: []string{"a.example"}}
	home := []string{"10.0.0.0/8"}
	signatures := PolicyProps{Managed: []ManagedGroup{MalwareDomains}, HomeNet: home}
	const requests = "a rule passes requests, but the default actions drop the answers\nline 1 of Test/Group: "
	const never = "a rule passes connections that can never be established, because the default actions drop the handshake\n" +
		"line 1 of Test/Group: "
	strict := PolicyProps{DefaultActions: []DefaultAction{DropStrict, AlertStrict}}
	segmented := PolicyProps{DefaultActions: []DefaultAction{DropEstablished, AlertEstablished}, HomeNet: home}
	appLayer := PolicyProps{DefaultActions: []DefaultAction{DropEstablishedAppLayer, AlertEstablishedAppLayer}}
	whole := strings.Replace(passes, "flow:to_server; ", "", 1)
	established := strings.Replace(passes, "to_server", "to_server,established", 1)
	udp := strings.Replace(passes, "tcp", "udp", 1)
	for name, test := range map[string]struct {
		props PolicyProps
		wire  func(awscdk.Stack, *Policy)
		want  []string
	}{
		"managed behind passes":     {signatures, text(passes, pathMTU), []string{managed}},
		"managed behind allow list": {signatures, group(Domains(list)), []string{managed, lost}},
		"home left, managed": {PolicyProps{Managed: []ManagedGroup{MalwareDomains}}, text(stops), []string{fmt.Sprintf(left,
			"MalwareDomains")}},
		"home left, domain list": {PolicyProps{}, group(Domains(stopped)), []string{fmt.Sprintf(left, "Test/Group")}},
		"home left, rules": {PolicyProps{}, text(strings.Replace(stops, "10.0.0.0/24", "$HOME_NET", 1)), []string{fmt.Sprintf(left,
			"Test/Group")}},
		"home left to nobody":      {PolicyProps{}, text(stops), nil},
		"names, one segment":       {segmented, text(sni, pathMTU), []string{slow}},
		"names, allow list":        {segmented, group(Domains(list)), []string{slow, lost}},
		"names, segments awaited":  {PolicyProps{}, text(sni, pathMTU), nil},
		"managed behind drops":     {signatures, text(stops), nil},
		"managed behind ICMP":      {signatures, text(pathMTU), nil},
		"managed behind deny list": {signatures, group(Domains(stopped)), nil},
		"managed before passes": {signatures, func(s awscdk.Stack, p *Policy) {
			p.Add(NewRuleGroup(s, "Group", &RuleGroupProps{Rules: Suricata(passes + "\n" + pathMTU)}), 300)
		}, nil},
		"requests, strict":                {strict, text(passes, pathMTU), []string{requests + passes}},
		"requests, both ways dropped":     {appLayer, text(passes, pathMTU), []string{requests + passes}},
		"requests, only clients dropped":  {PolicyProps{}, text(passes, pathMTU), nil},
		"requests, nothing dropped":       {PolicyProps{DefaultActions: []DefaultAction{AlertStrict}}, text(passes, pathMTU), nil},
		"requests over UDP":               {PolicyProps{}, text(udp, pathMTU), []string{requests + udp}},
		"connections, strict":             {strict, text(whole, pathMTU), nil},
		"established connections, strict": {strict, text(established, pathMTU), []string{never + established}},
		"requests, somebody's group": {strict, func(s awscdk.Stack, p *Policy) {
			text(passes, pathMTU)(s, p)
			p.Add(ImportRuleGroup(s, "Theirs", "arn:aws:network-firewall:eu-west-1:123456789012:stateful-rulegroup/x", 0), 1)
		}, nil},
		"path MTU":                  {PolicyProps{}, text(passes), []string{lost}},
		"path MTU, passed":          {PolicyProps{}, text(passes, pathMTU), nil},
		"path MTU, all ICMP passed": {PolicyProps{}, text(passes, `pass icmp any any -> any any (sid:3;)`), nil},
		"path MTU, IP passed":       {PolicyProps{}, text(passes, `pass ip any any -> any any (sid:3;)`), nil},
		"path MTU, only ping":       {PolicyProps{}, text(passes, `pass icmp any any -> any any (itype:8; sid:3;)`), []string{lost}},
		"path MTU, other code":      {PolicyProps{}, text(passes, `pass icmp any any -> any any (itype:3; icode:1; sid:3;)`), []string{lost}},
		"path MTU, dropped":         {PolicyProps{}, text(passes, strings.Replace(pathMTU, "pass", "drop", 1)), []string{lost}},
		"path MTU, nothing passes":  {PolicyProps{}, text(stops), nil},
		"path MTU, default passes":  {PolicyProps{DefaultActions: []DefaultAction{AlertStrict}}, text(passes), nil},
		"path MTU, somebody's group": {PolicyProps{}, func(s awscdk.Stack, p *Policy) {
			text(passes)(s, p)
			p.Add(ImportRuleGroup(s, "Theirs", "arn:aws:network-firewall:eu-west-1:123456789012:stateful-rulegroup/x", 0), 1)
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			stack := cdktest.Stack(t)
			p := NewPolicy(stack, "Policy", &test.props)
			test.wire(stack, p)
			p.check()
			var got, kinds []string
			for _, d := range p.problems.List.Sorted() {
				assert.Equal(t, diag.Warning, d.Severity, d.String())
				assert.NotEmpty(t, d.Fix)
				got, kinds = append(got, d.Summary+"\n"+d.Detail), append(kinds, d.Rule)
			}
			assert.Equal(t, test.want, got)
			assert.ElementsMatch(t, kinds, deployedKinds(t, stack), "the kinds that the check of templates finds")
		})
	}
}

// deployedKinds returns the kinds of the problems of a stack's template.
func deployedKinds(t *testing.T, stack awscdk.Stack) []string {
	t.Helper()
	var out []string
	for name, template := range cdktest.Templates(t, stack) {
		a, err := cfn.Read(name, template, nil)
		require.NoError(t, err)
		for _, d := range deployed.Check(a) {
			out = append(out, strings.TrimPrefix(d.Rule, "firewall-"))
		}
	}
	return out
}

// TestReservedNumbers checks the warning about a SID that AWS uses itself.
func TestReservedNumbers(t *testing.T) {
	stack := cdktest.Stack(t)
	g := NewRuleGroup(stack, "Group", &RuleGroupProps{
		Rules: Suricata("alert tcp any any -> any 443 (sid:3;)\nalert tcp any any -> any 80 (sid:4;)"),
	})
	var got []string
	for _, d := range g.problems.List {
		got = append(got, d.ID()+" "+d.Summary+": "+d.Detail)
	}
	assert.Equal(t, []string{
		"sid-reserved[Test/Group:4] logs use SID 4 for a default action: line 2: alert tcp any any -> any 80 (sid:4;)",
	}, got)
}

// TestCopies checks that numbers are unique among the rules that share logs. Copies of a stack elsewhere, and the same rule in two stacks,
// are no clash.
func TestCopies(t *testing.T) {
	other := strings.Replace(passes, "443", "80", 1)
	regions := func(app awscdk.App, id, region string) awscdk.Stack {
		return awscdk.NewStack(app, &id, &awscdk.StackProps{Env: &awscdk.Environment{Account: new("123456789012"), Region: &region}})
	}
	for name, test := range map[string]struct {
		stacks func(awscdk.App) (awscdk.Stack, awscdk.Stack)
		second string
		clash  bool
	}{
		"one stack": {func(a awscdk.App) (awscdk.Stack, awscdk.Stack) {
			s := cdktest.StackIn(a, "A")
			return s, s
		}, passes, true},
		"two stacks, one rule": {func(a awscdk.App) (awscdk.Stack, awscdk.Stack) {
			return cdktest.StackIn(a, "A"), cdktest.StackIn(a, "B")
		}, passes, false},
		"two stacks, two rules": {func(a awscdk.App) (awscdk.Stack, awscdk.Stack) {
			return cdktest.StackIn(a, "A"), cdktest.StackIn(a, "B")
		}, other, true},
		"one Region, two rules": {func(a awscdk.App) (awscdk.Stack, awscdk.Stack) {
			return regions(a, "A", "eu-west-1"), regions(a, "B", "eu-west-1")
		}, other, true},
		"two Regions, two rules": {func(a awscdk.App) (awscdk.Stack, awscdk.Stack) {
			return regions(a, "A", "eu-west-1"), regions(a, "B", "eu-west-2")
		}, other, false},
		"two stages, two rules": {func(a awscdk.App) (awscdk.Stack, awscdk.Stack) {
			dev, prod := awscdk.NewStage(a, new("Dev"), nil), awscdk.NewStage(a, new("Prod"), nil)
			return awscdk.NewStack(dev, new("A"), nil), awscdk.NewStack(prod, new("A"), nil)
		}, other, false},
	} {
		t.Run(name, func(t *testing.T) {
			first, second := test.stacks(cdktest.App(t))
			a := NewRuleGroup(first, "First", &RuleGroupProps{Rules: Suricata(passes)})
			b := NewRuleGroup(second, "Second", &RuleGroupProps{Rules: Suricata(test.second)})
			allSIDs(&a.problems).clashes(a)
			allSIDs(&b.problems).clashes(b)
			assert.Empty(t, a.problems.List, "the first group has no problem")
			if !test.clash {
				assert.Empty(t, b.problems.List)
				return
			}
			if assert.Len(t, b.problems.List, 1) {
				assert.Equal(t, "SID 1000001 is in two rule groups", b.problems.List[0].Summary)
			}
		})
	}
}

// TestFlowsAreClean checks that rules derived from declared flows have no problems.
func TestFlowsAreClean(t *testing.T) {
	for name, props := range map[string]*Props{
		"servers' answers pass": {Paths: Egress | Ingress | EastWest},
		"strict":                {Paths: Egress | Ingress | EastWest, Strict: true},
		"observed":              {Paths: Egress | EastWest, Mode: Observe},
	} {
		t.Run(name, func(t *testing.T) {
			app := cdktest.App(t)
			n := tiers.NewNetwork(cdktest.StackIn(app, "Shop"), "Network", &tiers.NetworkProps{
				CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a"},
			})
			lb, web, worker := tiers.NewEdgeTier(n, "LB", nil), tiers.NewWebTier(n, "Web", nil), tiers.NewAppTier(n, "App", nil)
			lb.AllowFrom(tiers.Internet, tiers.HTTPS)
			lb.AllowTo(web, tiers.HTTPS)
			for _, service := range []tiers.Service{tiers.TCP(8080), tiers.UDP(514), tiers.Ping} {
				web.AllowTo(worker, service)
			}
			worker.AllowTo(tiers.CIDR("198.51.100.0/24"), tiers.UDP(123))
			if !props.Strict {
				worker.AllowTo(tiers.Domain("api.example.com"), tiers.HTTPS)
				worker.AllowTo(tiers.Domain("api.example.com"), tiers.HTTP)
			}
			f := Inspect(n, props)
			require.NoError(t, tiers.Synth(app))
			f.policy.check()
			assert.Empty(t, f.policy.problems.List.String())
			assert.NotEmpty(t, f.policy.members)
		})
	}
}
