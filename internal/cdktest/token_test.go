package cdktest_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/loadbalancer"
	"github.com/tierwall/tierwall/tiers/logs"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/tiers/watch"
	"github.com/tierwall/tierwall/waf"
	"github.com/tierwall/tierwall/waf/shield"
)

var allTokens = flag.Bool("tokens", false, "TestTokens tries all values; without, every sixth, and no literals of those that can be tokens")

// TestTokens: Go takes a CDK token for the values for which tokens.txt says so, and for no others. A test of package document holds that
// the file can import exactly these.
func TestTokens(t *testing.T) {
	data, err := os.ReadFile("../gen/document/testdata/tokens.txt")
	require.NoError(t, err)
	seen := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		require.Len(t, words, 3, line)
		name := words[0]
		seen[name] = true
		if !*allTokens && len(seen)%6 != 1 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			value, ok := tokenCases[name]
			require.True(t, ok, "no test sets %s", name)
			refuses := words[2] == "refuses"
			if *allTokens || refuses {
				assert.NoError(t, synthesized(t, value, value.literal), "with the literal %q", value.literal)
			}
			err := synthesized(t, value, *awscdk.Fn_ImportValue(new("Export")))
			assert.Equal(t, refuses, err != nil, "%v", err)
		})
	}
	for name := range tokenCases {
		assert.True(t, seen[name], "tokens.txt does not have %s", name)
	}
}

func synthesized(t *testing.T, value tokenCase, text string) error {
	t.Helper()
	stack := tierstest.Stack(t)
	n := newTokenNetwork(stack, text, value.network)
	if value.set != nil {
		value.set(n, text)
	}
	return tierstest.Synth(t, stack)
}

// tokenCase sets one value.
type tokenCase struct {
	literal string
	network func(*tiers.NetworkProps, string) // nil for the network of most values
	set     func(tokenNetwork, string)
}

// tokenNetwork is a network that has what the values need. Its proof is off, because what is imported leaves much unknown.
type tokenNetwork struct {
	*tiers.Network
	stack     awscdk.Stack
	edge      *tiers.EdgeTier
	app, next *tiers.AppTier
}

func newTokenNetwork(stack awscdk.Stack, text string, change func(*tiers.NetworkProps, string)) tokenNetwork {
	props := &tiers.NetworkProps{
		CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"}, SkipProof: true,
	}
	if change != nil {
		change(props, text)
	}
	n := tokenNetwork{Network: tiers.NewNetwork(stack, "Network", props), stack: stack}
	n.edge, n.app = tiers.NewEdgeTier(n.Network, "Edge", nil), tiers.NewAppTier(n.Network, "App", nil)
	n.next = tiers.NewAppTier(n.Network, "Next", &tiers.TierProps{Block: 9})
	n.edge.AllowFrom(tiers.Internet, tiers.HTTPS)
	n.edge.AllowTo(n.app, tiers.HTTPS)
	n.app.AllowTo(n.next, tiers.HTTPS)
	return n
}

// ARNs, and a reference to a secret.
const (
	secret      = "{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:111111111111:secret:a}}"
	certificate = "arn:aws:acm:eu-west-1:111111111111:certificate/a"
	someRole    = "arn:aws:iam::111111111111:role/a"
)

func network(literal string, set func(*tiers.NetworkProps, string)) tokenCase {
	return tokenCase{literal: literal, network: set}
}

