package template

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/webacl"
)

// Input is what a template is made from: a plan, and what an architecture does not say because only the resources need it.
type Input struct {
	Plan *plan.Plan
	// StackPath is the construct path of the stack: "Shop", "Production/Shop". If it is empty, it is the path of the network without its last
	// component.
	StackPath string
	// StackName is the name of the stack. If it is empty, it is StackPath with hyphens. Physical names begin with it.
	StackName string
	// Account and Region are those of a stack for a single environment. If they are empty, the template says AWS::AccountId and AWS::Region.
	Account, Region string
	// File is the name of the template's file; empty is the stack's name with ".template.json". The files of nested stacks are YAML if it is.
	File string
	// IPAMPool is the id of the pool that a symbolic range comes from, or an expression for it.
	IPAMPool any
	// Allocations are ids of Elastic IP allocations for the NAT gateways, or expressions for them; the others get new addresses.
	Allocations []any
	// Existing says where a wrapped VPC is; nil for a VPC of the network's own.
	Existing *Existing
	Firewall Firewall
	// WebACLs are the choices for the web ACLs of tiers, by tier id. A tier without choices has the zero WebACL.
	WebACLs map[string]WebACL
	// Applications and NetworkBalancers are the load balancers of edge tiers.
	Applications     []Application
	NetworkBalancers []NetworkBalancer
	Shields          []Shield
	Watch            Watch
	// Symbol returns the expression that a symbol stands for in the template. If it is nil, a symbol that is a JSON text such as
	// {"Fn::ImportValue": "Base-Group"} or {"Ref": "AWS::Region"} stands for itself, and every other symbol for a parameter whose name is the
	// symbol without all characters but letters and digits.
	Symbol func(symbol string) any
	// OneStack puts everything into one stack, whatever the layout of the network is.
	OneStack bool
	// LogicalID returns the logical id of a resource with a path under the network. If it is nil, ids are those of the CDK.
	LogicalID func(path string) string
}

// Existing is a wrapped VPC. Its ids are literals or expressions.
type Existing struct {
	VPC any
	// Subnets and RouteTables are by the id of the tier that uses them. Interface endpoints use those of the empty id.
	Subnets, RouteTables map[string][]any
	// IDs are the ids of the subnets' constructs, for flow logs of subnets whose ids are expressions.
	IDs map[string][]string
}

// Firewall is the choices for the network firewall of a plan with inspection.
type Firewall struct {
	Name       string // empty makes one from the stack's name and the network's path
	Production bool   // protects the firewall against deletion and against changes of its subnets and policy
	// Threats are rule groups that decide before the flows, in the order of their priorities.
	Threats []RuleGroup
	Managed []ManagedGroup
	Policy  Policy
	Alert   Log
	Flow    Log
	TLS     Log // of a policy that inspects TLS
	// Retention is how many days new log groups keep their events; 0 is 90, and -1 has no end.
	Retention int
	// Key is the ARN of a KMS key that encrypts new log groups, or an expression for it. Its policy must let CloudWatch Logs use it.
	Key any
}

// Policy is the choices for the policy of a firewall.
type Policy struct {
	Path        string // of its construct under the network; empty is Firewall/Policy
	Name        string // empty makes one from the stack's name and the path
	Description string // may be empty
	HomeNet     []any  // blocks in place of the network's range, or expressions for them
	IdleTimeout int    // of TCP connections in seconds; 0 is the default of AWS
	// Midstream says what happens with connections whose first packets the firewall has not seen, in every mode; empty is what the
	// inspection says.
	Midstream string
	// TLSInspection is the ARN of a TLS inspection configuration that exists, or an expression for it. TLS is a new one. If both are nil, the
	// firewall inspects no TLS.
	TLSInspection any
	TLS           *TLSInspection
	// HoldTLSSessions holds a client's first packets back until the rules have decided on the server's name.
	HoldTLSSessions bool
}

// RuleGroup is a stateful rule group in strict order.
type RuleGroup struct {
	// ARN is that of a group that exists, or an expression for it; nil makes the group.
	ARN any
	// Path is the path of the new group's construct under the network, or with a slash before it, in the stack.
	Path        string
	Name        string // empty makes one from the stack's name, the path and the capacity
	Description string // may be empty
	Rules       string // in Suricata's language
	Capacity    int    // 0 reserves room for a quarter more rules
}

// ManagedGroup is a rule group that AWS maintains.
type ManagedGroup struct {
	Name  string // without the suffix StrictOrder
	Drops bool   // its actions are in force; if not, it only logs
}

// Log is a destination of logs that exists. The zero Log is a new log group. At most one of None, Group,
// Stream and Bucket is set.
type Log struct {
	None      bool   // keeps no logs
	Group     any    // the name of a log group, or an expression for it
	GroupARN  any    // of Group, with :* at the end; nil is that in the stack's account and Region
	Stream    any    // the ARN of a Firehose delivery stream, or an expression for it
	Bucket    any    // the name of a bucket, or an expression for it
	BucketARN any    // of Bucket; nil is made from the name
	Prefix    string // of the keys in Bucket
}

// WebACL is the choices for the web ACL of a tier.
type WebACL struct {
	ID   string // of its construct; empty is WebACL
	Name string // empty makes one from the stack's name and the tier's path
	// Resource is the ARN of the resource that the web ACL protects, or an expression for it; nil associates nothing.
	Resource any
	// Application is the id of the tier's application load balancer that the web ACL protects; empty is Resource.
	Application string
	// Secrets are the values of the origin's header, or expressions for them, as many as the protection says.
	Secrets []any
	Log     Log
	// Redacted are fields that the logs leave out; nil is the headers authorization and cookie.
	Redacted  []webacl.Field
	LogFilter *webacl.LoggingFilter
	Retention int // of a new log group, in days; 0 is 90, and -1 has no end
	Key       any // as in Firewall
	Bodies    map[string]webacl.ResponseBody
}

// webACLPath is the path of the web ACL of a tier.
func (in Input) webACLPath(tier string) string {
	return tier + "/" + cmp.Or(in.WebACLs[tier].ID, "WebACL")
}

// defaults fills in what follows from the rest.
func (in Input) defaults() Input {
	if in.StackPath == "" {
		path := in.Plan.Model.Network.Path
		in.StackPath = path[:max(0, strings.LastIndexByte(path, '/'))]
	}
	if in.StackName == "" {
		in.StackName = strings.ReplaceAll(in.StackPath, "/", "-")
	}
	if in.File == "" {
		in.File = in.StackName + ".template.json"
	}
	return in
}

// stage is the path of the stack's stage; empty if it has none.
func (in Input) stage() string {
	return in.StackPath[:max(0, strings.LastIndexByte(in.StackPath, '/'))]
}

// networkPath is the path of the network in its stack.
func (in Input) networkPath() []string {
	path := in.Plan.Model.Network.Path
	if in.StackPath != "" {
		path = strings.TrimPrefix(path, in.StackPath+"/")
	}
	return strings.Split(path, "/")
}

// expressionOf reads a symbol that is an expression itself. Only imports and pseudo parameters can stand in every template.
func expressionOf(symbol string) (any, bool) {
	var expression map[string]string
	if !strings.HasPrefix(symbol, "{") || json.Unmarshal([]byte(symbol), &expression) != nil || len(expression) != 1 {
		return nil, false
	}
	for function, argument := range expression {
		if function == "Fn::ImportValue" && argument != "" || function == "Ref" && strings.HasPrefix(argument, "AWS::") {
			return object{function: argument}, true
		}
	}
	return nil, false
}
