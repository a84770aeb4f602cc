package tiers_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest/mistakes"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

// TestBadInput: every mistake fails synthesis with its message and its line, and nothing panics.
func TestBadInput(t *testing.T) {
	var all mistakes.Cases
	network := func(change func(*tiers.NetworkProps)) func(awscdk.Stack) {
		return func(stack awscdk.Stack) {
			props := twoZones()
			change(props)
			n := tiers.NewNetwork(stack, "Network", props)
			lb := tiers.NewEdgeTier(n, "LB", nil)
			lb.AllowFrom(tiers.Internet, tiers.HTTPS)
			lb.AllowTo(tiers.NewWebTier(n, "Web", nil), tiers.HTTPS)
		}
	}
	wiring := func(wire func(n *tiers.Network, web *tiers.WebTier, app *tiers.AppTier)) func(awscdk.Stack) {
		return func(stack awscdk.Stack) {
			n := tiers.NewNetwork(stack, "Network", twoZones())
			wire(n, tiers.NewWebTier(n, "Web", nil), tiers.NewAppTier(n, "App", nil))
		}
	}
	token := func(stack awscdk.Stack) string {
		return *awscdk.NewCfnParameter(stack, new("Range"), nil).ValueAsString()
	}
	tests := map[string]struct {
		declare func(awscdk.Stack)
		want    []string
	}{
		"nil props": {func(s awscdk.Stack) { tiers.NewNetwork(s, "Network", nil) },
			[]string{"the CIDR is missing", "no availability zones"}},
		"host bits": {network(func(p *tiers.NetworkProps) { p.CIDR = "10.0.0.1/16" }),
			[]string{"has host bits set; the block is 10.0.0.0/16"}},
		"not a CIDR":    {network(func(p *tiers.NetworkProps) { p.CIDR = "ten" }), []string{"not in CIDR notation"}},
		"too small":     {network(func(p *tiers.NetworkProps) { p.CIDR = "10.0.0.0/24" }), []string{"got /24", "allowed are /16 to /20"}},
		"zones missing": {network(func(p *tiers.NetworkProps) { p.AvailabilityZones = nil }), []string{"no availability zones"}},
		"zones too many": {network(func(p *tiers.NetworkProps) {
			p.AvailabilityZones = []string{"us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d", "us-east-1e"}
		}), []string{"got 5", "allowed are 1 to 4"}},
		"token as CIDR": {func(s awscdk.Stack) {
			tiers.NewNetwork(s, "Network", &tiers.NetworkProps{CIDR: token(s), AvailabilityZones: []string{"eu-west-1a"}})
		}, []string{"the CIDR is a CDK token"}},
		"token as zone": {func(s awscdk.Stack) {
			tiers.NewNetwork(s, "Network", &tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: []string{token(s)}})
		}, []string{"zone is a CDK token"}},
		"both CIDR and IPAM": {network(func(p *tiers.NetworkProps) { p.IPAM = &tiers.IPAM{} }), []string{"both CIDR and IPAM"}},
		"ids of another form": {network(func(p *tiers.NetworkProps) {
			p.CIDR, p.IPAM = "", &tiers.IPAM{PoolID: "pool", NetmaskLength: 16}
			p.NATAllocationIDs = []string{"eipalloc-0123456789abcdef0", "203.0.113.7"}
		}), []string{`"pool" is not the id of an IPAM pool`, `"203.0.113.7" is not the id of an Elastic IP allocation`}},
		"zones of another Region than the stack": {func(s awscdk.Stack) {
			at := &awscdk.StackProps{Env: &awscdk.Environment{Region: new("us-east-1")}}
			tiers.NewNetwork(awscdk.NewStack(s, new("Elsewhere"), at), "Network", twoZones())
		}, []string{"eu-west-1a is in eu-west-1, but the network's stack is in us-east-1"}},
		"wrapped with addresses": {func(s awscdk.Stack) {
			n := tiers.NewNetwork(s, "Network", &tiers.NetworkProps{Vpc: awsec2.NewVpc(s, new("V"), nil), CIDR: "10.0.0.0/16"})
			tiers.NewWebTier(n, "Web", &tiers.TierProps{Block: 4})
		}, []string{
			"a wrapped VPC brings its own addresses", "a tier of a wrapped VPC has no subnets",
			"the owner of the VPC decides its addresses",
		}},
		"exact subnets that do not fit": {network(func(p *tiers.NetworkProps) {
			p.NATSubnets, p.TransitSubnets = []string{"10.0.0.0/24"}, []string{"10.1.0.0/24", "10.0.2.0/24", "ten"}
		}), []string{"the number of NATSubnets does not fit", "10.1.0.0/24 is not in the network's range", `"ten" is not in CIDR notation`}},
		"asked for subnets that a tier has": {func(s awscdk.Stack) {
			n := tiers.NewNetwork(s, "Network", twoZones())
			tiers.NewAppTier(n, "App", &tiers.TierProps{Subnets: []string{"10.0.8.0/24", "10.0.9.0/24"}})
			n.TransitSubnets()
		}, []string{"10.0.8.0/24, planned for a transit gateway's attachment in eu-west-1a, overlaps the subnet 10.0.8.0/24 of App",
			`TransitSubnets: []string{"10.0.16.0/24", "10.0.17.0/24"}`}},
		"client addresses kept elsewhere": {func(s awscdk.Stack) {
			n, other := tiers.NewNetwork(s, "Network", twoZones()), tiers.NewNetwork(s, "Other", twoZones())
			edge := tiers.NewEdgeTier(n, "Edge", nil)
			edge.PreserveClientIP(tiers.UDP(1), tiers.NewWebTier(other, "Web", nil), tiers.UDP(1))
			edge.PreserveClientIP("udp", tiers.NewWebTier(n, "Web", nil), tiers.UDP(0))
		}, []string{"client addresses are kept for targets in another network", "client addresses are not usable",
			`"0" is not a number from 1 to 65535`}},
		"block taken": {wiring(func(n *tiers.Network, _ *tiers.WebTier, _ *tiers.AppTier) {
			tiers.NewWebTier(n, "Other", &tiers.TierProps{Block: 3})
			tiers.NewWebTier(n, "More", &tiers.TierProps{Block: 3})
		}), []string{"block 3 (10.0.48.0/20)", "set Block: 6, which is the next free one"}},
		"block missing": {wiring(func(n *tiers.Network, _ *tiers.WebTier, _ *tiers.AppTier) { tiers.NewWebTier(n, "Other", nil) }),
			[]string{"tiers.Other: a tier has no block of its own", "block 2 (10.0.32.0/20), the default of web tiers, is Web's", "set Block: 6"}},
		"two tiers with one id": {wiring(func(n *tiers.Network, _ *tiers.WebTier, _ *tiers.AppTier) { tiers.NewDataTier(n, "web", nil) }),
			[]string{"two tiers with one id"}},
		"illegal id": {wiring(func(n *tiers.Network, _ *tiers.WebTier, _ *tiers.AppTier) {
			tiers.NewDataTier(n, "", nil)
			tiers.NewBastionTier(n, "a/b", nil)
			tiers.NewEdgeTier(n, "Vpc", nil)
		}), []string{`got ""`, `got "a/b"`, `got "Vpc", which the network uses itself`}},
		"port 0": {wiring(func(_ *tiers.Network, web *tiers.WebTier, app *tiers.AppTier) { web.AllowTo(app, tiers.TCP(0)) }),
			[]string{`"0" is not a number from 1 to 65535`}},
		"reversed range": {wiring(func(_ *tiers.Network, web *tiers.WebTier, app *tiers.AppTier) {
			web.AllowTo(app, tiers.TCPRange(90, 80))
		}), []string{"range is reversed; write tcp/80-90"}},
		"unknown service": {wiring(func(_ *tiers.Network, web *tiers.WebTier, app *tiers.AppTier) { web.AllowTo(app, "gopher") }),
			[]string{`unknown service "gopher"`}},
		"token as port": {func(s awscdk.Stack) {
			n := tiers.NewNetwork(s, "Network", twoZones())
			port := awscdk.NewCfnParameter(s, new("Port"), &awscdk.CfnParameterProps{Type: new("Number")}).ValueAsNumber()
			tiers.NewWebTier(n, "Web", nil).AllowTo(tiers.NewAppTier(n, "App", nil), tiers.TCP(int(*port)))
		}, []string{"is not a number from 1 to 65535"}},
		"nil peer": {wiring(func(_ *tiers.Network, web *tiers.WebTier, _ *tiers.AppTier) {
			var none *tiers.AppTier
			web.AllowTo(nil, tiers.HTTPS)
			web.AllowTo(none, tiers.HTTPS)
			web.AllowTo(&tiers.AppTier{}, tiers.HTTPS)
			web.AllowTo(tiers.Internet, tiers.HTTPS, nil)
		}), []string{"a flow's peer is nil", "a nil AppTier", "was not made by its New function", "a flow option is nil"}},
		"tier of another network": {func(s awscdk.Stack) {
			ours, theirs := tiers.NewNetwork(s, "Network", twoZones()), tiers.NewNetwork(s, "Theirs", twoZones())
			tiers.NewWebTier(ours, "Web", nil).AllowTo(tiers.NewAppTier(theirs, "Remote", nil), tiers.HTTPS)
		}, []string{"a flow to Remote, a tier of another network (", "/Test/Theirs): import it into this network with ImportAppTier"}},
		"same flow twice": {wiring(func(_ *tiers.Network, web *tiers.WebTier, app *tiers.AppTier) {
			web.AllowTo(app, tiers.HTTPS, tiers.Because("one"))
			app.AllowFrom(web, tiers.TCP(443), tiers.Because("two"))
		}), []string{"the same flow is declared twice, differently", `reason "one" and "two"`}},
		"exception without reason and owner": {wiring(func(n *tiers.Network, web *tiers.WebTier, _ *tiers.AppTier) {
			n.Except(tiers.Exception{From: web, To: tiers.NewDataTier(n, "Data", nil), Service: tiers.MySQL})
		}), []string{"an exception without Reason and Owner"}},
		"over-long reason": {wiring(func(_ *tiers.Network, web *tiers.WebTier, app *tiers.AppTier) {
			web.AllowTo(app, tiers.HTTPS, tiers.Because(strings.Repeat("x", 256)))
		}), []string{"got 256 characters, allowed are 255"}},
		"text that CloudFormation resolves": {func(s awscdk.Stack) {
			n := tiers.NewNetwork(s, "{{resolve:ssm:name}}", twoZones())
			web, app := tiers.NewWebTier(n, "Web", nil), tiers.NewAppTier(n, "App", nil)
			web.AllowTo(app, tiers.HTTPS, tiers.Because("{{resolve:secretsmanager:database}}"))
			web.AllowTo(app, tiers.HTTP, tiers.Owner("{{resolve:ssm:owner}}"))
		}, []string{
			"an id in the network's path has a dynamic reference",
			"tiers.Web -> tiers.App: a reason or owner has a dynamic reference (tiers/errors_test.go:",
			"write words, without {{resolve:",
		}},
		"bad date": {wiring(func(_ *tiers.Network, web *tiers.WebTier, app *tiers.AppTier) {
			web.AllowTo(app, tiers.HTTPS, tiers.Expires("31.12.2027"))
		}), []string{`got "31.12.2027", allowed is year-month-day`}},
		"more rules than a group may hold": {wiring(func(_ *tiers.Network, web *tiers.WebTier, app *tiers.AppTier) {
			for port := 1; port <= 61; port++ {
				web.AllowTo(app, tiers.TCP(2*port))
			}
		}), []string{"App has 61 for IPv4; allowed are 60", "Web has 62 for IPv4, one of them the no-op"}},
		"internet to an internal edge": {func(s awscdk.Stack) {
			n := tiers.NewNetwork(s, "Network", twoZones())
			tiers.NewEdgeTier(n, "LB", &tiers.EdgeTierProps{Internal: true}).AllowFrom(tiers.Internet, tiers.HTTPS)
		}, []string{"LB is internal: it cannot be reached from the internet"}},
		"everywhere as a block": {func(s awscdk.Stack) {
			n := tiers.NewNetwork(s, "Network", twoZones())
			tiers.NewBastionTier(n, "Bastion", nil).AllowFrom(tiers.CIDR("0.0.0.0/0"), tiers.SSH)
		}, []string{"a CIDR peer covers every address", "name smaller blocks"}},
		"imported twice, without id, without egress": {wiring(func(n *tiers.Network, web *tiers.WebTier, _ *tiers.AppTier) {
			a := tiers.ImportAppTier(n, "A", &tiers.ImportProps{SecurityGroupID: "sg-0123456789abcdef0"})
			tiers.ImportAppTier(n, "B", &tiers.ImportProps{SecurityGroupID: "sg-0123456789abcdef0"})
			tiers.ImportAppTier(n, "C", &tiers.ImportProps{})
			tiers.ImportAppTier(n, "D", &tiers.ImportProps{SecurityGroupID: "group"})
			n.Except(tiers.Exception{From: a, To: web, Service: tiers.HTTPS, Reason: "r", Owner: "o"})
		}), []string{
			"one security group is imported as two tiers", "the id of the imported security group is missing", `got "group"`,
			"whose egress is unknown",
		}},
	}
	for name, test := range tests {
		all.Add(name, test.declare, test.want...)
	}
	all.Require(t, "tiers/errors_test.go:")
}

