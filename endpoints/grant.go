package endpoints

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// Grant lets a tier use AWS services. It makes the endpoints that this takes, if they are not there yet, with the flows to them; the
// endpoints' policies let through what all tiers together were granted. Roles of the tier, named before or after, get the statements.
// Whatever is wrong fails the synth. A nil tier panics.
func Grant(tier tiers.Tier, uses ...Use) {
	at := diag.Caller()
	t := wiring.TierOf(tier, "the tier of a grant", at)
	n := makerOf(t.Network())
	for _, u := range uses {
		if len(u.parts) == 0 && u.problem == "" {
			u.problem = "grants: a use is the zero Use"
		}
		g := arch.Grant{Use: u.words, Needs: u.needs(), Starts: u.starts, At: at}
		for _, r := range u.roles {
			if isNil(r) {
				u.problem = "grants: a role that the use is for is nil"
				break
			}
			g.Roles = append(g.Roles, *r.RoleArn())
		}
		t.AddGrant(g, u.problem)
		if u.problem != "" {
			continue
		}
		n.granted(tier.ID(), u, g.Needs)
	}
}

// Roles says which roles the workloads of a tier have: those of tasks, of functions and of instance profiles. The policies of endpoints
// name them, and they get the statements for the tier's grants, but for those that are for others. The role that ECS starts tasks with is
// FargateProps.ExecutionRole. Without roles, policies name the account. A nil tier panics.
func Roles(tier tiers.Tier, roles ...awsiam.IRole) {
	at := diag.Caller()
	t := wiring.TierOf(tier, "the tier of roles", at)
	n := makerOf(t.Network())
	for _, r := range roles {
		if isNil(r) {
			t.AddRole("", at) // An error.
			continue
		}
		t.AddRole(*r.RoleArn(), at)
		n.hasRole(tier.ID(), r)
	}
}

// RoleARNs is Roles for roles that are known by their ARNs alone: their own policies are somebody else's.
func RoleARNs(tier tiers.Tier, arns ...string) {
	at := diag.Caller()
	t := wiring.TierOf(tier, "the tier of roles", at)
	makerOf(t.Network())
	for _, arn := range arns {
		t.AddRole(arn, at)
	}
}

// Ready is the endpoints of the services that a tier was granted: let those workloads depend on it that call some when they start. It is
// called after the tier's grants. Endpoints take minutes to be there; the rules and network ACL entries on the way to them, which are
// there in seconds, are not waited for.
func Ready(tier tiers.Tier) constructs.IDependable {
	n := makerOf(wiring.TierOf(tier, "the tier of what is ready", diag.Caller()).Network())
	group := constructs.NewDependencyGroup()
	for key := range n.uses[tier.ID()] {
		if e, ok := n.made[key]; ok {
			group.Add(e.Node().DefaultChild())
		}
	}
	return group
}

// maker makes the endpoints of one network.
type maker struct {
	net   *wiring.Network
	made  map[arch.EndpointKey]made
	uses  map[string]map[arch.EndpointKey]bool // by tier
	roles map[string][]awsiam.IRole            // by tier
	open  map[string][][]arch.Need             // granted to all roles of a tier
}

// made is an endpoint of the network.
type made interface {
	constructs.Construct
	fill(e plan.VPCEndpoint, tables []*string, text func(string) *string)
}

func makerOf(n *wiring.Network) *maker {
	return n.EndpointMaker(func() wiring.EndpointMaker {
		return &maker{
			net: n, made: map[arch.EndpointKey]made{}, uses: map[string]map[arch.EndpointKey]bool{}, roles: map[string][]awsiam.IRole{},
			open: map[string][][]arch.Need{},
		}
	}).(*maker)
}

// granted gives the roles that a use is for their statements.
func (m *maker) granted(tier string, u Use, needs []arch.Need) {
	if m.uses[tier] == nil {
		m.uses[tier] = map[arch.EndpointKey]bool{}
	}
	for _, need := range needs {
		m.uses[tier][need.Key()] = true
	}
	roles := u.roles
	if len(roles) == 0 {
		roles = m.roles[tier]
		m.open[tier] = append(m.open[tier], needs)
	}
	for _, r := range roles {
		allow(r, needs)
	}
}

// hasRole gives a role the statements of what was granted to the tier before.
func (m *maker) hasRole(tier string, r awsiam.IRole) {
	m.roles[tier] = append(m.roles[tier], r)
	for _, needs := range m.open[tier] {
		allow(r, needs)
	}
}

// allow gives a role what a use needs of it. What comes without its credentials takes no permission.
func allow(role awsiam.IRole, needs []arch.Need) {
	for _, need := range needs {
		if need.Unsigned || len(need.Actions) == 0 || len(need.Resources) == 0 {
			continue
		}
		var actions, resources []*string
		for _, a := range need.Actions {
			actions = append(actions, new(a))
		}
		for _, r := range need.Resources {
			resources = append(resources, expand(r))
		}
		role.AddToPrincipalPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{Actions: &actions, Resources: &resources}))
	}
}