// existing wraps a VPC of somebody else.
func existing(literal string, set func(*awsec2.VpcAttributes, string)) tokenCase {
	return tokenCase{literal: literal, set: func(n tokenNetwork, text string) {
		attributes := &awsec2.VpcAttributes{
			VpcId: new("vpc-0123456789abcdef0"), VpcCidrBlock: new("10.0.0.0/16"), AvailabilityZones: jsii.Strings("eu-west-1a"),
			PrivateSubnetIds: jsii.Strings("subnet-0123456789abcdef0"),
		}
		set(attributes, text)
		vpc := awsec2.Vpc_FromVpcAttributes(n.stack, new("Theirs"), attributes)
		other := tiers.NewNetwork(n.stack, "Other", &tiers.NetworkProps{Vpc: vpc, SkipProof: true})
		subnets := &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_WITH_EGRESS}
		app := tiers.NewAppTier(other, "App", &tiers.TierProps{VpcSubnets: subnets})
		app.AllowTo(tiers.NewDataTier(other, "Database", &tiers.TierProps{VpcSubnets: subnets}), tiers.MySQL)
	}}
}

func peer(literal string, of func(string) tiers.AppTarget) tokenCase {
	return tokenCase{literal: literal, set: func(n tokenNetwork, text string) { n.app.AllowTo(of(text), tiers.HTTPS) }}
}

func flow(literal string, of func(string) tiers.FlowOption) tokenCase {
	return tokenCase{literal: literal, set: func(n tokenNetwork, text string) {
		n.app.AllowTo(tiers.CIDR("203.0.113.0/24"), tiers.HTTPS, of(text))
	}}
}

func exception(literal string, set func(*tiers.Exception, string)) tokenCase {
	return tokenCase{literal: literal, set: func(n tokenNetwork, text string) {
		e := tiers.Exception{From: n.edge, To: tiers.Internet, Service: tiers.HTTPS, Reason: "a", Owner: "b"}
		set(&e, text)
		n.Except(e)
	}}
}

func inspection(literal string, set func(tokenNetwork, *firewall.Props, string)) tokenCase {
	return tokenCase{literal: literal, set: func(n tokenNetwork, text string) {
		props := &firewall.Props{Paths: firewall.Egress}
		set(n, props, text)
		firewall.Inspect(n.Network, props)
	}}
}

func balancer(literal string, set func(tokenNetwork, *loadbalancer.ApplicationProps, string)) tokenCase {
	return tokenCase{literal: literal, set: func(n tokenNetwork, text string) { n.balancer(text, set) }}
}

func (n tokenNetwork) balancer(
	text string, set func(tokenNetwork, *loadbalancer.ApplicationProps, string),
) *loadbalancer.Application {
	props := &loadbalancer.ApplicationProps{Certificates: []string{certificate}, To: loadbalancer.Target{Tier: n.app}}
	if set != nil {
		set(n, props, text)
	}
	return loadbalancer.NewApplication(n.edge, "Balancer", props)
}

func oidc(literal string, set func(*loadbalancer.OIDC, string)) tokenCase {
	return balancer(literal, func(n tokenNetwork, props *loadbalancer.ApplicationProps, text string) {
		n.Except(tiers.Exception{From: n.edge, To: tiers.Internet, Service: tiers.HTTPS, Reason: "a", Owner: "b"})
		props.OIDC = &loadbalancer.OIDC{
			Issuer: "https://a.example", AuthorizationEndpoint: "https://a.example/a", TokenEndpoint: "https://a.example/t",
			UserInfoEndpoint: "https://a.example/u", ClientID: "id", ClientSecret: awscdk.SecretValue_SecretsManager(new("x"), nil),
		}
		set(props.OIDC, text)
	})
}

func protection(literal string, set func(tokenNetwork, *waf.Props, string)) tokenCase {
	return tokenCase{literal: literal, set: func(n tokenNetwork, text string) {
		props := &waf.Props{}
		set(n, props, text)
		waf.Protect(n.edge, "WebACL", props)
	}}
}

func shielded(literal string, set func(*shield.Props, string)) tokenCase {
	return tokenCase{literal: literal, set: func(n tokenNetwork, text string) {
		props := &shield.Props{Resource: *n.balancer("", nil).LoadBalancer().LoadBalancerArn()}
		set(props, text)
		shield.Protect(n.stack, "Shield", props)
	}}
}