func TestNilScopeAndNetworkPanicInWords(t *testing.T) {
	says := func(want string, f func()) {
		defer func() {
			message, _ := recover().(string)
			assert.Contains(t, message, want)
			assert.Contains(t, message, "tiers/errors_test.go:")
		}()
		f()
	}
	says("the scope of a network is nil", func() { tiers.NewNetwork(nil, "N", nil) })
	says("the network of a tier is nil", func() { tiers.NewWebTier(nil, "Web", nil) })
	says("was not made by its New function", func() { (&tiers.WebTier{}).AllowTo(tiers.Internet, tiers.HTTPS) })
}

// TestErrorsCannotBeDeployed: with errors, even a synthesis that skips validation makes no template that CloudFormation accepts.
func TestErrorsCannotBeDeployed(t *testing.T) {
	stack := tierstest.Stack(t)
	n := tiers.NewNetwork(stack, "Network", twoZones())
	web := tiers.NewWebTier(n, "Web", nil)
	web.AllowTo(tiers.Internet, "nonsense")
	assembly := awscdk.Stage_Of(stack).Synth(&awscdk.StageSynthesisOptions{SkipValidation: new(true)})
	template := assembly.GetStackByName(stack.StackName()).Template().(map[string]any)
	types := []any{}
	for _, r := range template["Resources"].(map[string]any) {
		types = append(types, r.(map[string]any)["Type"])
	}
	assert.Contains(t, types, "Tierwall::Invalid::Architecture")
}

