package endpoints

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/report"
)

// GatewayProps are the choices for a gateway endpoint. At least one of Subnets and RouteTableIDs is required.
type GatewayProps struct {
	// Vpc is the VPC; required.
	Vpc awsec2.IVpc
	// Service is the service: "s3", "dynamodb" or "s3express"; required.
	Service string
	// Subnets are the subnets whose route tables get a route to the endpoint. Calls from other subnets do not go through the endpoint.
	Subnets *awsec2.SubnetSelection
	// RouteTableIDs are the ids of further route tables that get a route to the endpoint, literals or CDK tokens.
	RouteTableIDs []string
	// Policy says which calls the endpoint allows. The zero Policy allows every call.
	Policy Policy
}

// Gateway is a gateway endpoint: routes from a VPC to Amazon S3 or DynamoDB. AWS does not charge for it. It has no security group; the
// security groups of the callers must allow traffic to the service's prefix list.
type Gateway struct {
	constructs.Construct
	service  string
	cfn      awsec2.CfnVPCEndpoint
	props    *awsec2.CfnVPCEndpointProps // the properties of cfn, with all later changes
	problems report.Problems
}

// NewGateway makes a gateway endpoint in any VPC. Mistakes in props fail synthesis. A nil scope panics.
func NewGateway(scope constructs.Construct, id string, props *GatewayProps) *Gateway {
	at := diag.Caller()
	construct.MustHaveScope(scope, "VPC endpoint", at)
	if props == nil {
		props = &GatewayProps{}
	}
	g := &Gateway{}
	g.make(scope, id, props.Vpc, props.Service, "", at)
	if g.cfn == nil {
		return g
	}
	tables := g.tables(props)
	if len(tables) == 0 {
		g.problems.Add("endpoint", "a gateway endpoint is in no route table", "no calls would go through it",
			"set Subnets or RouteTableIDs", at)
	}
	g.props.RouteTableIds = anys(tables)
	g.cfn.SetRouteTableIds(&tables)
	if props.Policy.stated {
		g.props.PolicyDocument = props.Policy.document(g.service)
		g.cfn.SetPolicyDocument(g.props.PolicyDocument)
	}
	g.problems.Later = append(g.problems.Later, func() {
		for _, d := range props.Policy.check(iam.Endpoint{Service: g.service, Gateway: true, Region: knownRegion(g)}) {
			g.problems.Put(withPlace(d, at))
		}
	})
	for _, t := range tables {
		registryOf(&g.problems).add(placed{vpc: "table " + *t, service: g.service, private: true, by: g, problems: &g.problems, at: at})
	}
	return g
}

func (g *Gateway) make(scope constructs.Construct, id string, vpc awsec2.IVpc, service, region string, at diag.Position) {
	constructs.NewConstruct_Override(g, scope, &id)
	g.problems.Attach(g, at)
	g.service = service
	switch {
	case isNil(vpc):
		g.problems.Add("endpoint", "an endpoint has no VPC", "", "set Vpc", at)
		return
	case !slices.Contains(catalog.GatewayServices(), service):
		g.problems.Add("endpoint", "there is no gateway endpoint for this service",
			fmt.Sprintf("got %q; allowed are %s", service, strings.Join(catalog.GatewayServices(), ", ")), "use NewInterface for others", at)
		return
	}
	g.props = &awsec2.CfnVPCEndpointProps{
		VpcId: vpc.VpcId(), ServiceName: new("com.amazonaws." + regionOr(region) + "." + service), VpcEndpointType: new("Gateway"),
		Tags: named(g.problems.Path),
	}
	g.cfn = awsec2.NewCfnVPCEndpoint(g, new("Resource"), g.props)
	g.problems.Made("endpoint", "Resource", func() map[string]any { return endpointProperties(g.props) })
}

// tables returns the ids of the route tables that props name, each once.
func (g *Gateway) tables(props *GatewayProps) []*string {
	var out []*string
	add := func(id string) {
		if !slices.ContainsFunc(out, func(o *string) bool { return *o == id }) {
			out = append(out, &id)
		}
	}
	if props.Subnets != nil {
		b := &batch.Batch{}
		var ids []*string
		for _, s := range batch.SelectSubnets(props.Vpc, props.Subnets) {
			ids = append(ids, batch.Get[string](b, s, "routeTable.routeTableId"))
		}
		b.Run()
		for _, id := range ids {
			add(*id)
		}
	}
	for _, id := range props.RouteTableIDs {
		if !arch.IsToken(id) && !strings.HasPrefix(id, "rtb-") {
			g.problems.Add("endpoint", "a route table's id is not usable", fmt.Sprintf("got %q", id), `write it as in "rtb-0123456789abcdef0"`,
				g.problems.At)
		}
		add(id)
	}
	return out
}

func (g *Gateway) fill(b *batch.Batch, e plan.VPCEndpoint, tables []*string, text func(string) *string) {
	if g.cfn == nil {
		return
	}
	g.props.RouteTableIds = anys(tables)
	b.Set(g.cfn, "routeTableIds", tables)
	if e.Policy != nil {
		g.props.PolicyDocument = e.Policy.Document(func(t string) any { return *text(t) })
		b.Set(g.cfn, "policyDocument", g.props.PolicyDocument)
	}
}

// ID returns the endpoint's id, a CDK token. It is nil if the endpoint could not be made, which fails synthesis.
func (g *Gateway) ID() *string {
	if g.cfn == nil {
		return nil
	}
	return g.cfn.Ref()
}

// Service returns the endpoint's service: "s3", "dynamodb" or "s3express".
func (g *Gateway) Service() string { return g.service }