func configured(literal string, set func(*endpoints.Props, string)) tokenCase {
	return tokenCase{literal: literal, set: func(n tokenNetwork, text string) {
		props := &endpoints.Props{}
		set(props, text)
		endpoints.Configure(n.Network, props)
		endpoints.Grant(n.app, endpoints.SessionManager())
	}}
}

func granted(literal string, of func(string) endpoints.Use) tokenCase {
	return tokenCase{literal: literal, set: func(n tokenNetwork, text string) { endpoints.Grant(n.app, of(text)) }}
}

var tokenCases = map[string]tokenCase{
	"tiers.NetworkProps.CIDR": network("10.0.0.0/16", func(p *tiers.NetworkProps, text string) { p.CIDR = text }),
	"tiers.NetworkProps.AvailabilityZones": network("eu-west-1c", func(p *tiers.NetworkProps, text string) {
		p.AvailabilityZones = []string{"eu-west-1a", text}
	}),
	"tiers.NetworkProps.NATAllocationIDs": network("eipalloc-0123456789abcdef0", func(p *tiers.NetworkProps, text string) {
		p.NAT, p.NATAllocationIDs = tiers.NATSingle, []string{text}
	}),
	"tiers.NetworkProps.NATSubnets": network("10.0.250.0/28", func(p *tiers.NetworkProps, text string) {
		p.NATSubnets = []string{text, "10.0.250.16/28"}
	}),
	"tiers.NetworkProps.FirewallSubnets": network("10.0.250.0/28", func(p *tiers.NetworkProps, text string) {
		p.FirewallSubnets = []string{text, "10.0.250.16/28"}
	}),
	"tiers.NetworkProps.IngressSubnets": network("10.0.250.0/28", func(p *tiers.NetworkProps, text string) {
		p.IngressSubnets = []string{text, "10.0.250.16/28"}
	}),
	"tiers.NetworkProps.TransitSubnets": network("10.0.250.0/28", func(p *tiers.NetworkProps, text string) {
		p.TransitSubnets = []string{text, "10.0.250.16/28"}
	}),
	"tiers.NetworkProps.DefaultRoute": network("tgw-0123456789abcdef0", func(p *tiers.NetworkProps, text string) {
		p.DefaultRoute = tiers.TransitGateway(text)
	}),
	"tiers.NetworkProps.Vpc": existing("vpc-0123456789abcdef0", func(a *awsec2.VpcAttributes, text string) { a.VpcId = &text }),
	"tiers.NetworkProps.Vpc.VpcCidrBlock": existing("10.0.0.0/16", func(a *awsec2.VpcAttributes, text string) {
		a.VpcCidrBlock = &text
	}),
	"tiers.IPAM.PoolID": network("ipam-pool-0123456789abcdef0", func(p *tiers.NetworkProps, text string) {
		p.CIDR, p.IPAM = "", &tiers.IPAM{PoolID: text, NetmaskLength: 16}
	}),
	"tiers.TierProps.Subnets": {literal: "10.0.200.0/25", set: func(n tokenNetwork, text string) {
		more := tiers.NewAppTier(n.Network, "More", &tiers.TierProps{Subnets: []string{text, "10.0.200.128/25"}})
		n.app.AllowTo(more, tiers.HTTPS)
	}},
	"tiers.EdgeTierProps.Subnets": {literal: "10.0.200.0/25", set: func(n tokenNetwork, text string) {
		more := tiers.NewEdgeTier(n.Network, "More", &tiers.EdgeTierProps{Subnets: []string{text, "10.0.200.128/25"}})
		more.AllowTo(n.app, tiers.HTTPS)
	}},
	"tiers.Kubernetes.Namespace": {literal: "shop", set: func(n tokenNetwork, text string) {
		tiers.NewAppTier(n.Network, "Pods", &tiers.TierProps{Block: 10, Kubernetes: &tiers.Kubernetes{Namespace: text}})
	}},
	"tiers.Kubernetes.Labels": {literal: "web", set: func(n tokenNetwork, text string) {
		tiers.NewAppTier(n.Network, "Pods", &tiers.TierProps{
			Block: 10, Kubernetes: &tiers.Kubernetes{Namespace: "shop", Labels: map[string]string{"app": text}},
		})
	}},
	"tiers.ImportProps.SecurityGroupID": {literal: "sg-0123456789abcdef0", set: func(n tokenNetwork, text string) {
		theirs := tiers.ImportAppTier(n.Network, "Theirs", &tiers.ImportProps{SecurityGroupID: text})
		n.app.AllowTo(theirs, tiers.HTTPS)
	}},
	"tiers.CIDR":       peer("203.0.113.0/24", func(text string) tiers.AppTarget { return tiers.CIDR(text) }),
	"tiers.PrefixList": peer("pl-0123456789abcdef0", func(text string) tiers.AppTarget { return tiers.PrefixList(text, 3) }),
	"tiers.IPv6CIDR": {
		literal: "2001:db8::/32", network: func(p *tiers.NetworkProps, _ string) { p.IPv6 = true },
		set: func(n tokenNetwork, text string) { n.app.AllowTo(tiers.IPv6CIDR(text), tiers.HTTPS) },
	},
	"tiers.Domain": {literal: "api.example.com", set: func(n tokenNetwork, text string) {
		firewall.Inspect(n.Network, &firewall.Props{Paths: firewall.Egress})
		n.app.AllowTo(tiers.Domain(text), tiers.HTTPS)
	}},
	"tiers.TransitGateway": peer("tgw-0123456789abcdef0", func(text string) tiers.AppTarget {
		return tiers.CIDR("172.16.0.0/12").Via(tiers.TransitGateway(text))
	}),
	"tiers.PeeringConnection": peer("pcx-0123456789abcdef0", func(text string) tiers.AppTarget {
		return tiers.CIDR("172.16.0.0/12").Via(tiers.PeeringConnection(text))
	}),
	"tiers.VPNGateway": peer("vgw-0123456789abcdef0", func(text string) tiers.AppTarget {
		return tiers.CIDR("172.16.0.0/12").Via(tiers.VPNGateway(text))
	}),
	"tiers.Because":           flow("why", tiers.Because),
	"tiers.Owner":             flow("who", tiers.Owner),
	"tiers.Expires":           flow("2099-01-01", tiers.Expires),
	"tiers.Exception.Reason":  exception("why", func(e *tiers.Exception, text string) { e.Reason = text }),
	"tiers.Exception.Owner":   exception("who", func(e *tiers.Exception, text string) { e.Owner = text }),
	"tiers.Exception.Expires": exception("2099-01-01", func(e *tiers.Exception, text string) { e.Expires = text }),

	"firewall.Props.Name": inspection("wall", func(_ tokenNetwork, p *firewall.Props, text string) { p.Name = text }),
	"firewall.PolicyProps.HomeNet": inspection("10.0.0.0/8", func(n tokenNetwork, p *firewall.Props, text string) {
		p.Policy = firewall.NewPolicy(n.Network, "Policy", &firewall.PolicyProps{HomeNet: []string{text}})
	}),
	"firewall.ImportTLSInspection": inspection("arn:aws:network-firewall:eu-west-1:111111111111:tls-configuration/a",
		func(n tokenNetwork, p *firewall.Props, text string) {
			p.Policy = firewall.NewPolicy(n.Network, "Policy", &firewall.PolicyProps{
				TLSInspection: firewall.ImportTLSInspection(n.Network, "TLS", text),
			})
		}),
	"firewall.ImportRuleGroup": inspection("arn:aws:network-firewall:eu-west-1:111111111111:stateful-rulegroup/a",
		func(n tokenNetwork, p *firewall.Props, text string) {
			p.Threats = []*firewall.RuleGroup{firewall.ImportRuleGroup(n.Network, "Group", text, 10)}
		}),
	"logs.ToFirehose": inspection("arn:aws:firehose:eu-west-1:111111111111:deliverystream/a",
		func(_ tokenNetwork, p *firewall.Props, text string) {
			p.Logging = &firewall.LoggingProps{Alert: logs.ToFirehose(text)}
		}),
	"logs.ToBucket": balancer("prefix", func(n tokenNetwork, p *loadbalancer.ApplicationProps, text string) {
		p.Logs.To = logs.ToBucket(awss3.Bucket_FromBucketName(n.stack, new("Logs"), new("logs")), text)
	}),

	"loadbalancer.ApplicationProps.Certificates": balancer(certificate,
		func(_ tokenNetwork, p *loadbalancer.ApplicationProps, text string) { p.Certificates = []string{text} }),
	"loadbalancer.Target.HealthPath": balancer("/health", func(_ tokenNetwork, p *loadbalancer.ApplicationProps, text string) {
		p.To.HealthPath = text
	}),
	"loadbalancer.Route.Hosts": balancer("a.example.com", func(n tokenNetwork, p *loadbalancer.ApplicationProps, text string) {
		p.Routes = []loadbalancer.Route{{Hosts: []string{text}, To: loadbalancer.Target{Tier: n.app}}}
	}),
	"loadbalancer.Route.Paths": balancer("/a/*", func(n tokenNetwork, p *loadbalancer.ApplicationProps, text string) {
		p.Routes = []loadbalancer.Route{{Paths: []string{text}, To: loadbalancer.Target{Tier: n.app}}}
	}),
	"loadbalancer.Logs.Prefix": balancer("prefix", func(_ tokenNetwork, p *loadbalancer.ApplicationProps, text string) {
		p.Logs.Prefix = text
	}),
	"loadbalancer.OIDC.Issuer": oidc("https://a.example", func(o *loadbalancer.OIDC, text string) { o.Issuer = text }),
	"loadbalancer.OIDC.AuthorizationEndpoint": oidc("https://a.example", func(o *loadbalancer.OIDC, text string) {
		o.AuthorizationEndpoint = text
	}),
	"loadbalancer.OIDC.TokenEndpoint":    oidc("https://a.example", func(o *loadbalancer.OIDC, text string) { o.TokenEndpoint = text }),
	"loadbalancer.OIDC.UserInfoEndpoint": oidc("https://a.example", func(o *loadbalancer.OIDC, text string) { o.UserInfoEndpoint = text }),
	"loadbalancer.OIDC.ClientID":         oidc("id", func(o *loadbalancer.OIDC, text string) { o.ClientID = text }),
	"loadbalancer.Listener.Certificates": {literal: certificate, set: func(n tokenNetwork, text string) {
		loadbalancer.NewNetwork(n.edge, "Balancer", &loadbalancer.NetworkProps{
			Listeners: []loadbalancer.Listener{{Port: 443, Certificates: []string{text}, To: loadbalancer.Target{Tier: n.app}}},
		})
	}},

	"waf.Props.Name":          protection("acl", func(_ tokenNetwork, p *waf.Props, text string) { p.Name = text }),
	"waf.Props.ClientAddress": protection("X-Forwarded-For", func(_ tokenNetwork, p *waf.Props, text string) { p.ClientAddress = text }),
	"waf.Props.Countries":     protection("DE", func(_ tokenNetwork, p *waf.Props, text string) { p.Countries = []string{text} }),
	"waf.Props.BlockedCountries": protection("DE", func(_ tokenNetwork, p *waf.Props, text string) {
		p.BlockedCountries = []string{text}
	}),
	"waf.Serves.Hosts":   protection("a.example.com", func(_ tokenNetwork, p *waf.Props, text string) { p.Serves.Hosts = []string{text} }),
	"waf.Serves.Admin":   protection("/admin", func(_ tokenNetwork, p *waf.Props, text string) { p.Serves.Admin = []string{text} }),
	"waf.Serves.Login":   protection("/login", func(_ tokenNetwork, p *waf.Props, text string) { p.Serves.Login = []string{text} }),
	"waf.Serves.Uploads": protection("/up", func(_ tokenNetwork, p *waf.Props, text string) { p.Serves.Uploads = []string{text} }),
	"waf.Route.Path": protection("/a", func(_ tokenNetwork, p *waf.Props, text string) {
		p.Serves.Routes = []waf.Route{{Path: text}}
	}),
	"waf.Route.Methods": protection("GET", func(_ tokenNetwork, p *waf.Props, text string) {
		p.Serves.Routes = []waf.Route{{Path: "/", Methods: []string{text}}}
	}),
	"waf.Rate.Name": protection("Search", func(_ tokenNetwork, p *waf.Props, text string) {
		p.RateLimits = []waf.Rate{{Name: text, Limit: 100}}
	}),
	"waf.Rate.Paths": protection("/a", func(_ tokenNetwork, p *waf.Props, text string) {
		p.RateLimits = []waf.Rate{{Name: "Search", Paths: []string{text}, Limit: 100}}
	}),
	"waf.CountedRule.Rule": protection("SizeRestrictions_BODY", func(_ tokenNetwork, p *waf.Props, text string) {
		p.CountedRules = []waf.CountedRule{{Group: waf.CommonRuleSet, Rule: text, Reason: "a"}}
	}),
	"waf.CountedRule.Reason": protection("why", func(_ tokenNetwork, p *waf.Props, text string) {
		p.CountedRules = []waf.CountedRule{{Group: waf.CommonRuleSet, Rule: "SizeRestrictions_BODY", Reason: text}}
	}),
	"waf.Origin.Header": protection("X-Origin", func(_ tokenNetwork, p *waf.Props, text string) {
		p.Origin = &waf.Origin{Header: text, Secrets: []string{secret}}
	}),
	"waf.Origin.Secrets": protection(secret,
		func(_ tokenNetwork, p *waf.Props, text string) {
			p.Origin = &waf.Origin{Header: "X-Origin", Secrets: []string{text}}
		}),
	"waf.LoggingProps.RedactHeaders": protection("x-a", func(_ tokenNetwork, p *waf.Props, text string) {
		p.Logging = &waf.LoggingProps{RedactHeaders: []string{text}}
	}),
	"waf.LogFilter.Labels": protection("awswaf:a", func(_ tokenNetwork, p *waf.Props, text string) {
		p.Logging = &waf.LoggingProps{Filters: []waf.LogFilter{{Labels: []string{text}}}}
	}),
	"waf.ARN": protection("arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/a/0123456789abcdef",
		func(_ tokenNetwork, p *waf.Props, text string) { p.Resource = waf.ARN(text) }),

	"shield.Props.HealthCheck": shielded("arn:aws:route53:::healthcheck/a", func(p *shield.Props, text string) { p.HealthCheck = text }),
	"shield.Props.Name":        shielded("name", func(p *shield.Props, text string) { p.Name = text }),

	"watch.FlowLogsProps.ID": {literal: "Other", set: func(n tokenNetwork, text string) {
		watch.FlowLogs(n.Network, &watch.FlowLogsProps{ID: text})
	}},
	"watch.FlowLogsProps.Fields": {literal: "region", set: func(n tokenNetwork, text string) {
		watch.FlowLogs(n.Network, &watch.FlowLogsProps{Fields: []string{text}})
	}},
	"watch.AlarmsProps.FlowLogFields": {literal: "action", set: func(n tokenNetwork, text string) {
		log := watch.FlowLogs(n.Network, &watch.FlowLogsProps{NewLogGroup: true})
		watch.Alarms(n.Network, &watch.AlarmsProps{FlowLog: log.LogGroup(), FlowLogFields: []string{"version", text}})
	}},
	"watch.AlarmsProps.Off": {literal: "EndpointLoss", set: func(n tokenNetwork, text string) {
		endpoints.Grant(n.app, endpoints.PutMetrics())
		watch.Alarms(n.Network, &watch.AlarmsProps{Off: []string{text}})
	}},
	"watch.DNSProps.Names": {literal: "a.example.com", set: func(n tokenNetwork, text string) {
		watch.DNS(n.Network, &watch.DNSProps{Names: []string{text}})
	}},
	"watch.DNSProps.PrivateZones": {literal: "corp.example.com", set: func(n tokenNetwork, text string) {
		watch.DNS(n.Network, &watch.DNSProps{PrivateZones: []string{text}})
	}},

	"endpoints.Props.Subnets": configured("10.0.200.0/25", func(p *endpoints.Props, text string) {
		p.Subnets = []string{text, "10.0.200.128/25"}
	}),
	"endpoints.Props.NoPolicy":     configured("ssm", func(p *endpoints.Props, text string) { p.NoPolicy = []string{text} }),
	"endpoints.Props.Organization": configured("o-a1b2c3d4e5", func(p *endpoints.Props, text string) { p.Organization = text }),
	"endpoints.Props.Accounts":     configured("111111111111", func(p *endpoints.Props, text string) { p.Accounts = []string{text} }),
	"endpoints.Props.PrefixLists": configured("pl-6da54004", func(p *endpoints.Props, text string) {
		p.PrefixLists = map[string]string{"s3": text}
	}),
	"endpoints.Props.Zones": configured("eu-west-1a", func(p *endpoints.Props, text string) {
		p.Zones = map[string][]string{"ssm": {text}}
	}),
	"endpoints.Existing.SecurityGroupID": configured("sg-0123456789abcdef0", func(p *endpoints.Props, text string) {
		p.Imported = []endpoints.Existing{{Service: "ssm", SecurityGroupID: text}}
	}),
	"endpoints.Existing.Service": configured("ssm", func(p *endpoints.Props, text string) {
		p.Imported = []endpoints.Existing{{Service: text, SecurityGroupID: "sg-0123456789abcdef0"}}
	}),
	"endpoints.OnlyFromProps.Exempt": {literal: someRole, set: func(n tokenNetwork, text string) {
		endpoints.OnlyFrom(n.Network, awss3.NewBucket(n.stack, new("Bucket"), nil), &endpoints.OnlyFromProps{Exempt: []string{text}})
	}},
	"endpoints.ARN": granted("arn:aws:sqs:eu-west-1:111111111111:a", func(text string) endpoints.Use {
		return endpoints.SQS(endpoints.ARN(text)).Send()
	}),
	"endpoints.RoleARNs": {literal: someRole, set: func(n tokenNetwork, text string) {
		endpoints.RoleARNs(n.app, text)
		endpoints.Grant(n.app, endpoints.SessionManager())
	}},
	"endpoints.DynamoDBStream": granted("arn:aws:dynamodb:eu-west-1:111111111111:table/a/stream/b", endpoints.DynamoDBStream),
	"endpoints.Signals":        granted("arn:aws:cloudformation:eu-west-1:111111111111:stack/a/b", endpoints.Signals),
	"endpoints.ServiceUse.On": granted("arn:aws:sqs:eu-west-1:111111111111:a", func(text string) endpoints.Use {
		return endpoints.Service("sqs").Actions("SendMessage").On(text)
	}),
	"endpoints.ServiceUse.Actions": granted("SendMessage", func(text string) endpoints.Use {
		return endpoints.Service("sqs").Actions(text).On("*")
	}),
	"endpoints.Service": granted("sqs", func(text string) endpoints.Use { return endpoints.Service(text).Actions("sqs:SendMessage").On("*") }),
	"endpoints.BucketUses.Read": granted("a/*", func(text string) endpoints.Use {
		return endpoints.S3(endpoints.ARN("arn:aws:s3:::a")).Read(text)
	}),
	"endpoints.DescribeEC2": granted("Instances", func(text string) endpoints.Use { return endpoints.DescribeEC2(text) }),
}
