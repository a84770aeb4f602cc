package mirror_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/internal/cdktest/mistakes"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/tiers/watch/mirror"
)

// network has a tier of appliances that look into copies, in block 6.
type network struct {
	*tiers.Network
	stack    awscdk.Stack
	web      *tiers.WebTier
	app, ids *tiers.AppTier
	db       *tiers.DataTier
}

func declare(stack awscdk.Stack, props *tiers.NetworkProps) network {
	if props == nil {
		props = &tiers.NetworkProps{CIDR: "10.0.0.0/16"}
	}
	props.AvailabilityZones = []string{"eu-west-1a", "eu-west-1b"}
	n := network{Network: tiers.NewNetwork(stack, "Network", props), stack: stack}
	n.web, n.app = tiers.NewWebTier(n.Network, "Web", nil), tiers.NewAppTier(n.Network, "App", nil)
	n.db = tiers.NewDataTier(n.Network, "Db", nil)
	n.ids = tiers.NewAppTier(n.Network, "Ids", &tiers.TierProps{Block: 6})
	n.web.AllowTo(n.app, tiers.TCP(8080), tiers.Because("orders"))
	n.app.AllowTo(n.db, tiers.PostgreSQL, tiers.Because("orders"))
	return n
}

// eni makes a network interface of a tier.
func (n network) eni(tier tiers.Tier, id string) awsec2.CfnNetworkInterface {
	subnets := *n.Vpc().SelectSubnets(tier.Subnets()).SubnetIds
	return awsec2.NewCfnNetworkInterface(n.stack, &id, &awsec2.CfnNetworkInterfaceProps{
		SubnetId: subnets[0], GroupSet: &[]any{tier.SecurityGroup().SecurityGroupId()},
	})
}

func (n network) of(tier tiers.Tier, id string) mirror.Source {
	return mirror.Interface(tier, *n.eni(tier, id).AttrId())
}

func (n network) target() mirror.Target {
	return mirror.ToInterface(n.ids, *n.eni(n.ids, "Sensor").AttrId())
}

// TestMirror: undeclared packets of two interfaces and one instance of a tier, and a chosen flow of one of them, go to an interface. The
// proof is exact: the copies' way is declared, and nothing else is open.
func TestMirror(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, nil)
	m := mirror.New(n.Network)
	first, to := n.of(n.app, "First"), n.target()
	m.Copy("Undeclared", &mirror.Props{Of: []mirror.Source{first, n.of(n.web, "Front"), mirror.Instance(n.app, n.instance())}, To: to})
	m.Copy("Queries", &mirror.Props{
		Of: []mirror.Source{first}, To: to, Only: []mirror.Flow{{From: n.app, To: n.db, Service: tiers.PostgreSQL}}, Number: 2,
	})
	tierstest.RequireExact(t, stack)
	tierstest.Snapshot(t, stack)
}

// instance makes an instance with a network interface of its own.
func (n network) instance() awsec2.Instance {
	i := awsec2.NewInstance(n.stack, new("Instance"), &awsec2.InstanceProps{
		Vpc: n.Vpc(), VpcSubnets: n.app.Subnets(), SecurityGroup: n.app.SecurityGroup(),
		InstanceType: awsec2.NewInstanceType(new("m7g.large")),
		MachineImage: awsec2.MachineImage_GenericLinux(&map[string]*string{"eu-west-1": new("ami-0123456789abcdef0")}, nil),
	})
	cfn := i.Node().DefaultChild().(awsec2.CfnInstance)
	cfn.SetNetworkInterfaces([]any{&awsec2.CfnInstance_NetworkInterfaceProperty{
		DeviceIndex: new("0"), NetworkInterfaceId: n.eni(n.app, "Own").AttrId(),
	}})
	cfn.SetSubnetId(nil)
	cfn.SetSecurityGroupIds(nil)
	return i
}

