package arch

// Gateway connects the network to another one: the company's own, another VPC, or a VPC that inspects all traffic.
type Gateway struct {
	Kind GatewayKind `json:"kind"`
	// Operand is the gateway's id, literal or symbolic.
	Operand
}

// GatewayKind is the kind of a gateway. The zero GatewayKind is none.
type GatewayKind int

// The kinds of gateway.
const (
	NoGateway GatewayKind = iota
	TransitGateway
	PeeringConnection
	VPNGateway
)

// String returns the kind in words, "unknown" for a value that is no kind.
func (k GatewayKind) String() string {
	if k < 0 || int(k) >= len(gatewayNames) {
		return "unknown"
	}
	return gatewayNames[k]
}

// String names the gateway in messages: "transit gateway tgw-0123456789abcdef0".
func (g Gateway) String() string { return g.Kind.String() + " " + g.Text }
