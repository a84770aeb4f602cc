package arch

import (
	"cmp"
	"slices"

	"github.com/tierwall/tierwall/internal/diag"
)

// Flow is a permission as it is declared: From may open connections to To for Service.
type Flow struct {
	From Peer `json:"from"`
	To   Peer `json:"to"`
	// Service is in the syntax of ParseService.
	Service string `json:"service"`
	Reason  string `json:"reason,omitempty"`  // goes into the rules' descriptions
	Owner   string `json:"owner,omitempty"`   // shown in messages and reports
	Expires string `json:"expires,omitempty"` // last valid day, "2006-01-02"; empty is never
	// Exception allows the flow although the table of who may reach whom does not. It needs Reason and Owner.
	Exception bool `json:"exception,omitempty"`
	Path      Path `json:"path,omitzero"`
	// SID is the number of the flow's first firewall rule; the next ones follow it. 0 derives the numbers.
	SID int `json:"sid,omitempty"`
	// At are the lines that declare the flow.
	At []diag.Position `json:"at,omitempty"`
}

// CheckedFlow is a flow of a Model: its ends are known, and its service is parsed.
type CheckedFlow struct {
	Flow
	// Ports are those of Service that both ends have an address family for. They are sorted, and there is at least one.
	Ports []Ports
}

// Compare orders flows by their ends and ports.
func (f CheckedFlow) Compare(g CheckedFlow) int {
	return cmp.Or(comparePeers(f.From, g.From), comparePeers(f.To, g.To), slices.CompareFunc(f.Ports, g.Ports, Ports.Compare))
}

func comparePeers(a, b Peer) int {
	aTier, bTier := a.Kind.IsTier(), b.Kind.IsTier()
	if aTier != bTier {
		if aTier {
			return -1
		}
		return 1
	}
	if aTier {
		return cmp.Compare(a.Text, b.Text)
	}
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Text, b.Text), compareBools(a.Symbolic, b.Symbolic),
		compareBools(a.IPv6, b.IPv6), cmp.Compare(a.Entries, b.Entries))
}

// compareBools puts false first.
func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// ToService reports whether the flow follows from a grant: it leads to an AWS service.
func (f Flow) ToService() bool { return f.To.Kind == Endpoint || f.Path.Kind == ByGatewayEndpoint }

// Enforced reports whether a network firewall is between the ends of the flow and stops everything that no rule passes.
func (f Flow) Enforced() bool { return f.Path.Kind == Inspected && f.Path.Mode == Enforce }

// SubjectString identifies the flow: "Web->App:tcp/8080".
func (f CheckedFlow) SubjectString() string {
	return f.From.String() + "->" + f.To.String() + ":" + FormatService(f.Ports)
}