// TestNetworks: ranges that only the deployment knows, nested stacks, a firewall between the tiers, a data tier by an exception, and the
// other two kinds of targets.
func TestNetworks(t *testing.T) {
	for name, c := range map[string]struct {
		props *tiers.NetworkProps
		wire  func(network)
	}{
		"a dual stack range of IPAM": {
			&tiers.NetworkProps{IPAM: &tiers.IPAM{PoolID: "ipam-pool-0123456789abcdef0", NetmaskLength: 16}, IPv6: true}, func(n network) {
				mirror.New(n.Network).Copy("All", &mirror.Props{Of: []mirror.Source{n.of(n.web, "Front")}, To: n.target()})
			},
		},
		"nested stacks": {&tiers.NetworkProps{CIDR: "10.0.0.0/16", Layout: tiers.NestedStacks}, func(n network) {
			mirror.New(n.Network).Copy("All", &mirror.Props{Of: []mirror.Source{n.of(n.app, "First")}, To: n.target()})
		}},
		"a firewall": {nil, func(n network) {
			firewall.Inspect(n.Network, &firewall.Props{Paths: firewall.EastWest})
			mirror.New(n.Network).Copy("All", &mirror.Props{Of: []mirror.Source{n.of(n.app, "First")}, To: n.target()})
		}},
		"a data tier": {nil, func(n network) {
			n.Except(tiers.Exception{From: n.db, To: n.ids, Service: tiers.UDP(4789), Reason: "traffic mirroring", Owner: "security"})
			mirror.New(n.Network).Copy("All", &mirror.Props{Of: []mirror.Source{n.of(n.db, "Table")}, To: n.target()})
		}},
		"a load balancer": {nil, func(n network) {
			n.ids.AllowTo(n.ids, tiers.UDP(4789), tiers.Because("copies to sensors"))
			mirror.New(n.Network).Copy("All", &mirror.Props{
				Of: []mirror.Source{n.of(n.app, "First")}, To: mirror.ToNetworkLoadBalancer(n.ids, n.balancer(n.ids, 4789)),
			})
		}},
		"an endpoint": {nil, func(n network) {
			mirror.New(n.Network).Copy("All", &mirror.Props{
				Of: []mirror.Source{mirror.Interface(n.app, "eni-0123456789abcdef0")}, To: mirror.ToGatewayEndpoint(n.ids, "vpce-0123456789abcdef0"),
			})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			stack := tierstest.Stack(t)
			c.wire(declare(stack, c.props))
			tierstest.RequireExact(t, stack)
		})
	}
}

// balancer makes a network load balancer with the group of a tier and a UDP listener.
func (n network) balancer(tier tiers.Tier, port float64) awselasticloadbalancingv2.NetworkLoadBalancer {
	b := awselasticloadbalancingv2.NewNetworkLoadBalancer(n.stack, new("Balancer"), &awselasticloadbalancingv2.NetworkLoadBalancerProps{
		Vpc: n.Vpc(), VpcSubnets: n.ids.Subnets(), SecurityGroups: tier.SecurityGroups(),
	})
	group := awselasticloadbalancingv2.NewNetworkTargetGroup(n.stack, new("Sensors"), &awselasticloadbalancingv2.NetworkTargetGroupProps{
		Vpc: n.Vpc(), Port: &port, Protocol: awselasticloadbalancingv2.Protocol_UDP,
		TargetType: awselasticloadbalancingv2.TargetType_INSTANCE,
	})
	b.AddListener(new("Copies"), &awselasticloadbalancingv2.BaseNetworkListenerProps{
		Port: &port, Protocol: awselasticloadbalancingv2.Protocol_UDP,
		DefaultTargetGroups: &[]awselasticloadbalancingv2.INetworkTargetGroup{group},
	})
	return b
}

