package endpoints

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// Policies selects the policies that the endpoints of a network have.
type Policies int

// The policies.
const (
	// ByOwner is Derived if the network has a VPC of its own, and Open if it wraps an existing VPC: a derived policy would deny the service
	// to the VPC's other workloads. It is the zero value.
	ByOwner Policies = iota
	// Derived policies allow what was granted and nothing else. They apply to every workload in the VPC.
	Derived
	// Open means no policies. AWS then allows every call.
	Open
)

// Props are the choices for all endpoints of a network. At most one of Block, Subnets and SharesWith is set. Changing one of these three
// moves the interface endpoints to other subnets.
type Props struct {
	// Block is the number of the address block that interface endpoints use, as in tiers.TierProps. 0 is the network's last block.
	Block int
	// Subnets are exact subnets for interface endpoints in CIDR notation, one for each zone, as in tiers.TierProps.
	Subnets []string
	// SharesWith is a tier whose subnets interface endpoints use as well.
	SharesWith tiers.Tier
	// VpcSubnets are existing subnets for interface endpoints, one in each zone. They are required in a network that wraps a VPC if a use
	// needs an interface endpoint, and not allowed in others.
	VpcSubnets *awsec2.SubnetSelection
	// Policies selects the endpoints' policies; the zero value is ByOwner.
	Policies Policies
	// NoPolicy are the short names of services whose endpoints accept no policy. If it is unknown whether a service accepts one, a warning
	// asks for it here.
	NoPolicy []string
	// AnyRole makes every statement of a policy name all roles that use the endpoint. The policy is then shorter, which matters because AWS
	// limits it to 20,480 characters (AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint policies"). It no longer
	// separates the roles from each other; their own IAM policies still do.
	AnyRole bool
	// Organization is the id of the AWS organisation to which callers and resources must belong: "o-a1b2c3d4e5". If it is empty, resources
	// must belong to the network's account or to one of Accounts.
	Organization string
	// Accounts are the ids of further accounts that may own resources, 12 digits each.
	Accounts []string
	// PrefixLists are the ids of AWS's prefix lists for gateway endpoints, by service: {"s3": "pl-6da54004"}. They are required only for
	// Regions and services whose lists are unknown here. An id may be a CDK token, such as awsec2.PrefixList_FromLookup returns.
	PrefixLists map[string]string
	// Zones are the names of the zones that offer a service's endpoint, by the service's short name: {"xray": {"eu-west-1a"}}. A service
	// that is not listed is offered in all zones.
	Zones map[string][]string
	// Imported are endpoints of the VPC that the network does not make. The network adds rules to their security groups and leaves their
	// policies as they are.
	Imported []Existing
}

// Existing is an endpoint that exists in the VPC already, or that another part of the app makes.
type Existing struct {
	// Service is the short name of the endpoint's service: "ssm".
	Service string
	// SecurityGroupID is the id of an interface endpoint's security group, a literal or a CDK token. Leave it empty for a gateway endpoint,
	// whose routes must exist.
	SecurityGroupID string
}

// Configure sets the choices for the endpoints of a network. Call it at most once, before the first grant; nil props are the zero Props.
// Mistakes fail synthesis. A nil network panics.
func Configure(network *tiers.Network, props *Props) {
	at := diag.Caller()
	if network == nil || network.Construct == nil {
		panic(diag.Diagnostic{Summary: "the network of endpoints is nil or was not made by NewNetwork", At: []diag.Position{at}}.String())
	}
	if props == nil {
		props = &Props{}
	}
	var share *wiring.Peer
	if props.SharesWith != nil {
		share = new(wiring.PeerOf(props.SharesWith))
	}
	core := wiring.NetworkOf(network)
	makerOf(core)
	core.ConfigureEndpoints(props.declared(at), share, props.VpcSubnets)
}

// declared returns the props as the model has them, except for those that name constructs.
func (p *Props) declared(at diag.Position) arch.Endpoints {
	e := arch.Endpoints{
		Block: p.Block, Subnets: p.Subnets, Policies: arch.Policies(p.Policies), AnyRole: p.AnyRole, NoPolicy: p.NoPolicy,
		Organization: p.Organization, Accounts: p.Accounts, Zones: p.Zones, At: at,
	}
	for service, id := range p.PrefixLists {
		if e.PrefixLists == nil {
			e.PrefixLists = map[string]arch.Operand{}
		}
		e.PrefixLists[service] = arch.Operand{Text: id}
	}
	for _, i := range p.Imported {
		e.Imported = append(e.Imported, arch.ImportedEndpoint{
			Service: i.Service, Gateway: i.SecurityGroupID == "", Group: arch.Operand{Text: i.SecurityGroupID}, At: at,
		})
	}
	return e
}
