package watch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53resolver"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/dnsfirewall"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/dns"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/logs"
)

// DNSMode says what happens to queries for names that nothing declares. Turn DNS Firewall on in a running network in steps: deploy
// DNSObserve, add the names that its log shows and that are wanted, then deploy DNSEnforce.
type DNSMode int

// The modes of DNS Firewall.
const (
	// DNSEnforce blocks the names that nothing declares. It is the zero DNSMode.
	DNSEnforce DNSMode = iota
	// DNSObserve answers all queries. The query log and the metrics show which ones DNSEnforce would block, with the action ALERT.
	DNSObserve
)

// DNSResponse is the answer to a blocked query (Route 53 API Reference, FirewallRule).
type DNSResponse string

// The responses.
const (
	// DNSNoData answers that the name exists and has no records. It is what an empty DNSResponse stands for.
	DNSNoData DNSResponse = "NODATA"
	// DNSNXDomain answers that the name does not exist. Some resolvers conclude that no name below it exists either, even an allowed one
	// (RFC 8020).
	DNSNXDomain DNSResponse = "NXDOMAIN"
)

// DNSConfidence is how sure DNS Firewall Advanced must be that a query is a threat (Route 53 API Reference, FirewallRule).
type DNSConfidence string

// The confidences.
const (
	DNSLow    DNSConfidence = "LOW"    // finds most threats, and takes most other queries for threats
	DNSMedium DNSConfidence = "MEDIUM" // a balance between the two
	DNSHigh   DNSConfidence = "HIGH"   // finds only threats that are well corroborated
)

// DNSFailure says what happens to all queries of the VPC while DNS Firewall itself cannot answer (Route 53 API Reference, FirewallConfig).
type DNSFailure string

// The choices for failures of DNS Firewall.
const (
	// DNSFailClosed blocks all queries. It is AWS's default.
	DNSFailClosed DNSFailure = "DISABLED"
	// DNSFailOpen answers all queries without filtering them.
	DNSFailOpen DNSFailure = "ENABLED"
)

// DNSProps configures [DNS]; nil is the zero DNSProps.
type DNSProps struct {
	// Mode says what happens to queries for names that nothing declares; the zero Mode is DNSEnforce.
	Mode DNSMode
	// Names are further names that tiers may ask for, in the form of [tiers.Domain]: "api.example.com", or with a leading dot a domain and
	// all below it, ".example.com". CDK tokens are rejected.
	Names []string
	// PrivateZones are the names of private hosted zones, "corp.example.com". Tiers may ask for the zone and for all names below it. CDK
	// tokens are rejected.
	PrivateZones []string
	// Response is the answer to blocked queries; empty is DNSNoData.
	Response DNSResponse
	// Advanced adds the protections of DNS Firewall Advanced against generated names (DGA, also those made of words) and against data that
	// leaves inside of queries (tunnelling), with this confidence. They decide before names below a declared domain, such as
	// ".example.com", and not before names that are declared entirely. DNSEnforce blocks what they find, and DNSObserve reports it. AWS
	// charges extra for them. Empty leaves them out.
	Advanced DNSConfidence
	// Failure says what happens to all queries of the VPC while DNS Firewall cannot answer. Empty leaves it to the VPC: AWS's default is
	// DNSFailClosed. Other values create an AWS::Route53Resolver::FirewallConfig. CDK 2.277 knows this type. The validation
	// of CDK 2.270 does not: it fails synthesis until the app acknowledges CloudFormation-Validate::F3006.
	Failure DNSFailure
	// Priority is the place of the rule group among those of the VPC, 101 to 9899. Groups with lower numbers decide before it; 0 is 1000.
	Priority int
	// QueryLogs is the destination of the log of all queries of the VPC; the zero Destination is a new log group. The log is the only place
	// that shows which name was blocked.
	QueryLogs logs.Destination
	// Retention is how long a new log group keeps its events; empty is THREE_MONTHS, 90 days.
	Retention awslogs.RetentionDays
	// Key encrypts a new log group. Its key policy gets the statement that CloudWatch Logs needs. If Key is nil, CloudWatch Logs encrypts
	// with a key of its own.
	Key awskms.IKey
	// Production protects the association of the rule group with the VPC against changes and deletion. To change or remove it, set
	// Production to false and deploy first.
	Production bool
}

// DNSFirewall is the Route 53 Resolver DNS Firewall of a network. Make it with [DNS].
type DNSFirewall struct {
	constructs.Construct
	problems report.Problems
	props    DNSProps
	group    awsroute53resolver.CfnFirewallRuleGroup
	logGroup awslogs.ILogGroup // nil if the log has another destination
	plan     dns.Plan          // from the last synthesis
	parts    []string          // ids of what does not depend on the declaration
	made     []string          // ids of the lists from the last synthesis
	failed   diag.List         // by the last synthesis
}