// TestMistakes: each mistake fails synthesis with its reason and the line of the call.
func TestMistakes(t *testing.T) {
	var all mistakes.Cases
	copies := func(change func(n network, p *mirror.Props)) func(network) {
		return func(n network) {
			p := &mirror.Props{Of: []mirror.Source{n.of(n.app, "First")}, To: n.target()}
			change(n, p)
			mirror.New(n.Network).Copy("All", p)
		}
	}
	balanced := func(balancer func(network) mirror.LoadBalancer) func(network) {
		return copies(func(n network, p *mirror.Props) { p.To = mirror.ToNetworkLoadBalancer(n.ids, balancer(n)) })
	}
	for want, wire := range map[string]func(network){
		"copies have no source": func(n network) { mirror.New(n.Network).Copy("All", nil) },
		"To: it is required":    copies(func(_ network, p *mirror.Props) { p.To = mirror.Target{} }),
		`got the id "eni-1"; allowed are`: copies(func(n network, p *mirror.Props) {
			p.Of = append(p.Of, mirror.Interface(n.app, "eni-1"))
		}),
		"Of[0]: the tier is nil":       copies(func(_ network, p *mirror.Props) { p.Of = []mirror.Source{{}} }),
		"To: the load balancer is nil": balanced(func(network) mirror.LoadBalancer { return nil }),
		"does not have the security group of Db": copies(func(n network, p *mirror.Props) {
			p.Of[0] = mirror.Interface(n.db, *n.eni(n.app, "X").AttrId())
		}),
		"two sessions of a network interface have one number": copies(func(_ network, p *mirror.Props) { p.Of = append(p.Of, p.Of[0]) }),
		"got 40000; allowed are 1 to 32766":                   copies(func(_ network, p *mirror.Props) { p.Number = 40000 }),
		"is a source and a target": func(n network) {
			one := *n.eni(n.ids, "Sensor").AttrId()
			mirror.New(n.Network).Copy("All", &mirror.Props{Of: []mirror.Source{mirror.Interface(n.ids, one)}, To: mirror.ToInterface(n.ids, one)})
		},
		"no flow leads from Db to Ids on UDP 4789": copies(func(n network, p *mirror.Props) { p.Of = []mirror.Source{n.of(n.db, "Table")} }),
		"copies end at the load balancer":          balanced(func(n network) mirror.LoadBalancer { return n.balancer(n.ids, 4789) }),
		"does not listen on UDP 4789":              balanced(func(n network) mirror.LoadBalancer { return n.balancer(n.ids, 4790) }),
		"does not have that of Ids":                balanced(func(n network) mirror.LoadBalancer { return n.balancer(n.app, 4789) }),
		"no flow declares Web->Db:tcp/5432": copies(func(n network, p *mirror.Props) {
			p.Only = []mirror.Flow{{From: n.web, To: n.db, Service: tiers.PostgreSQL}}
		}),
		"no source is in a tier at an end of Web->App:tcp/8080": copies(func(n network, p *mirror.Props) {
			p.Of, p.Only = []mirror.Source{n.of(n.ids, "Other")}, []mirror.Flow{{From: n.web, To: n.app, Service: tiers.TCP(8080)}}
		}),
		`unknown service "sql"`: copies(func(n network, p *mirror.Props) { p.Only = []mirror.Flow{{From: n.web, To: n.db, Service: "sql"}} }),
		"the filter of App has too many rules": copies(func(n network, _ *mirror.Props) {
			for _, port := range []int{9000, 9002, 9004, 9006} {
				n.app.AllowTo(n.db, tiers.TCP(port), tiers.Because("shards"))
			}
		}),
		"the id of copies is taken": func(n network) {
			m, to := mirror.New(n.Network), n.target()
			m.Copy("All", &mirror.Props{Of: []mirror.Source{n.of(n.app, "First")}, To: to})
			m.Copy("all", &mirror.Props{Of: []mirror.Source{n.of(n.app, "Second")}, To: to})
		},
		"the id of copies is not possible": func(n network) {
			mirror.New(n.Network).Copy("a b", &mirror.Props{Of: []mirror.Source{n.of(n.app, "First")}, To: n.target()})
		},
		"the id TrafficMirroring is taken": func(n network) {
			mirror.New(n.Network)
			mirror.New(n.Network)
		},
		"does not tell the id of an interface that EC2 makes": func(n network) {
			i := n.instance()
			i.Node().DefaultChild().(awsec2.CfnInstance).SetNetworkInterfaces(&[]any{})
			mirror.New(n.Network).Copy("All", &mirror.Props{Of: []mirror.Source{mirror.Instance(n.app, i)}, To: n.target()})
		},
		"is a tier of another network": func(n network) {
			other := tiers.NewNetwork(n.stack, "Other", &tiers.NetworkProps{CIDR: "10.9.0.0/16", AvailabilityZones: []string{"eu-west-1a"}})
			mirror.New(other).Copy("All", &mirror.Props{Of: []mirror.Source{n.of(n.app, "First")}, To: n.target()})
		},
	} {
		all.Add(want, func(s awscdk.Stack) { wire(declare(s, nil)) }, want)
	}
	all.Require(t, "mirror_test.go:")
	assert.Panics(t, func() { mirror.New(nil) })
	assert.Panics(t, func() { (&mirror.Mirroring{}).Copy("X", nil) })
}

