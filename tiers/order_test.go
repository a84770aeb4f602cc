package tiers_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/loadbalancer"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/waf"
	"github.com/tierwall/tierwall/waf/shield"
)

// wiring is an app as a list of calls. Each call runs after the calls that it needs.
type wiring struct{ steps []step }

type step struct {
	id    string
	needs []string
	do    func()
}

func (w *wiring) add(id string, do func(), needs ...string) {
	w.steps = append(w.steps, step{id, needs, do})
}

// run makes the calls in a random order.
func (w *wiring) run(random *rand.Rand) {
	random.Shuffle(len(w.steps), func(i, j int) { w.steps[i], w.steps[j] = w.steps[j], w.steps[i] })
	done := map[string]bool{}
	for len(done) < len(w.steps) {
		for _, s := range w.steps {
			if done[s.id] || !all(s.needs, done) {
				continue
			}
			s.do()
			done[s.id] = true
		}
	}
}

func all(needs []string, done map[string]bool) bool {
	for _, n := range needs {
		if !done[n] {
			return false
		}
	}
	return true
}

// everyCall wires an app with every declaring call of the public API.
func everyCall(stack awscdk.Stack) *wiring {
	var (
		w               wiring
		n               *tiers.Network
		lb              *tiers.EdgeTier
		web             *tiers.WebTier
		app, worker     *tiers.AppTier
		db, remote      *tiers.DataTier
		bastion         *tiers.BastionTier
		balancer        awselasticloadbalancingv2.ApplicationLoadBalancer
		gateways        = map[string]awsec2.CfnTransitGateway{}
		office, factory tiers.BlockPeer
	)
	bucket := awss3.NewBucket(stack, new("Bucket"), nil)
	roles := map[string]awsiam.Role{}
	for _, id := range []string{"AppRole", "WorkerRole", "BatchRole"} {
		roles[id] = awsiam.NewRole(stack, &id, &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(new("ec2.amazonaws.com"), nil)})
	}
	for _, id := range []string{"Office", "Factory"} {
		gateways[id] = awsec2.NewCfnTransitGateway(stack, &id, nil)
	}
	office = tiers.CIDR("192.168.0.0/16").Via(tiers.TransitGateway(*gateways["Office"].Ref()))
	factory = tiers.CIDR("172.16.0.0/16").Via(tiers.TransitGateway(*gateways["Factory"].Ref()))

	props := twoZones()
	props.SkipProof = true // What goes past the firewall by gateways is not of interest here.
	n = tiers.NewNetwork(stack, "Network", props)
	w.add("LB", func() { lb = tiers.NewEdgeTier(n, "LB", nil) })
	w.add("Web", func() { web = tiers.NewWebTier(n, "Web", nil) })
	w.add("App", func() { app = tiers.NewAppTier(n, "App", nil) })
	w.add("Worker", func() { worker = tiers.NewAppTier(n, "Worker", &tiers.TierProps{Block: 7}) })
	w.add("DB", func() { db = tiers.NewDataTier(n, "DB", nil) })
	w.add("Bastion", func() { bastion = tiers.NewBastionTier(n, "Bastion", nil) })
	w.add("Remote", func() {
		remote = tiers.ImportDataTier(n, "Remote", &tiers.ImportProps{SecurityGroupID: "sg-0123456789abcdef0"})
	})
	w.add("customers", func() { lb.AllowFrom(tiers.Internet, tiers.HTTPS) }, "LB")
	w.add("requests", func() { lb.AllowTo(web, tiers.TCP(8080), tiers.Because("requests")) }, "LB", "Web")
	w.add("calls", func() { app.AllowFrom(web, tiers.TCP(8080, 8081), tiers.Owner("web")) }, "App", "Web")
	w.add("orders", func() { app.AllowTo(db, tiers.PostgreSQL) }, "App", "DB")
	w.add("jobs", func() { worker.AllowTo(db, tiers.PostgreSQL, tiers.Expires("2999-01-01")) }, "Worker", "DB")
	w.add("queues", func() { worker.AllowTo(app, tiers.AMQPS) }, "Worker", "App")
	w.add("history", func() { app.AllowTo(remote, tiers.MySQL) }, "App", "Remote")
	w.add("admins", func() { bastion.AllowTo(app, tiers.SSH) }, "Bastion", "App")
	w.add("home", func() { bastion.AllowFrom(tiers.CIDR("203.0.113.0/24"), tiers.SSH) }, "Bastion")
	w.add("partner", func() { app.AllowTo(tiers.Domain("api.example.com"), tiers.HTTPS, tiers.SID(1500001)) }, "App")
	w.add("other partner", func() { worker.AllowTo(tiers.Domain(".example.org"), tiers.HTTPS) }, "Worker")
	w.add("list", func() { worker.AllowTo(tiers.PrefixList("pl-0123456789abcdef0", 5), tiers.TCP(8443)) }, "Worker")
	w.add("office", func() { app.AllowTo(office, tiers.LDAPS) }, "App")
	w.add("factory", func() { worker.AllowTo(factory, tiers.TCP(4840)) }, "Worker")
	w.add("peering", func() {
		worker.AllowTo(tiers.CIDR("10.9.0.0/16").Via(tiers.PeeringConnection("pcx-0123456789abcdef0")), tiers.HTTPS)
	}, "Worker")
	w.add("exception", func() {
		n.Except(tiers.Exception{From: web, To: db, Service: tiers.PostgreSQL, Reason: "reports", Owner: "web"})
	}, "Web", "DB")
	w.add("firewall", func() {
		firewall.Inspect(n, &firewall.Props{Paths: firewall.Egress | firewall.EastWest | firewall.Ingress})
	})
	w.add("balancer", func() {
		balancer = awselasticloadbalancingv2.NewApplicationLoadBalancer(stack, new("Balancer"),
			&awselasticloadbalancingv2.ApplicationLoadBalancerProps{
				Vpc: n.Vpc(), VpcSubnets: lb.Subnets(), SecurityGroup: lb.SecurityGroup(), InternetFacing: new(true),
			})
	}, "LB")
	w.add("web ACL", func() {
		waf.Protect(lb, "WebACL", &waf.Props{
			Serves: waf.Serves{Hosts: []string{"shop.example.com"}}, Resource: waf.LoadBalancer(balancer),
			BlockedSources: []tiers.BlockPeer{tiers.CIDR("203.0.113.128/25")},
		})
	}, "balancer")
	w.add("asks", func() { app.Connections().AllowTo(db, awsec2.Port_Tcp(new(5432.0)), nil) }, "App", "DB")

	w.add("configure", func() { endpoints.Configure(n, &endpoints.Props{Accounts: []string{"999999999999"}}) })
	w.add("roles", func() { endpoints.Roles(app, roles["AppRole"]) }, "App")
	w.add("more roles", func() { endpoints.Roles(worker, roles["WorkerRole"], roles["BatchRole"]) }, "Worker")
	w.add("a role", func() { endpoints.RoleARNs(db, "arn:aws:iam::123456789012:role/db") }, "DB")
	w.add("reads", func() { endpoints.Grant(app, endpoints.S3(bucket).Read("in/*")) }, "App", "configure")
	w.add("writes", func() { endpoints.Grant(worker, endpoints.S3(bucket).Write("out/*"), endpoints.WhoAmI()) }, "Worker", "configure")
	w.add("backups", func() {
		endpoints.Grant(db, endpoints.SQS(endpoints.ARN("arn:aws:sqs:eu-west-1:123456789012:backups")).Send())
	}, "DB", "configure")
	w.add("sessions", func() { endpoints.Grant(bastion, endpoints.SessionManager()) }, "Bastion", "configure")
	w.add("for one", func() { endpoints.Grant(worker, endpoints.PutMetrics().For(roles["BatchRole"])) }, "Worker", "configure")
	w.add("only from", func() { endpoints.OnlyFrom(n, bucket, nil) })
	w.add("shield", func() {
		shield.Protect(stack, "Shield", &shield.Props{Resource: *balancer.LoadBalancerArn()})
	}, "balancer")
	branch(stack, &w)
	return &w
}

