package endpoints

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// Of returns the interface endpoint that a network has made for a service, by its short name: "ssm", "ecr.api". It returns nil if the
// network is nil or has made none yet.
func Of(network *tiers.Network, service string) *Interface {
	if network == nil || network.Construct == nil {
		return nil
	}
	i, _ := makerOf(wiring.NetworkOf(network)).made[arch.EndpointKey{Service: service}].(*Interface)
	return i
}

// GatewayOf returns the gateway endpoint that a network has made for a service: "s3", "dynamodb" or "s3express". It returns nil if the
// network is nil or has made none yet.
func GatewayOf(network *tiers.Network, service string) *Gateway {
	if network == nil || network.Construct == nil {
		return nil
	}
	g, _ := makerOf(wiring.NetworkOf(network)).made[arch.EndpointKey{Service: service, Gateway: true}].(*Gateway)
	return g
}

// maker makes the endpoints of one network.
type maker struct {
	net   *wiring.Network
	made  map[arch.EndpointKey]networkEndpoint
	uses  map[string]map[arch.EndpointKey]bool // by tier
	roles map[string][]awsiam.IRole            // by tier
	open  map[string][][]arch.Need             // by tier: needs granted to all its roles

	ready map[string]constructs.DependencyGroup // by tier, if something waits for its endpoints

	looked map[awsiam.IRole]bool // for statements of imported roles
}

// networkEndpoint is an endpoint that a network has made: an *Interface or a *Gateway.
type networkEndpoint interface {
	constructs.Construct
	fill(b *batch.Batch, e plan.VPCEndpoint, tables []*string, text func(string) *string)
}

func makerOf(n *wiring.Network) *maker {
	return n.EndpointMaker(func() wiring.EndpointMaker {
		return &maker{
			net: n, made: map[arch.EndpointKey]networkEndpoint{}, uses: map[string]map[arch.EndpointKey]bool{},
			roles: map[string][]awsiam.IRole{}, open: map[string][][]arch.Need{}, looked: map[awsiam.IRole]bool{},
			ready: map[string]constructs.DependencyGroup{},
		}
	}).(*maker)
}

// granted records a use of a tier and gives its roles their statements.
func (m *maker) granted(tier string, u Use, needs []arch.Need) {
	if m.uses[tier] == nil {
		m.uses[tier] = map[arch.EndpointKey]bool{}
	}
	for _, need := range needs {
		if !m.uses[tier][need.Key()] {
			m.uses[tier][need.Key()] = true
			m.addReady(tier, need.Key())
		}
	}
	roles := u.roles
	if len(roles) == 0 {
		roles = m.roles[tier]
		m.open[tier] = append(m.open[tier], needs)
	}
	for _, r := range roles {
		m.allow(r, needs)
	}
}

// addReady adds an endpoint to what workloads of a tier wait for.
func (m *maker) addReady(tier string, key arch.EndpointKey) {
	group, waits := m.ready[tier]
	if e, ok := m.made[key]; ok && waits {
		group.Add(e.Node().DefaultChild())
	}
}

// hasRole records a role of a tier and gives it the statements for the tier's earlier grants.
func (m *maker) hasRole(tier string, r awsiam.IRole) {
	m.roles[tier] = append(m.roles[tier], r)
	for _, needs := range m.open[tier] {
		m.allow(r, needs)
	}
}

// allow gives a role the statements for some needs. An unsigned request does not carry the role's credentials and needs no permission.
func (m *maker) allow(role awsiam.IRole, needs []arch.Need) {
	for _, need := range needs {
		if need.Unsigned || len(need.Actions) == 0 || len(need.Resources) == 0 {
			continue
		}
		role.AddToPrincipalPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Actions: expanded(need.Actions), Resources: expanded(need.Resources),
		}))
	}
	m.recordStatements(role)
}

// Make makes an endpoint of the network.
func (m *maker) Make(place wiring.EndpointPlace) {
	if place.Key.Gateway {
		g := &Gateway{}
		g.make(place.Scope, "Gateway-"+place.Key.Service, m.net.Vpc(), place.Key.Service, place.Region, place.At)
		m.made[place.Key] = g
		return
	}
	i := &Interface{group: place.Group, groupID: place.GroupID}
	i.make(place.Scope, "Endpoint", &InterfaceProps{Vpc: m.net.Vpc(), Service: place.Key.Service, Subnets: place.Subnets}, place.Region,
		place.At)
	m.made[place.Key] = i
}

// ID returns the id of an endpoint that the network has made, or nil if it has made none.
func (m *maker) ID(key arch.EndpointKey) *string {
	switch e := m.made[key].(type) {
	case *Interface:
		return e.ID()
	case *Gateway:
		return e.ID()
	}
	return nil
}

// Fill has a batch give an endpoint its policy and route tables from the plan.
func (m *maker) Fill(b *batch.Batch, e plan.VPCEndpoint, tables []*string, text func(string) *string) {
	m.made[e.EndpointKey].fill(b, e, tables, text)
}
