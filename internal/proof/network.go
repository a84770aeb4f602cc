package proof

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
)

// network is one declared network, bound to the templates.
type network struct {
	Network
	assembly           *cfn.Assembly
	top                *reach.Topology
	model              *arch.Model
	vpc                *reach.VPC
	ownership          ownership
	parties            []*party
	groups             map[*reach.Group]string               // group in the templates -> its tier id
	clusterGroups      map[*reach.Group]*reach.Group         // group of an EKS cluster -> the same group with the rules of EKS
	declared           map[string]*reach.Group               // tier id -> its flows as the rules of a group
	declaredOutside    map[string]*reach.Group               // tier id -> the same for addresses outside the network; see party
	byGateway          map[string][]gatewayTraffic           // tier id -> traffic of its flows to names through gateway endpoints
	flowsBetween       map[[2]string][]*arch.CheckedFlow     // key: from, to; flows between tiers
	flowsWithAddresses map[tierDirection][]*arch.CheckedFlow // flows between tiers and addresses
	partyOf            map[string]*party                     // tier id -> the tier as a party
	connections        map[int]connections                   // index of a flow in the model -> its connections
	otherNetworks      []*network                            // the other networks of the app
	report             *Report
	resources          map[*cfn.Resource]Control // the resources of controls that the app declares
}

// tierDirection is the key of flows between a tier and addresses. If out is set, the tier opens the connections.
type tierDirection struct {
	tier string
	out  bool
}

// name returns the construct path of the network.
func (n *network) name() string { return n.model.Network.Path }

// say returns one of two texts in the language in which the network was declared.
func (n *network) say(inGo, inFile string) string { return n.model.Network.Say(inGo, inFile) }

// evaluate returns the value of a declared expression in the templates.
func (n *network) evaluate(v Value) (cfn.Value, error) {
	out, err := n.assembly.Evaluate(v.Template, v.Expression)
	if err != nil {
		return out, fmt.Errorf("the declared architecture names %s in %s: %w", v.Expression, v.Template, err)
	}
	return out, nil
}

// symbol returns the value of an operand of a flow.
func (n *network) symbol(o arch.Operand) (cfn.Value, error) {
	if !o.Symbolic {
		return cfn.Value{Kind: cfn.Text, Text: o.Text}, nil
	}
	v, ok := n.Symbols[o.Text]
	if !ok {
		return cfn.Value{}, fmt.Errorf("the declared architecture does not say which value %s has in the templates", o.Text)
	}
	return n.evaluate(v)
}