// Make makes an endpoint.
func (m *maker) Make(place wiring.EndpointPlace) {
	if place.Key.Gateway {
		g := &Gateway{}
		g.make(place.Scope, "Gateway-"+place.Key.Service, m.net.Vpc(), place.Key.Service, place.Region, place.At)
		m.made[place.Key] = g
		return
	}
	i := &Interface{group: place.Group}
	i.make(place.Scope, "Endpoint", &InterfaceProps{Vpc: m.net.Vpc(), Service: place.Key.Service, Subnets: place.Subnets}, place.Region,
		place.At)
	m.made[place.Key] = i
}

// Fill gives an endpoint what the plan says of it.
func (m *maker) Fill(e plan.VPCEndpoint, tables []*string, text func(string) *string) {
	m.made[e.EndpointKey].fill(e, tables, text)
}

// Of returns the interface endpoint that a network has made for a service, by its short name; nil if there is none yet.
func Of(network *tiers.Network, service string) *Interface {
	if network == nil || network.Construct == nil {
		return nil
	}
	i, _ := makerOf(wiring.NetworkOf(network)).made[arch.EndpointKey{Service: service}].(*Interface)
	return i
}

// GatewayOf returns the gateway endpoint that a network has made for a service, "s3" or "dynamodb"; nil if there is none yet.
func GatewayOf(network *tiers.Network, service string) *Gateway {
	if network == nil || network.Construct == nil {
		return nil
	}
	g, _ := makerOf(wiring.NetworkOf(network)).made[arch.EndpointKey{Service: service, Gateway: true}].(*Gateway)
	return g
}

// Policies says which policies the endpoints of a network have.
type Policies int

const (
	// ByOwner is Derived in a network with a VPC of its own, and Open in one that wraps a VPC: whatever else is in it would lose the service.
	ByOwner Policies = Policies(arch.PoliciesByOwner)
	// Derived lets through what was granted and nothing else, for whoever is in the VPC.
	Derived Policies = Policies(arch.DerivedPolicies)
	// Open lets everything through, as endpoints do without a policy.
	Open Policies = Policies(arch.OpenPolicies)
)

// Props are the choices for the endpoints of a network.
type Props struct {
	// Block, Subnets or SharesWith are where interface endpoints stand, as in tiers.TierProps; none is the last block. It is identity.
	Block      int
	Subnets    []string
	SharesWith tiers.Tier
	// VpcSubnets are the subnets for interface endpoints in a network that wraps a VPC, one in each zone; required there.
	VpcSubnets *awsec2.SubnetSelection
	// Policies is the zero value ByOwner, Derived or Open.
	Policies Policies
	// NoPolicy are the short names of services whose endpoints take no policy: a warning names those of which it is not known.
	NoPolicy []string
	// AnyRole has every statement of a policy name all roles that use the endpoint. It takes fewer characters, of which a policy has 20,480;
	// what one role may and another may not is then left to their own policies.
	AnyRole bool
	// Organization is the id of the AWS organisation, "o-a1b2c3d4e5", that callers and resources must be of. Empty limits resources to the
	// account, and to Accounts.
	Organization string
	// Accounts own resources as well, by their 12 digits.
	Accounts []string
	// PrefixLists are the ids of AWS's prefix lists for gateway endpoints, by service, "s3", where the catalogue does not know them. They
	// may be CDK tokens, as awsec2.PrefixList_FromLookup gives.
	PrefixLists map[string]string
	// Zones are the names of those zones that a service is offered in, by its short name. One that is missing is offered in all.
	Zones map[string][]string
	// Imported are endpoints that somebody else made in the VPC: rules are added to their security groups, and their policies stay.
	Imported []Existing
}

// Existing is an endpoint that somebody else made.
type Existing struct {
	// Service is its short name: "ssm".
	Service string
	// SecurityGroupID is that of an interface endpoint, a literal or a CDK token; empty says that it is a gateway endpoint, whose routes are
	// there.
	SecurityGroupID string
}

// Configure states the choices for the endpoints of a network. It comes before the first grant, once. Whatever is wrong fails the synth.
// A nil network panics.
func Configure(network *tiers.Network, props *Props) {
	at := diag.Caller()
	if network == nil || network.Construct == nil {
		panic(diag.Diagnostic{Summary: "the network of endpoints is nil or was not made by NewNetwork", At: []diag.Position{at}}.String())
	}
	if props == nil {
		props = &Props{}
	}
	e := arch.Endpoints{
		Block: props.Block, Subnets: props.Subnets, Policies: arch.Policies(props.Policies), AnyRole: props.AnyRole, NoPolicy: props.NoPolicy,
		Organization: props.Organization,
		Accounts:     props.Accounts, Zones: props.Zones, At: at,
	}
	for service, id := range props.PrefixLists {
		if e.PrefixLists == nil {
			e.PrefixLists = map[string]arch.Operand{}
		}
		e.PrefixLists[service] = arch.Operand{Text: id}
	}
	for _, i := range props.Imported {
		e.Imported = append(e.Imported, arch.ImportedEndpoint{Service: i.Service, Gateway: i.SecurityGroupID == "",
			Group: arch.Operand{Text: i.SecurityGroupID}, At: at})
	}
	var share *wiring.Peer
	if props.SharesWith != nil {
		share = new(wiring.PeerOf(props.SharesWith))
	}
	core := wiring.NetworkOf(network)
	makerOf(core)
	core.ConfigureEndpoints(e, share, props.VpcSubnets)
}

// expand puts CDK's tokens where a text of the vocabulary names what a deployment fills in.
func expand(text string) *string {
	return new(replacer().Replace(text))
}
