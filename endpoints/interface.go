package endpoints

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
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

// InterfaceProps are the choices for an interface endpoint.
type InterfaceProps struct {
	// Vpc is the VPC; required.
	Vpc awsec2.IVpc
	// Service is the short name of an AWS service, "ssm" or "ecr.api", or the full name of an endpoint service of another provider,
	// "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"; required.
	Service string
	// Subnets are the subnets of the endpoint's network interfaces, one in each zone; required.
	Subnets *awsec2.SubnetSelection
	// SecurityGroups are the endpoint's security groups. nil makes a group without rules; open it with [Interface.AllowFrom].
	SecurityGroups []awsec2.ISecurityGroup
	// Policy says which calls the endpoint allows. The zero Policy allows every call.
	Policy Policy
	// NoPrivateDNS leaves private DNS off: in the VPC, the service's name then resolves to public addresses, and callers must use the name
	// of the endpoint. By default private DNS is on for AWS services. For Amazon S3 see Gateway.
	NoPrivateDNS bool
	// Gateway is the gateway endpoint for Amazon S3 in the same VPC. An interface endpoint for S3 with private DNS requires one: calls from
	// the VPC then go through the gateway endpoint, and only those from networks that use the VPC's inbound resolver go through the
	// interfaces. Without a gateway endpoint, set NoPrivateDNS.
	Gateway *Gateway
	// DualStack gives the endpoint IPv6 addresses in addition to IPv4.
	DualStack bool
}

// Interface is an interface endpoint: network interfaces in a VPC through which one service is reached.
type Interface struct {
	constructs.Construct
	service  catalog.Endpoint
	cfn      awsec2.CfnVPCEndpoint
	props    *awsec2.CfnVPCEndpointProps // the properties of cfn, with all later changes
	group    awsec2.ISecurityGroup
	groupID  *string // of group, if the network made it
	groups   []awsec2.ISecurityGroup
	problems report.Problems
}

// NewInterface makes an interface endpoint in any VPC. Mistakes in props fail synthesis. A nil scope panics.
func NewInterface(scope constructs.Construct, id string, props *InterfaceProps) *Interface {
	at := diag.Caller()
	construct.MustHaveScope(scope, "VPC endpoint", at)
	if props == nil {
		props = &InterfaceProps{}
	}
	i := &Interface{}
	i.make(scope, id, props, "", at)
	if props.Policy.stated && i.cfn != nil {
		i.props.PolicyDocument = props.Policy.document(i.service.Name)
		i.cfn.SetPolicyDocument(i.props.PolicyDocument)
	}
	i.problems.Later = append(i.problems.Later, func() {
		for _, d := range props.Policy.check(i.policyEndpoint()) {
			i.problems.Put(withPlace(d, at))
		}
	})
	return i
}

// withPlace adds to a finding about a policy the place in the policy and the line that made the endpoint.
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
		fix := `write a short name, as in "ssm"`
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
	b := &batch.Batch{}
	vpcID, vpcPath := batch.Get[string](b, props.Vpc, "vpcId"), batch.Get[string](b, props.Vpc, "node.path")
	var groups, subnets []any
	if i.groupID != nil {
		groups = []any{i.groupID}
	} else {
		for _, g := range i.groups {
			groups = append(groups, batch.Get[string](b, g, "securityGroupId"))
		}
	}
	var zones []*string
	for _, s := range batch.SelectSubnets(props.Vpc, props.Subnets) {
		subnets, zones = append(subnets, batch.Get[string](b, s, "subnetId")), append(zones, batch.Get[string](b, s, "availabilityZone"))
	}
	b.Run()
	private := !props.NoPrivateDNS && (i.service.Name != "" || arch.IsToken(props.Service))
	i.props = &awsec2.CfnVPCEndpointProps{
		VpcId: vpcID, ServiceName: &name, VpcEndpointType: new("Interface"), PrivateDnsEnabled: private,
		SubnetIds: &subnets, SecurityGroupIds: &groups, Tags: named(i.problems.Path),
	}
	if props.DualStack {
		i.props.IpAddressType = new("dualstack")
	}
	i.cfn = awsec2.NewCfnVPCEndpoint(i, new("Resource"), i.props)
	i.problems.Made("endpoint", "Resource", func() map[string]any { return endpointProperties(i.props) })
	if i.service.Name == "s3" && private {
		i.besideGateway(props, at)
	}
	i.problems.Later = append(i.problems.Later, func() { i.zones(zones, at) })
	registryOf(&i.problems).add(placed{vpc: *vpcPath, service: cmp.Or(i.service.Name, name), private: private, by: i, problems: &i.problems,
		at: at})
}

