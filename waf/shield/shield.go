// Package shield protects resources with AWS Shield Advanced. [Protect] protects one resource. [NewGroup] lets Shield watch several
// protected resources together.
//
// Shield Advanced needs a subscription, for which AWS charges an organization by the month. This package does not subscribe, and no other
// package of tierwall creates a protection.
//
// Properties are passed as a pointer to a struct; nil stands for the zero struct. Errors in properties fail synthesis, and are all
// reported at once. Only a nil scope panics.
package shield

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsshield"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/webacl"
)

// Response says how Shield responds automatically to floods of requests (AWS Shield Developer Guide, "Automating application layer DDoS
// mitigation with Shield Advanced").
type Response string

// The responses. Count and Block need a web ACL on the resource. Shield adds a rule group of 150 WCU to it, so set ShieldResponse in the
// properties of the web ACL.
const (
	// Off does not respond. It is the zero Response.
	Off Response = ""
	// Count counts the requests of an attack.
	Count Response = "Count"
	// Block blocks the requests of an attack.
	Block Response = "Block"
)

// Props configures [Protect].
type Props struct {
	// Resource is the ARN of a load balancer, distribution, Elastic IP address, hosted zone or accelerator, as a literal or a CDK token;
	// required.
	Resource string
	// After are resources that must exist before the protection. If Response is not Off, it must hold the association of the web ACL, which
	// waf.WebACL.Associate returns.
	After []constructs.IDependable
	// HealthCheck is the ARN of a Route 53 health check of the resource; empty is none.
	HealthCheck string
	// Response says how Shield responds automatically; the zero Response is Off. Only application load balancers and distributions accept
	// another one.
	Response Response
	// Name is 1 to 128 letters, digits, spaces and _.- characters. If it is empty, the name is made from the stack's name and the
	// construct's path. Changing it replaces the protection.
	Name string
}

// Protection is the protection of a resource by Shield Advanced (CloudFormation, AWS::Shield::Protection).
type Protection struct {
	constructs.Construct
	cfn      awsshield.CfnProtection
	response Response
	problems report.Problems
}

var protectionName = lazyregexp.New(`^[ a-zA-Z0-9_.-]{1,128}$`)

// Protect protects a resource with Shield Advanced. Errors in props fail synthesis. A nil scope panics.
func Protect(scope constructs.Construct, id string, props *Props) *Protection {
	at := diag.Caller()
	construct.MustHaveScope(scope, "protection", at)
	if props == nil {
		props = &Props{}
	}
	p := &Protection{response: props.Response}
	constructs.NewConstruct_Override(p, scope, &id)
	p.problems.Attach(p, at)
	fail := func(rule, summary, detail, fix string) { p.problems.Add(rule, summary, detail, fix, at) }
	if props.Name != "" && !arch.IsToken(props.Name) && !protectionName.MatchString(props.Name) {
		fail("name", "the name of a protection is invalid",
			fmt.Sprintf("got %.140q; allowed are 1 to 128 letters, digits, spaces and _.-", props.Name), "change Name")
	}
	switch literal := !arch.IsToken(props.Resource); {
	case props.Resource == "":
		fail("shield-resource", "the protection has no resource", "", "set Resource to the ARN of the resource")
	case literal && !strings.HasPrefix(props.Resource, "arn:"):
		fail("shield-resource", "the resource of a protection is not an ARN", fmt.Sprintf("got %.200q", props.Resource),
			"set Resource to the ARN of the resource")
	case literal && props.Response != Off && !takesResponse(props.Resource):
		fail("shield-response", "the resource does not accept an automatic response",
			fmt.Sprintf("got %.200q; AWS accepts it for application load balancers and distributions", props.Resource), "leave out Response")
	}
	if !slices.Contains([]Response{Off, Count, Block}, props.Response) {
		fail("shield-response", "the response is unknown", fmt.Sprintf("got %q", props.Response),
			"use shield.Off, shield.Count or shield.Block")
	} else if props.Response != Off && len(props.After) == 0 {
		fail("shield-response", "the automatic response does not wait for a web ACL",
			"AWS rejects it before a web ACL is associated with the resource", "set After to the result of WebACL.Associate")
	}
	p.emit(props)
	p.record(props, at)
	return p
}

// takesResponse reports whether Shield can respond automatically to attacks on a resource.
func takesResponse(arn string) bool {
	return strings.Contains(arn, ":loadbalancer/app/") || strings.Contains(arn, ":cloudfront:")
}

func (p *Protection) emit(props *Props) {
	c := &awsshield.CfnProtectionProps{Name: p.problems.Name(props.Name), ResourceArn: &props.Resource}
	if props.HealthCheck != "" {
		c.HealthCheckArns = &[]*string{&props.HealthCheck}
	}
	if props.Response != Off {
		action := &awsshield.CfnProtection_ActionProperty{Count: map[string]any{}}
		if props.Response == Block {
			action = &awsshield.CfnProtection_ActionProperty{Block: map[string]any{}}
		}
		c.ApplicationLayerAutomaticResponseConfiguration = &awsshield.CfnProtection_ApplicationLayerAutomaticResponseConfigurationProperty{
			Status: new("ENABLED"), Action: action,
		}
	}
	p.cfn = awsshield.NewCfnProtection(p, new("Resource"), c)
	p.problems.Made("Shield protection", "Resource", func() map[string]any { return report.Properties(c) })
	p.cfn.Node().AddDependency(props.After...)
}

