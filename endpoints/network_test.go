package endpoints_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

// TestNetworks: the proof finds nothing about endpoints in any kind of network.
func TestNetworks(t *testing.T) {
	two := func(p *tiers.NetworkProps) { p.AvailabilityZones = []string{"eu-west-1a", "eu-west-1b"} }
	for name, test := range map[string]struct {
		props     func(*tiers.NetworkProps) // changes the usual props
		endpoints *endpoints.Props
		inspect   firewall.Paths
	}{
		"nested stacks":   {props: func(p *tiers.NetworkProps) { p.Layout = tiers.NestedStacks }},
		"dual-stack":      {props: func(p *tiers.NetworkProps) { p.IPv6 = true }},
		"no network ACLs": {props: func(p *tiers.NetworkProps) { p.NetworkACLs = tiers.NetworkACLsOff }},
		"IPAM": {props: func(p *tiers.NetworkProps) {
			p.CIDR, p.IPAM, p.Blocks = "", &tiers.IPAM{PoolID: "ipam-pool-0123456789abcdef0", NetmaskLength: 18}, 32
		}},
		"a prefix list from CDK": {
			props:     func(p *tiers.NetworkProps) { p.AvailabilityZones = []string{"mx-central-1a"} },
			endpoints: &endpoints.Props{PrefixLists: map[string]string{"s3": "pl-0123456789abcdef0"}},
		},
		"inspected":                {two, nil, firewall.Egress | firewall.EastWest | firewall.Ingress},
		"a block":                  {endpoints: &endpoints.Props{Block: 9}},
		"exact subnets":            {two, &endpoints.Props{Subnets: []string{"10.0.200.0/28", "10.0.201.0/28"}}, 0},
		"some zones":               {two, &endpoints.Props{Zones: map[string][]string{"sts": {"eu-west-1b"}}}, 0},
		"any role, open, accounts": {endpoints: &endpoints.Props{AnyRole: true, Accounts: []string{"999999999999"}}},
		"an organisation":          {endpoints: &endpoints.Props{Organization: "o-a1b2c3d4e5"}},
		"no policy for some":       {endpoints: &endpoints.Props{NoPolicy: []string{"sts", "s3"}}},
		"open":                     {endpoints: &endpoints.Props{Policies: endpoints.Open}},
	} {
		t.Run(name, func(t *testing.T) {
			stack := tierstest.Stack(t)
			props := tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a"}}
			if test.props != nil {
				test.props(&props)
			}
			n := tiers.NewNetwork(stack, "Network", &props)
			app, db := tiers.NewAppTier(n, "App", nil), tiers.NewDataTier(n, "Database", nil)
			worker := tiers.NewAppTier(n, "Worker", &tiers.TierProps{Block: 7})
			app.AllowTo(db, tiers.PostgreSQL)
			if test.endpoints != nil {
				endpoints.Configure(n, test.endpoints)
			}
			bucket := awss3.NewBucket(stack, new("Bucket"), nil)
			endpoints.Roles(app, role(stack, "Role"))
			endpoints.Grant(app, endpoints.S3(bucket).Read(), endpoints.WhoAmI())
			endpoints.Grant(worker, endpoints.S3(bucket).Write("reports/*"))
			endpoints.Grant(db, endpoints.RDSProxy(endpoints.ARN("arn:aws:secretsmanager:*:123456789012:secret:db-AbCdEf")))
			if test.inspect != 0 {
				app.AllowTo(tiers.Domain("api.example.com"), tiers.HTTPS)
				firewall.Inspect(n, &firewall.Props{Paths: test.inspect})
			}
			assert.NoError(t, tierstest.Synth(t, stack)) // The synthesis runs the proof as well.
		})
	}
}

// TestSharing: endpoints may share the subnets of a tier, unless a firewall inspects traffic between tiers.
func TestSharing(t *testing.T) {
	stack := tierstest.Stack(t)
	n := network(stack)
	app, web := tiers.NewAppTier(n, "App", nil), tiers.NewWebTier(n, "Web", nil)
	web.AllowTo(app, tiers.TCP(8080))
	endpoints.Configure(n, &endpoints.Props{SharesWith: app})
	endpoints.Grant(web, endpoints.WhoAmI())
	assert.NoError(t, tierstest.Synth(t, stack))

	stack = tierstest.Stack(t)
	n = network(stack)
	app, web = tiers.NewAppTier(n, "App", nil), tiers.NewWebTier(n, "Web", nil)
	web.AllowTo(app, tiers.TCP(8080))
	endpoints.Configure(n, &endpoints.Props{SharesWith: app})
	endpoints.Grant(web, endpoints.WhoAmI())
	firewall.Inspect(n, &firewall.Props{Paths: firewall.EastWest})
	assert.ErrorContains(t, tierstest.Synth(t, stack), "endpoints share the subnets of a tier, but traffic between tiers is inspected")
}
