package suricata

// Kind is the type that Suricata's engine gives a rule. It says when the rule is looked at, and how far its verdict reaches.
type Kind string

// The kinds of rules, as Suricata's engine analysis names them.
const (
	// Unknown is what cannot be classified.
	Unknown    Kind = "unknown"
	IPOnly     Kind = "ip_only"
	LikeIPOnly Kind = "like_ip_only"
	Packet     Kind = "pkt"
	PDOnly     Kind = "pd_only"
	AppLayer   Kind = "app_layer"
	AppTx      Kind = "app_tx"
)

// Scope is how far the verdict of a rule reaches.
type Scope string

// The scopes of verdicts.
const (
	ScopeUnknown Scope = "unknown"
	// ScopeFlow is the whole flow, from the packet that matches on.
	ScopeFlow Scope = "flow"
	// ScopePacket is the packet that matches, and no other.
	ScopePacket Scope = "packet"
)

// Scope returns how far verdicts of rules of the kind reach (measured with Suricata 7.0.10).
func (k Kind) Scope() Scope {
	switch k {
	case IPOnly, LikeIPOnly, AppLayer, AppTx:
		return ScopeFlow
	case Packet, PDOnly:
		return ScopePacket
	}
	return ScopeUnknown
}

// Kind returns the type that Suricata gives the rule.
func (r Rule) Kind() Kind { return Unknown }
