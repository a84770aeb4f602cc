package endpoints

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/report"
)

// InterfaceProps are the choices for an interface endpoint.
type InterfaceProps struct {
	// Vpc is the VPC; required.
	Vpc awsec2.IVpc
	// Service is the short name of the service: "ssm", "ecr.api"; or a whole name,
	// "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0", of somebody's own; required.
	Service string
	// Subnets are those that it stands in, one in each zone; required.
	Subnets *awsec2.SubnetSelection
	// SecurityGroups are its groups; nil makes one that lets nobody in and nothing out: open it with AllowFrom.
	SecurityGroups []awsec2.ISecurityGroup
	// Policy is what it lets through; the zero Policy lets everything.
	Policy Policy
	// NoPrivateDNS leaves the service's own name to its public addresses: callers then name the endpoint. Of S3 see Gateway.
	NoPrivateDNS bool
	// Gateway is the gateway endpoint of S3 in the same VPC, for an interface endpoint of S3 with private DNS: the VPC's own calls keep to
	// it, and those that come through a resolver from elsewhere take the interfaces. Without one, set NoPrivateDNS.
	Gateway *Gateway
	// DualStack gives it IPv6 addresses as well.
	DualStack bool
}

// Interface is an interface endpoint: addresses in the VPC by which one AWS service is reached.
type Interface struct {
	constructs.Construct
	service  catalog.Endpoint
	cfn      awsec2.CfnVPCEndpoint
	made     *awsec2.CfnVPCEndpointProps // as cfn was made, and changed since
	group    awsec2.ISecurityGroup
	groups   []awsec2.ISecurityGroup
	problems report.Problems
}

// NewInterface makes an interface endpoint on any VPC. Whatever is wrong fails the synth. A nil scope panics.
func NewInterface(scope constructs.Construct, id string, props *InterfaceProps) *Interface {
	at := diag.Caller()
	construct.MustHaveScope(scope, "VPC endpoint", at)
	if props == nil {
		props = &InterfaceProps{}
	}
	i := &Interface{}
	i.make(scope, id, props, "", at)
	if props.Policy.stated && i.cfn != nil {
		i.made.PolicyDocument = props.Policy.document(i.service.Name)
		i.cfn.SetPolicyDocument(i.made.PolicyDocument)
	}
	i.problems.Later = append(i.problems.Later, func() {
		for _, d := range props.Policy.check(i.endpoint()) {
			i.problems.Put(withPlace(d, at))
		}
	})
	return i
}

// withPlace completes what was found in a policy.
func withPlace(d diag.Diagnostic, at diag.Position) diag.Diagnostic {
	if d.Path != "" {
		d.Summary = "policy, " + d.Path + ": " + d.Summary
	}
	d.At = []diag.Position{at}
	return d
}

func (i *Interface) make(scope constructs.Construct, id string, props *InterfaceProps, region string, at diag.Position) {
	constructs.NewConstruct_Override(i, scope, &id)
	i.problems.Attach(i, at)
	fail := func(summary, detail, fix string) { i.problems.Add("endpoint", summary, detail, fix, at) }
	own := strings.Contains(props.Service, "vpce-svc-") || arch.IsToken(props.Service)
	var ok bool
	i.service, ok = catalog.EndpointNamed(props.Service)
	switch {
	case isNil(props.Vpc):
		fail("an endpoint has no VPC", "", "set Vpc")
		return
	case props.Subnets == nil:
		fail("an endpoint has no subnets", "", "set Subnets, one in each zone")
		return
	case !ok && !own:
		fix := "write a short name, as in \"ssm\""
		if near := catalog.NearestEndpoint(catalog.ShortName(props.Service)); near != "" {
			fix = fmt.Sprintf("the nearest one is %q", near)
		}
		fail("there is no VPC endpoint for this service", fmt.Sprintf("got %q", props.Service), fix)
		return
	}
	name := props.Service
	if ok {
		name = i.service.ServiceName(regionOr(region))
	}
	i.emit(props, name, at)
}

func (i *Interface) emit(props *InterfaceProps, name string, at diag.Position) {
	i.groups = props.SecurityGroups
	if i.group != nil {
		i.groups = []awsec2.ISecurityGroup{i.group}
	}
	if len(i.groups) == 0 {
		i.group = awsec2.NewSecurityGroup(i, new("SecurityGroup"), &awsec2.SecurityGroupProps{
			Vpc: props.Vpc, AllowAllOutbound: new(false), Description: new("Endpoint of " + props.Service),
		})
		i.groups = []awsec2.ISecurityGroup{i.group}
	}
	var groups, subnets []any
	for _, g := range i.groups {
		groups = append(groups, g.SecurityGroupId())
	}
	selected := props.Vpc.SelectSubnets(props.Subnets)
	for _, s := range *selected.SubnetIds {
		subnets = append(subnets, s)
	}
	private := !props.NoPrivateDNS && (i.service.Name != "" || arch.IsToken(props.Service))
	i.made = &awsec2.CfnVPCEndpointProps{
		VpcId: props.Vpc.VpcId(), ServiceName: &name, VpcEndpointType: new("Interface"), PrivateDnsEnabled: private,
		SubnetIds: &subnets, SecurityGroupIds: &groups, Tags: named(i),
	}
	if props.DualStack {
		i.made.IpAddressType = new("dualstack")
	}
	i.cfn = awsec2.NewCfnVPCEndpoint(i, new("Resource"), i.made)
	report.Made("endpoint", i.cfn, at, func() map[string]any { return endpointProperties(i.made) })
	if i.service.Name == "s3" && private {
		i.besideGateway(props, at)
	}
	i.problems.Later = append(i.problems.Later, func() { i.zones(selected, at) })
	registryOf(i).add(placed{vpc: path(props.Vpc), service: cmp.Or(i.service.Name, name), private: private, by: i, problems: &i.problems,
		at: at})
}