// branch adds a second network, which reaches the internet through another one. It has a load balancer for UDP, a VPN, and standalone
// endpoints.
func branch(stack awscdk.Stack, w *wiring) {
	var (
		edge  *tiers.EdgeTier
		media *tiers.AppTier
	)
	n := tiers.NewNetwork(stack, "Branch", &tiers.NetworkProps{
		CIDR: "10.64.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"}, SkipProof: true,
		DefaultRoute: tiers.TransitGateway("tgw-0123456789abcdef0"),
	})
	w.add("Branch edge", func() { edge = tiers.NewEdgeTier(n, "Edge", nil) })
	w.add("Media", func() { media = tiers.NewAppTier(n, "Media", nil) })
	w.add("Jobs", func() {
		tiers.NewAppTier(n, "Jobs", &tiers.TierProps{SharesWith: media}).AllowTo(media, tiers.TCP(9000))
	}, "Media")
	w.add("updates", func() { media.AllowTo(tiers.Internet, tiers.HTTPS) }, "Media")
	w.add("callers", func() { edge.AllowFrom(tiers.Internet, tiers.UDP(5060)) }, "Branch edge")
	w.add("media", func() { edge.AllowTo(media, tiers.UDP(5060)); edge.AllowTo(media, tiers.TCP(5061)) }, "Branch edge", "Media")
	w.add("phones", func() {
		media.AllowTo(tiers.CIDR("192.168.7.0/24").Via(tiers.VPNGateway("vgw-0123456789abcdef0")), tiers.UDP(5060))
	}, "Media")
	w.add("UDP", func() {
		loadbalancer.NewNetwork(edge, "Voice", &loadbalancer.NetworkProps{Listeners: []loadbalancer.Listener{{
			Port: 5060, Protocol: loadbalancer.UDP, To: loadbalancer.Target{Tier: media, Port: 5060, HealthPort: 5061},
		}}})
	}, "Branch edge", "Media")
	old := awsec2.NewVpc(stack, new("Old"), nil)
	isolated := &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_WITH_EGRESS}
	w.add("old sessions", func() {
		endpoints.NewInterface(stack, "Sessions", &endpoints.InterfaceProps{Vpc: old, Service: "ssm", Subnets: isolated,
			Policy: endpoints.Allow(endpoints.SessionManager()).To("arn:aws:iam::123456789012:role/old")})
	})
	w.add("old metrics", func() {
		endpoints.NewInterface(stack, "Metrics", &endpoints.InterfaceProps{Vpc: old, Service: "monitoring", Subnets: isolated,
			Policy: endpoints.Allow(endpoints.PutMetrics()).To("arn:aws:iam::123456789012:role/old")})
	})
	w.add("group", func() {
		shield.NewGroup(stack, "Everything", &shield.GroupProps{ID: "everything", All: true})
	})
}