// DNS lets the tiers of a network ask DNS for the names that the network declares, and for no others. It creates a rule group of Route 53
// Resolver DNS Firewall with domain lists, its association with the VPC, and a query log. The VPC may be one that the network wraps. The
// lists are filled at synthesis, when everything is declared:
//
//   - the names of flows to [tiers.Domain] and those in props.Names;
//   - the names of the AWS services that grants use, and of databases, caches, file systems, brokers and load balancers in tiers that flows
//     lead to;
//   - the names of instances and IPv4 addresses of the network, and those in props.PrivateZones.
//
// Names that CNAME records of an allowed name lead on to are trusted. [DNSFirewall.Names] lists the names with their reasons. DNS Firewall
// sees only the queries that the VPC's own resolver gets: queries to other resolvers, and names inside of HTTPS, pass it by.
//
// Errors in props fail synthesis, and so does a second DNS on the same network. A nil network panics.
func DNS(network *tiers.Network, props *DNSProps) *DNSFirewall {
	at := diag.Caller()
	if network == nil || network.Construct == nil {
		panic(diag.Diagnostic{Summary: "the network of DNS is nil or was not created by NewNetwork", At: []diag.Position{at}}.String())
	}
	if props == nil {
		props = &DNSProps{}
	}
	d := &DNSFirewall{props: *props}
	id, free := take(network, "DNS", at)
	constructs.NewConstruct_Override(d, network, &id)
	d.problems.Attach(d, at)
	if !free {
		d.problems.Add("dns-twice", "the network has a DNS firewall, or another construct with the id DNS, already",
			"the first one would decide, and the second would have no effect", "call watch.DNS once, with all names", at)
	}
	d.problems.Later = append(d.problems.Later, func() {
		for _, f := range d.failed {
			d.problems.Put(f)
		}
		d.complete(at)
	})
	d.make(network, at)
	d.record(wiring.NetworkOf(network).Calls())
	wiring.NetworkOf(network).Watch(func(p *plan.Plan) { d.fill(p.Model) })
	return d
}

// make creates everything that does not depend on what is declared.
func (d *DNSFirewall) make(network *tiers.Network, at diag.Position) {
	d.group = awsroute53resolver.NewCfnFirewallRuleGroup(d, new("RuleGroup"), nil)
	priority := d.props.Priority
	if priority == 0 {
		priority = 1000
	}
	if err := dnsfirewall.CheckPriority(priority); err != nil {
		d.problems.Add("dns-priority", "the priority of the rule group is not usable", err.Error(), "choose another one, or 0 for 1000", at)
	}
	vpc := network.Vpc().VpcId()
	p := &awsroute53resolver.CfnFirewallRuleGroupAssociationProps{
		FirewallRuleGroupId: d.group.AttrId(), Priority: new(float64(priority)), VpcId: vpc, MutationProtection: new("DISABLED"),
	}
	if d.props.Production {
		p.MutationProtection = new("ENABLED")
	}
	awsroute53resolver.NewCfnFirewallRuleGroupAssociation(d, new("Association"), p)
	d.problems.Made("association of the DNS firewall with the VPC", "Association", func() map[string]any { return report.Properties(p) })
	d.fail(vpc, at)
	d.log(vpc)
	b := &batch.Batch{}
	var ids []*string
	for _, part := range *d.Node().Children() {
		ids = append(ids, batch.Get[string](b, part, "node.id"))
	}
	b.Run()
	for _, id := range ids {
		d.parts = append(d.parts, *id)
	}
}

// fail creates the choice for failures of DNS Firewall, if there is one.
func (d *DNSFirewall) fail(vpc *string, at diag.Position) {
	switch d.props.Failure {
	case "":
		return
	case DNSFailClosed, DNSFailOpen:
	default:
		d.problems.Add("dns-failure", "the choice for failures of DNS Firewall is unknown", "allowed are DNSFailClosed and DNSFailOpen",
			"choose one of them, or leave it out", at)
	}
	// CDK 2.270 has no construct for this type.
	properties := map[string]any{"ResourceId": vpc, "FirewallFailOpen": string(d.props.Failure)}
	awscdk.NewCfnResource(d, new("Failure"), &awscdk.CfnResourceProps{
		Type: new("AWS::Route53Resolver::FirewallConfig"), Properties: &properties,
	})
	d.problems.Made("choice for failures of the DNS firewall", "Failure", func() map[string]any { return properties })
}

// complete reports the parts that the app has removed. The proof does not know them, because it compares what is in the app.
func (d *DNSFirewall) complete(at diag.Position) {
	b, present := &batch.Batch{}, make([]*bool, len(d.parts))
	for i, id := range d.parts {
		present[i] = batch.Get[bool](b, b.Child(d, id), batch.Present)
	}
	b.Run()
	for i, id := range d.parts {
		if !*present[i] {
			d.problems.Add("dns-part", "the DNS firewall has lost a part: "+id, "the app removed the construct",
				"keep it, or remove watch.DNS", at)
		}
	}
}

// RuleGroupID returns the id of the rule group, a CDK token.
func (d *DNSFirewall) RuleGroupID() *string { return d.group.AttrId() }

// LogGroup returns the log group of the query log, or nil if the log has another destination or none.
func (d *DNSFirewall) LogGroup() awslogs.ILogGroup { return d.logGroup }