// besideGateway has an interface endpoint of S3 answer for S3's own names to resolvers from elsewhere alone: AWS asks for a gateway
// endpoint first (Amazon S3 User Guide, "AWS PrivateLink for Amazon S3").
func (i *Interface) besideGateway(props *InterfaceProps, at diag.Position) {
	if props.Gateway == nil || props.Gateway.cfn == nil {
		i.problems.Add("endpoint-s3", "an interface endpoint of S3 has private DNS and no gateway endpoint beside it",
			"AWS refuses it: names of S3 would lead the VPC's own calls, which are charged by the byte, to the interfaces",
			"name the VPC's gateway endpoint as Gateway, or set NoPrivateDNS", at)
		return
	}
	i.made.DnsOptions = &awsec2.CfnVPCEndpoint_DnsOptionsSpecificationProperty{
		PrivateDnsOnlyForInboundResolverEndpoint: new("OnlyInboundResolver"),
	}
	i.cfn.SetDnsOptions(i.made.DnsOptions)
	i.cfn.AddResourceDependency(props.Gateway.cfn, nil)
}

// zones checks that no zone has two subnets.
func (i *Interface) zones(selected *awsec2.SelectedSubnets, at diag.Position) {
	if len(*selected.SubnetIds) == 0 {
		i.problems.Add("endpoint-subnets", "an endpoint has no subnets", "the selection is empty", "select some", at)
	}
	seen := map[string]bool{}
	for _, zone := range *selected.AvailabilityZones {
		if seen[*zone] && !arch.IsToken(*zone) {
			i.problems.Add("endpoint-subnets", "an endpoint has two subnets in one zone", *zone+"; AWS takes one in each",
				"select one subnet in each zone: OnePerAz", at)
		}
		seen[*zone] = true
	}
}

func (i *Interface) fill(e plan.VPCEndpoint, _ []*string, text func(string) *string) {
	if e.Policy != nil && i.cfn != nil {
		i.made.PolicyDocument = e.Policy.Document(func(t string) any { return *text(t) })
		i.cfn.SetPolicyDocument(i.made.PolicyDocument)
	}
}

// endpoint is what the policy is held against.
func (i *Interface) endpoint() iam.Endpoint {
	return iam.Endpoint{Service: i.service.Name, Region: knownRegion(i)}
}

// ID is the endpoint's id, a CDK token: "vpce-0123456789abcdef0". It is nil if what was asked for cannot be made, which fails the synth.
func (i *Interface) ID() *string {
	if i.cfn == nil {
		return nil
	}
	return i.cfn.Ref()
}

// Service is the short name of the service, empty of one that is somebody's own.
func (i *Interface) Service() string { return i.service.Name }

// SecurityGroup is the group that was made for it, of one of a network its tier's; nil if groups were given.
func (i *Interface) SecurityGroup() awsec2.ISecurityGroup { return i.group }

// AllowFrom lets constructs of the CDK library reach the endpoint, with rules in the groups of both. For the tiers of a network use Grant.
func (i *Interface) AllowFrom(others ...awsec2.IConnectable) {
	port := i.service.Port
	if port == 0 {
		port = 443
	}
	if len(i.groups) == 0 {
		return // An error.
	}
	own := awsec2.NewConnections(&awsec2.ConnectionsProps{SecurityGroups: &i.groups})
	for _, o := range others {
		own.AllowFrom(o, awsec2.Port_Tcp(new(float64(port))), new(fmt.Sprintf("tcp/%d to %s", port, i.service.Name)))
	}
}

// named is the tag that a console shows.
func named(c constructs.IConstruct) *[]*awscdk.CfnTag {
	return &[]*awscdk.CfnTag{{Key: new("Name"), Value: c.Node().Path()}}
}

// regionOr is a Region, or the stack's.
func regionOr(region string) string {
	if region == "" {
		return *awscdk.Aws_REGION()
	}
	return region
}

// knownRegion is that of a construct's stack, empty if only a deployment knows it.
func knownRegion(c constructs.IConstruct) string {
	if region := *awscdk.Stack_Of(c).Region(); !arch.IsToken(region) {
		return region
	}
	return ""
}

func supports(service string) bool { return catalog.PolicySupport(service) == catalog.Supported }