// WCU returns the cost of the rule group that Shield adds to the resource's web ACL: 150 WCU, or 0 if Response is Off.
func (p *Protection) WCU() int {
	if p.response == Off {
		return 0
	}
	return webacl.ShieldCapacity
}

// ARN returns the protection's ARN.
func (p *Protection) ARN() *string { return p.cfn.AttrProtectionArn() }

// GroupProps configures [NewGroup]. Exactly one of All, Type and Members must be set.
type GroupProps struct {
	// ID is the id of the group, 1 to 36 letters, digits and hyphens; required.
	ID string
	// Aggregation says how Shield combines the traffic of the resources; empty is Sum.
	Aggregation Aggregation
	// All puts all protected resources of the account into the group.
	All bool
	// Type puts all protected resources of a type into the group.
	Type ResourceType
	// Members are the ARNs of the protected resources in the group.
	Members []string
}

// Aggregation says how Shield combines the traffic of the resources in a group (CloudFormation, AWS::Shield::ProtectionGroup).
type Aggregation string

// The aggregations.
const (
	// Sum is the total traffic of the resources.
	Sum Aggregation = "SUM"
	// Mean is the average traffic of the resources. Use it if they share the traffic evenly.
	Mean Aggregation = "MEAN"
	// Max is the highest traffic of a resource. Use it for resources that do not share traffic, such as distributions.
	Max Aggregation = "MAX"
)

// ResourceType is a type of resources that Shield Advanced protects (CloudFormation, AWS::Shield::ProtectionGroup).
type ResourceType string

// The types of resources.
const (
	Distributions            ResourceType = "CLOUDFRONT_DISTRIBUTION"
	HostedZones              ResourceType = "ROUTE_53_HOSTED_ZONE"
	ElasticIPs               ResourceType = "ELASTIC_IP_ALLOCATION"
	ClassicLoadBalancers     ResourceType = "CLASSIC_LOAD_BALANCER"
	ApplicationLoadBalancers ResourceType = "APPLICATION_LOAD_BALANCER"
	GlobalAccelerators       ResourceType = "GLOBAL_ACCELERATOR"
)

// Group is a group of protected resources that Shield watches together (CloudFormation, AWS::Shield::ProtectionGroup).
type Group struct {
	constructs.Construct
	problems report.Problems
	id       string
}

var groupID = lazyregexp.New(`^[a-zA-Z0-9-]{1,36}$`)

// The types and aggregations that AWS accepts.
var (
	resourceTypes = []string{
		string(Distributions), string(HostedZones), string(ElasticIPs), string(ClassicLoadBalancers), string(ApplicationLoadBalancers),
		string(GlobalAccelerators),
	}
	aggregations = []string{string(Sum), string(Mean), string(Max)}
)

// NewGroup creates a group of protected resources. Errors in props fail synthesis. A nil scope panics.
func NewGroup(scope constructs.Construct, id string, props *GroupProps) *Group {
	at := diag.Caller()
	construct.MustHaveScope(scope, "protection group", at)
	if props == nil {
		props = &GroupProps{}
	}
	g := &Group{id: props.ID}
	constructs.NewConstruct_Override(g, scope, &id)
	g.problems.Attach(g, at)
	fail := func(summary, detail, fix string) { g.problems.Add("shield-group", summary, detail, fix, at) }
	aggregation, pattern, chosen := string(props.Aggregation), "", 0
	if aggregation == "" {
		aggregation = string(Sum)
	}
	c := &awsshield.CfnProtectionGroupProps{ProtectionGroupId: &props.ID, Aggregation: &aggregation, Pattern: &pattern}
	if props.All {
		pattern, chosen = "ALL", chosen+1
	}
	if props.Type != "" {
		pattern, c.ResourceType, chosen = "BY_RESOURCE_TYPE", new(string(props.Type)), chosen+1
	}
	if len(props.Members) > 0 {
		members := make([]*string, len(props.Members))
		for i := range props.Members {
			members[i] = &props.Members[i]
		}
		pattern, c.Members, chosen = "ARBITRARY", &members, chosen+1
	}
	switch {
	case !groupID.MatchString(props.ID):
		fail("the id of a protection group is invalid", fmt.Sprintf("got %.60q; allowed are 1 to 36 letters, digits and hyphens", props.ID),
			"change ID")
	case chosen != 1:
		fail("a protection group does not set exactly one of All, Type and Members", fmt.Sprintf("it sets %d of them", chosen),
			"choose one way to select the resources")
	case props.Type != "" && !slices.Contains(resourceTypes, string(props.Type)):
		fail("a type of resources is unknown", fmt.Sprintf("got %q; allowed are %s", props.Type, strings.Join(resourceTypes, ", ")),
			"use a constant such as shield.Distributions")
	case !slices.Contains(aggregations, aggregation):
		fail("an aggregation is unknown", fmt.Sprintf("got %q; allowed are %s", aggregation, strings.Join(aggregations, ", ")),
			"use shield.Sum, shield.Mean or shield.Max")
	}
	awsshield.NewCfnProtectionGroup(g, new("Resource"), c)
	return g
}

// ID returns the group's id.
func (g *Group) ID() string { return g.id }