func TestWiringAfterSynth(t *testing.T) {
	stack := tierstest.Stack(t)
	n := tiers.NewNetwork(stack, "Network", twoZones())
	web := tiers.NewWebTier(n, "Web", nil)
	web.AllowTo(tiers.Internet, tiers.HTTPS)
	require.NoError(t, tierstest.Synth(t, stack))
	defer func() {
		message, _ := recover().(string)
		assert.Contains(t, message, "wiring after synthesis")
		assert.Contains(t, message, "tiers/errors_test.go:")
	}()
	web.AllowTo(tiers.Internet, tiers.HTTP)
}

// TestMendedAndSynthesizedAgain: after a failed synthesis, the app can be corrected and synthesized again.
func TestMendedAndSynthesizedAgain(t *testing.T) {
	stack := tierstest.Stack(t)
	n := tiers.NewNetwork(stack, "Network", twoZones())
	web, app := tiers.NewWebTier(n, "Web", nil), tiers.NewAppTier(n, "App", nil)
	web.AllowTo(app, tiers.TCP(8080))
	web.AllowTo(tiers.Internet, tiers.HTTPS)
	web.Connections().AllowTo(app, awsec2.Port_Tcp(new(9090.0)), nil)
	require.Error(t, tierstest.Synth(t, stack))
	web.AllowTo(app, tiers.TCP(9090))
	all := resources(t, stack)
	assert.Equal(t, 2, count(all, "EC2::SecurityGroupIngress"))
	assert.Zero(t, count(all, "Tierwall::Invalid::Architecture"))
}