var orders = flag.Int64("orders", 1, "how many orders of the calls TestOrderDecidesNothing tries")

// TestOrderDecidesNothing: the templates do not depend on the order of the calls.
func TestOrderDecidesNothing(t *testing.T) {
	synth := func(seed int64) string {
		stack := tierstest.Stack(t)
		everyCall(stack).run(rand.New(rand.NewSource(seed)))
		return sortStatements(t, cdktest.Templates(t, stack)[""])
	}
	first := synth(0)
	for seed := range *orders {
		assert.Equal(t, first, synth(seed+1), "seed %d", seed+1)
	}
}

// sortStatements sorts the statements of roles' policies. CDK keeps them in the order of the calls, which has no meaning in IAM.
func sortStatements(t *testing.T, template []byte) string {
	t.Helper()
	var parsed map[string]any
	require.NoError(t, json.Unmarshal(template, &parsed))
	for _, r := range parsed["Resources"].(map[string]any) {
		if r := r.(map[string]any); r["Type"] == "AWS::IAM::Policy" {
			document := r["Properties"].(map[string]any)["PolicyDocument"].(map[string]any)
			slices.SortFunc(document["Statement"].([]any), func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		}
	}
	out, err := json.MarshalIndent(parsed, "", " ")
	require.NoError(t, err)
	return string(out)
}