// besideGateway limits the private DNS of an interface endpoint for S3 to the VPC's inbound resolver. AWS requires a gateway endpoint for
// this, which must exist first (Amazon S3 User Guide, "AWS PrivateLink for Amazon S3").
func (i *Interface) besideGateway(props *InterfaceProps, at diag.Position) {
	if props.Gateway == nil || props.Gateway.cfn == nil {
		i.problems.Add("endpoint-s3", "an interface endpoint for S3 has private DNS, but no gateway endpoint beside it",
			"AWS rejects it, because calls from the VPC itself would go through the interfaces, which cost money per byte",
			"set Gateway to the VPC's gateway endpoint, or set NoPrivateDNS", at)
		return
	}
	i.props.DnsOptions = &awsec2.CfnVPCEndpoint_DnsOptionsSpecificationProperty{
		PrivateDnsOnlyForInboundResolverEndpoint: new("OnlyInboundResolver"),
	}
	i.cfn.SetDnsOptions(i.props.DnsOptions)
	i.cfn.AddResourceDependency(props.Gateway.cfn, nil)
}

// zones checks that there are subnets, and no two in one zone.
func (i *Interface) zones(zones []*string, at diag.Position) {
	if len(zones) == 0 {
		i.problems.Add("endpoint-subnets", "an endpoint has no subnets", "the selection is empty", "select at least one subnet", at)
	}
	seen := map[string]bool{}
	for _, zone := range zones {
		if *zone == "" {
			i.problems.Add("endpoint-subnets", "the zone of a subnet of an endpoint is not known",
				"AWS accepts one subnet in each zone, and CDK does not know the zone of the imported subnet",
				"import the subnet with its AvailabilityZone", at)
			continue
		}
		if seen[*zone] && !arch.IsToken(*zone) {
			i.problems.Add("endpoint-subnets", "an endpoint has two subnets in one zone",
				"the zone is "+*zone+"; AWS accepts one subnet in each zone", "select one subnet in each zone: OnePerAz", at)
		}
		seen[*zone] = true
	}
}

func (i *Interface) fill(b *batch.Batch, e plan.VPCEndpoint, _ []*string, text func(string) *string) {
	if e.Policy != nil && i.cfn != nil {
		i.props.PolicyDocument = e.Policy.Document(func(t string) any { return *text(t) })
		b.Set(i.cfn, "policyDocument", i.props.PolicyDocument)
	}
}

// policyEndpoint describes the endpoint for the checks of its policy.
func (i *Interface) policyEndpoint() iam.Endpoint {
	return iam.Endpoint{Service: i.service.Name, Region: knownRegion(i)}
}

// ID returns the endpoint's id, a CDK token: "vpce-0123456789abcdef0". It is nil if the endpoint could not be made, which fails the
// synthesis.
func (i *Interface) ID() *string {
	if i.cfn == nil {
		return nil
	}
	return i.cfn.Ref()
}

// Service returns the short name of the AWS service. It is empty for an endpoint service of another provider.
func (i *Interface) Service() string { return i.service.Name }

// SecurityGroup returns the security group that NewInterface or the network made for the endpoint. It is nil if
// InterfaceProps.SecurityGroups were given.
func (i *Interface) SecurityGroup() awsec2.ISecurityGroup { return i.group }

// AllowFrom lets constructs of the CDK library reach the endpoint. It adds rules to the security groups of both ends. For the tiers of a
// network use [Grant] instead.
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

// named returns the Name tag of a construct with a path. The AWS console shows it.
func named(path string) *[]*awscdk.CfnTag {
	return &[]*awscdk.CfnTag{{Key: new("Name"), Value: &path}}
}

// regionOr returns region, or a token for the stack's Region if it is empty.
func regionOr(region string) string {
	if region == "" {
		return *awscdk.Aws_REGION()
	}
	return region
}

// knownRegion returns the Region of a construct's stack; empty if it is known only at deployment.
func knownRegion(c constructs.IConstruct) string {
	if region := *awscdk.Stack_Of(c).Region(); !arch.IsToken(region) {
		return region
	}
	return ""
}

// supports reports whether the endpoints of a service are known to accept policies.
func supports(service string) bool { return catalog.PolicySupport(service) == catalog.Supported }
