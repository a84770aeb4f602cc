package arch

// Path is the way a flow's packets take. The zero Path is direct.
type Path struct {
	Kind PathKind `json:"kind"`
	// Mode says how far an inspected path is in force.
	Mode Mode `json:"mode"`
	// Via is the gateway of a ThroughGateway path.
	Via Gateway `json:"via,omitzero"`
}

// words names the path in messages.
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

// PathKind says what lies between the two ends of a flow.
type PathKind int

const (
	// Direct has only AWS's own router and gateways in between.
	Direct PathKind = iota
	// Inspected leads through firewall endpoints: references to security groups do not match on it.
	Inspected
	// ThroughGateway leaves by a transit gateway, a peering connection or a virtual private gateway.
	ThroughGateway
	// ByGatewayEndpoint leaves by a gateway endpoint, whose prefix list is more specific than any default route.
	ByGatewayEndpoint
)
