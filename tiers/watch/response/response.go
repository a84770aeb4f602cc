package response

import (
	"fmt"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/waf"
)

// Props configures [New]; nil is the zero Props. The zero Props react to findings of GuardDuty, and only say what they would do.
type Props struct {
	// Enforce blocks and isolates. Without it, decisions are only recorded and announced, with the words "would block" and "would isolate".
	// Removing it empties the sets again.
	Enforce bool
	// Isolate lets findings isolate instances. Without it, the function has no permission to change network interfaces.
	Isolate bool
	// Findings say which findings of GuardDuty lead to what; the first that fits decides. nil is [DefaultFindings], with those that isolate
	// only if Isolate is set. An empty list ignores GuardDuty.
	Findings []Finding
	// Alarms are CloudWatch alarms whose address is blocked.
	Alarms []Alarm
	// WebACLRules are rules of web ACLs whose matches block the client.
	WebACLRules []WebACLRule
	// Feeds are lists of addresses and of domain names that are blocked, with the most important first.
	Feeds []Feed
	// Allow are blocks in CIDR notation and domain names that are never blocked, such as those of your organisation and of your partners. A
	// leading dot, as in ".example.com", stands for a domain and all names below it. The network's range, the blocks and names that its flows
	// name, the hosts of its web ACLs, the addresses of NAT gateways that it makes, all addresses and names that are not of the internet, and
	// the domains of AWS's endpoints, such as .amazonaws.com, are never blocked anyway.
	Allow []string
	// OwnAddresses are other public addresses of yours, as literals or CDK tokens, such as those of Elastic IPs that you pass to the network.
	OwnAddresses []string
	// AWSServices are services in AWS's ip-ranges.json whose addresses are never blocked. nil is CLOUDFRONT and ROUTE53_HEALTHCHECKS: behind
	// a distribution, AWS WAF sees its address as the client. An empty list is none. Attackers rent addresses of EC2, so do not name it.
	AWSServices []string
	// PerHour is how many addresses and instances may be added within an hour, at most 10,000; 0 is 100. Others wait.
	PerHour int
	// Topic gets the messages of the alarms about the response itself; nil makes alarms without messages.
	Topic awssns.ITopic
}

// Response is the automated response of a network. Make it with [New].
type Response struct {
	constructs.Construct
	core      *wiring.Network
	network   *tiers.Network
	props     Props
	ipSets    map[string]awswafv2.CfnIPSet    // by IP version: IPv4 and IPv6
	lists     map[string]awsec2.CfnPrefixList // likewise
	table     awsdynamodb.CfnTable
	queue     awssqs.Queue
	dead      awssqs.Queue
	function  awslambda.CfnFunction
	logs      awslogs.LogGroup
	rules     []awsevents.CfnRule
	group     awsec2.CfnSecurityGroup // of isolated instances; nil without
	blocked   *waf.IPSet
	drops     *firewall.RuleGroup
	names     *firewall.RuleGroup // nil unless DomainRuleGroup was called
	firewalls []*firewall.Firewall
	wrong     []wrong // from the last plan
	problems  report.Problems
}

// responseID is the construct id of the response in the network.
const responseID = "Response"

// New makes the automated response of a network. Events go from EventBridge through a queue to a function. The function records each
// decision in a table, and makes two IP sets of AWS WAF, two prefix lists and the groups of isolated instances agree with the table, every
// minute and after each update of the stack. Each decision is a line in the function's log and an event of the source tierwall.response,
// with the command that undoes it.
//
// New protects nothing by itself: use [Response.IPSet] in a web ACL, [Response.RuleGroup] in a network firewall, or both. Call it once for
// a network. Mistakes in props fail synthesis. A nil network panics, and so does a call after synthesis.
func New(network *tiers.Network, props *Props) *Response {
	at := diag.Caller()
	if network == nil || network.Construct == nil {
		panic(diag.Diagnostic{Summary: "the network of a response is nil or was not made by NewNetwork", At: []diag.Position{at}}.String())
	}
	r := &Response{core: wiring.NetworkOf(network), network: network}
	if props != nil {
		r.props = *props
	}
	r.defaults()
	id := responseID
	free := r.core.Take(id, at)
	for n := 2; network.Node().TryFindChild(&id) != nil; n++ {
		id = fmt.Sprint(responseID, n) // It is reported below, so it is never deployed.
	}
	constructs.NewConstruct_Override(r, network, &id)
	r.problems.Attach(r, at)
	if !free {
		r.problems.Add("response-id", "the id "+responseID+" is taken", "the network has a response, or another construct with this id, already",
			"call response.New once for a network, and give tiers other ids", at)
	}
	r.problems.Later = append(r.problems.Later, r.check)
	r.makeSets()
	r.makeTable()
	r.makeQueues()
	r.makeQuarantine()
	r.makeFunction()
	r.makeRules()
	r.makeSubscriptions()
	r.makeAlarms()
	r.core.Watch(func(p *plan.Plan) { r.fill(p.Model) })
	r.core.Calls().Cannot(at, "an automated response is not in the file; call response.New in workloads.go")
	return r
}

func (r *Response) defaults() {
	p := &r.props
	if p.Findings == nil {
		for _, f := range DefaultFindings() {
			if f.Action == BlockSource || p.Isolate {
				p.Findings = append(p.Findings, f)
			}
		}
	}
	if p.AWSServices == nil {
		p.AWSServices = []string{"CLOUDFRONT", "ROUTE53_HEALTHCHECKS"}
	}
	if p.PerHour == 0 {
		p.PerHour = 100
	}
}

// IPSet returns the set of blocked addresses for web ACLs of regional resources in the network's Region and account. Add a rule to the web
// ACL that blocks requests from it, before all others.
func (r *Response) IPSet() *waf.IPSet { return r.blocked }

// RuleGroup returns a rule group that drops traffic from and to blocked addresses, for the Threats of [firewall.Props]. It decides about
// new connections; see [Response.FlushIn].
func (r *Response) RuleGroup() *firewall.RuleGroup { return r.drops }

// FlushIn lets the function flush connections of newly blocked addresses in a firewall with the rule group, half a minute after the prefix
// list has changed. Without it, connections that run survive, and the decisions say so. A flushed connection is decided anew, as one whose
// first packets the firewall has not seen. A nil firewall panics.
func (r *Response) FlushIn(f *firewall.Firewall) {
	at := diag.Caller()
	if f == nil {
		panic(diag.Diagnostic{Summary: "the firewall to flush is nil", At: []diag.Position{at}}.String())
	}
	r.core.MustBeOpen(at)
	r.firewalls = append(r.firewalls, f)
	r.allow("network-firewall", []string{"StartFlowFlush"}, f.ARN())
}

// Table returns the table of decisions.
func (r *Response) Table() awsdynamodb.CfnTable { return r.table }

// DeadLetters returns the queue of events that could not be handled.
func (r *Response) DeadLetters() awssqs.IQueue { return r.dead }

// LogGroup returns the log group of the function, which has all decisions.
func (r *Response) LogGroup() awslogs.ILogGroup { return r.logs }

// minutes returns a duration in minutes. A part of a minute is a minute less than none, which the check of the configuration reports.
func minutes(d time.Duration) int {
	if d%time.Minute != 0 {
		return -1
	}
	return int(d / time.Minute)
}
