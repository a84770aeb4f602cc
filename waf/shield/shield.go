// Package shield puts AWS Shield Advanced in front of resources. Nothing makes it unless it is called: it needs a subscription, which AWS
// charges for by the month and the organisation, and which no template should take out.
package shield

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsshield"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/webacl"
)

// Response is what Shield does by itself against floods of requests.
type Response string

// The responses. Other than Off they need a web ACL in front of the resource, which Shield adds a rule group of 150 WCU to: set
// ShieldResponse on it.
const (
	Off   Response = "" // leaves it to people
	Count Response = "Count"
	Block Response = "Block"
)

// Props are the choices for a protection.
type Props struct {
	// Resource is the ARN of a load balancer, distribution, Elastic IP address, hosted zone or accelerator, a literal or a CDK token;
	// required.
	Resource string
	// After is what must be there first: the association of the web ACL, with a Response.
	After []constructs.IDependable
	// HealthCheck is the ARN of a Route 53 health check that says whether the resource is well; empty is none.
	HealthCheck string
	// Response is for application load balancers and distributions alone.
	Response Response
	// Name is 1 to 128 letters, digits, spaces and _.-; empty makes it from the stack's name and the construct's path. It is identity.
	Name string
}

// Protection is what Shield Advanced watches.
type Protection struct {
	constructs.Construct
	cfn      awsshield.CfnProtection
	response Response
	problems report.Problems
}

var protectionName = regexp.MustCompile(`^[ a-zA-Z0-9_.-]{1,128}$`)

// Protect has Shield Advanced watch a resource. A nil scope panics.
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
		fail("name", "a name is not usable", fmt.Sprintf("got %.140q; allowed are 1 to 128 letters, digits, spaces and _.-", props.Name), "")
	}
	switch literal := !arch.IsToken(props.Resource); {
	case props.Resource == "":
		fail("shield-resource", "a protection is for nothing", "", "set Resource to an ARN")
	case literal && !strings.HasPrefix(props.Resource, "arn:"):
		fail("shield-resource", "a protected resource is not usable", fmt.Sprintf("got %.200q; allowed is an ARN", props.Resource), "")
	case literal && props.Response != Off && !takesResponse(props.Resource):
		fail("shield-response", "a resource takes no automatic response",
			fmt.Sprintf("got %.200q; it is for application load balancers and distributions", props.Resource), "leave out Response")
	}
	if !slices.Contains([]Response{Off, Count, Block}, props.Response) {
		fail("shield-response", "a response is unknown", fmt.Sprintf("got %q; allowed are shield.Off, shield.Count and shield.Block",
			props.Response), "")
	} else if props.Response != Off && len(props.After) == 0 {
		fail("shield-response", "an automatic response has no web ACL to act with", "Shield refuses it before the web ACL is associated",
			"set After to what WebACL.Associate returns")
	}
	p.emit(props)
	return p
}

// takesResponse reports whether Shield responds by itself on a resource.
func takesResponse(arn string) bool {
	return strings.Contains(arn, ":loadbalancer/app/") || strings.Contains(arn, ":cloudfront:")
}

func (p *Protection) emit(props *Props) {
	c := &awsshield.CfnProtectionProps{Name: construct.Name(p, props.Name), ResourceArn: &props.Resource}
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
	report.Made("Shield protection", p.cfn, p.problems.At, func() map[string]any { return report.Properties(c) })
	p.cfn.Node().AddDependency(props.After...)
}

// WCU returns what Shield adds to the web ACL in front of the resource: 150 with a response, or 0.
func (p *Protection) WCU() int {
	if p.response == Off {
		return 0
	}
	return webacl.ShieldCapacity
}

// ARN returns the protection's ARN.
func (p *Protection) ARN() *string { return p.cfn.AttrProtectionArn() }

// GroupProps are the choices for resources that are watched as one. Just one of All, Type and Members is set.
type GroupProps struct {
	ID string // 1 to 36 letters, digits and hyphens; required
	// Aggregation is how their traffic is taken together; empty is Sum.
	Aggregation Aggregation
	// All is all protected resources, Type all of a type, Members those with some ARNs.
	All     bool
	Type    ResourceType
	Members []string
}

// Aggregation is how the traffic of a group is taken together.
type Aggregation string

// The aggregations (CloudFormation, AWS::Shield::ProtectionGroup).
const (
	Sum  Aggregation = "SUM"
	Mean Aggregation = "MEAN" // for what shares the traffic evenly
	Max  Aggregation = "MAX"  // for distributions
)

// ResourceType is a type of resources that Shield Advanced protects.
type ResourceType string

// The types (CloudFormation, AWS::Shield::ProtectionGroup).
const (
	Distributions            ResourceType = "CLOUDFRONT_DISTRIBUTION"
	HostedZones              ResourceType = "ROUTE_53_HOSTED_ZONE"
	ElasticIPs               ResourceType = "ELASTIC_IP_ALLOCATION"
	ClassicLoadBalancers     ResourceType = "CLASSIC_LOAD_BALANCER"
	ApplicationLoadBalancers ResourceType = "APPLICATION_LOAD_BALANCER"
	GlobalAccelerators       ResourceType = "GLOBAL_ACCELERATOR"
)

// Group is resources that are watched as one.
type Group struct {
	constructs.Construct
	problems report.Problems
	id       string
}

var groupID = regexp.MustCompile(`^[a-zA-Z0-9-]{1,36}$`)

// The types and aggregations that AWS takes.
var (
	resourceTypes = []string{
		string(Distributions), string(HostedZones), string(ElasticIPs), string(ClassicLoadBalancers), string(ApplicationLoadBalancers),
		string(GlobalAccelerators),
	}
	aggregations = []string{string(Sum), string(Mean), string(Max)}
)

// NewGroup makes a group of protected resources. A nil scope panics.
func NewGroup(scope constructs.Construct, id string, props *GroupProps) *Group {
	at := diag.Caller()
	construct.MustHaveScope(scope, "protection group", at)
	if props == nil {
		props = &GroupProps{}
	}
	g := &Group{id: props.ID}
	constructs.NewConstruct_Override(g, scope, &id)
	g.problems.Attach(g, at)
	fail := func(summary, detail string) { g.problems.Add("shield-group", summary, detail, "", at) }
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
		fail("the id of a protection group is not usable", fmt.Sprintf("got %.60q; allowed are 1 to 36 letters, digits and hyphens", props.ID))
	case chosen != 1:
		fail("a protection group is of nothing, or of several choices", "just one of All, Type and Members is set")
	case props.Type != "" && !slices.Contains(resourceTypes, string(props.Type)):
		fail("a type of resources is unknown", fmt.Sprintf("got %q; allowed are %s", props.Type, strings.Join(resourceTypes, ", ")))
	case !slices.Contains(aggregations, aggregation):
		fail("an aggregation is unknown", fmt.Sprintf("got %q; allowed are %s", aggregation, strings.Join(aggregations, ", ")))
	}
	awsshield.NewCfnProtectionGroup(g, new("Resource"), c)
	return g
}

// ID returns the group's id.
func (g *Group) ID() string { return g.id }