func TestTemplateFromStack(t *testing.T) {
	stack := tierstest.Stack(t)
	n := tiers.NewNetwork(stack, "Network", twoZones())
	tiers.NewWebTier(n, "Web", nil).AllowTo(tiers.NewAppTier(n, "App", nil), tiers.TCP(8080))
	assertions.Template_FromStack(stack, nil).ResourceCountIs(new("AWS::EC2::SecurityGroup"), new(2.0))
	require.NoError(t, tierstest.Synth(t, stack))
}

// TestExpiry: after its last day, a flow fails synthesis until its own id is acknowledged.
func TestExpiry(t *testing.T) {
	const id = "tierwall::expired[Test/Network:Web->App:tcp/8080]"
	declare := func(stack awscdk.Stack, today time.Time) {
		props := twoZones()
		props.Today = today
		n := tiers.NewNetwork(stack, "Network", props)
		tiers.NewWebTier(n, "Web", nil).AllowTo(tiers.NewAppTier(n, "App", nil), tiers.TCP(8080), tiers.Expires("2027-01-31"))
	}
	day := func(d int, m time.Month) time.Time { return time.Date(2027, m, d, 23, 0, 0, 0, time.UTC) }

	stack := tierstest.Stack(t)
	declare(stack, day(31, time.January))
	require.NoError(t, tierstest.Synth(t, stack), "the last day")

	stack = tierstest.Stack(t)
	declare(stack, day(1, time.February))
	require.Error(t, tierstest.Synth(t, stack), "the day after")

	stack = tierstest.Stack(t)
	declare(stack, day(1, time.February))
	awscdk.Validations_Of(stack).Acknowledge(&awscdk.Acknowledgment{Id: new(id), Reason: new("moved to spring")})
	require.NoError(t, tierstest.Synth(t, stack), "acknowledged")

	stack = tierstest.Stack(t)
	declare(stack, day(1, time.February))
	other := &awscdk.Acknowledgment{Id: new(strings.Replace(id, "8080", "8081", 1)), Reason: new("another flow")}
	awscdk.Validations_Of(stack).Acknowledge(other)
	require.Error(t, tierstest.Synth(t, stack), "another flow is acknowledged")
}