// TestRepeated: another synthesis gives the same resources.
func TestRepeated(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, nil)
	mirror.New(n.Network).Copy("All", &mirror.Props{Of: []mirror.Source{n.of(n.app, "First")}, To: n.target()})
	first := mirrored(t, stack)
	stack.Node().Root().(awscdk.App).Synth(&awscdk.StageSynthesisOptions{Force: new(true)})
	assert.Equal(t, first, mirrored(t, stack))
	assert.Len(t, first, 9) // A filter with 6 rules, a target and a session.
}

// mirrored returns the resources of traffic mirroring in a template.
func mirrored(t *testing.T, stack awscdk.Stack) map[string]any {
	t.Helper()
	var template struct{ Resources map[string]map[string]any }
	require.NoError(t, json.Unmarshal(tierstest.Template(t, stack), &template))
	out := map[string]any{}
	for id, r := range template.Resources {
		if strings.HasPrefix(fmt.Sprint(r["Type"]), "AWS::EC2::TrafficMirror") {
			out[id] = r
		}
	}
	return out
}

// TestIdentity: a session that moves to another call of Copy keeps its logical id, and so does the target; more flows give no rule of a
// filter another id.
func TestIdentity(t *testing.T) {
	made := func(copies string, flows ...int) map[string]any {
		stack := tierstest.Stack(t)
		n := declare(stack, nil)
		for _, port := range flows {
			n.app.AllowTo(n.db, tiers.TCP(port), tiers.Because("shards"))
		}
		mirror.New(n.Network).Copy(copies, &mirror.Props{Of: []mirror.Source{n.of(n.app, "First")}, To: n.target()})
		return mirrored(t, stack)
	}
	ids := func(resources map[string]any, filters bool) (out []string) {
		for id := range resources {
			if filters || !strings.Contains(id, "Filter") {
				out = append(out, id)
			}
		}
		slices.Sort(out)
		return out
	}
	one := made("One")
	assert.Equal(t, ids(one, false), ids(made("Two"), false))
	assert.Len(t, ids(one, false), 2)
	assert.Subset(t, ids(made("One", 9000), true), ids(one, true))
}

// TestSaid: what a filter cannot tell apart is a warning.
func TestSaid(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, nil)
	cron := tiers.NewAppTier(n.Network, "Cron", &tiers.TierProps{SharesWith: n.app})
	cron.AllowTo(n.db, tiers.PostgreSQL, tiers.Because("reports"))
	n.app.AllowTo(tiers.PrefixList("pl-0123456789abcdef0", 10), tiers.HTTPS, tiers.Because("partners"))
	mirror.New(n.Network).Copy("All", &mirror.Props{Of: []mirror.Source{n.of(n.web, "Front"), n.of(n.app, "First")}, To: n.target()})
	require.NoError(t, tierstest.Synth(t, stack))
	data, err := os.ReadFile(filepath.Join(*awscdk.Stage_Of(stack).Outdir(), "validation-report.json"))
	require.NoError(t, err)
	found := string(data)
	assert.Contains(t, found, "App->pl-0123456789abcdef0:tcp/443 (its addresses are not known when the filter is made)")
	assert.Contains(t, found, "copied if they look like those of declared flows: Cron")
}
