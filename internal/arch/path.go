package arch

// Path is the path of a flow's packets. The zero Path is direct.
type Path struct {
	Kind PathKind `json:"kind"`
	// Mode says how far the inspection of an inspected path is in force.
	Mode Mode `json:"mode"`
	// Via is the gateway of a ThroughGateway path.
	Via Gateway `json:"via,omitzero"`
}

// words returns the path's name in messages.
func (p Path) words() string {
	switch p.Kind {
	case Direct:
		return "direct"
	case Inspected:
		return "inspected" + map[Mode]string{Observe: ", observing", Prepare: ", prepared"}[p.Mode]
	}
	if p.Kind == ByGatewayEndpoint {
		return "by a gateway endpoint"
	}
	return "through " + p.Via.String()
}

// PathKind says what is between the two ends of a flow.
type PathKind int

const (
	// Direct has nothing but AWS's own routers and gateways in between.
	Direct PathKind = iota
	// Inspected leads through firewall endpoints, behind which references to security groups do not match.
	Inspected
	// ThroughGateway leaves the network through a transit gateway, a peering connection or a virtual private gateway.
	ThroughGateway
	// ByGatewayEndpoint leaves the network through a gateway endpoint, whose prefix list is more specific than any default route.
	ByGatewayEndpoint
)
