package compliance

import (
	"time"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/policy"
	"github.com/tierwall/tierwall/internal/proof"
)

// scope is a declared network with the tiers that hold cardholder data, and those that are connected to them.
type scope struct {
	network   *proof.Network
	model     *arch.Model
	holders   map[string]bool // the ids of tiers that hold cardholder data
	connected map[string]bool // the ids of tiers with a flow to or from them
	// undeclared are the ids of tiers that may exchange traffic with holders that no flow declares.
	undeclared map[string]bool
	findings   diag.List // of the policy pci-dss, whether or not the network requires it
	several    bool      // there are more networks, so that names begin with the path
}

// scopesOf finds the scope of each declared network.
func scopesOf(in Input) []scope {
	if in.Declaration == nil {
		return nil
	}
	var out []scope
	for i := range in.Declaration.Networks {
		n := &in.Declaration.Networks[i]
		model, diags := arch.Check(n.Architecture, time.Time{}) // At the zero time, no flow has expired.
		if diags.HasErrors() || model == nil {
			continue // The plan reports it.
		}
		s := scope{network: n, model: model, holders: map[string]bool{}, connected: map[string]bool{},
			several: len(in.Declaration.Networks) > 1}
		protected, connected := policy.Protected(model, arch.PCIDSS)
		for _, t := range protected {
			s.holders[t.ID] = true
		}
		for _, t := range connected {
			s.connected[t.ID] = true
		}
		if len(protected) > 0 {
			judged := *model
			judged.Policies = []arch.DataPolicy{{Name: arch.PCIDSS, At: model.Network.At}}
			s.findings = policy.Judge(&judged)
		}
		s.findUndeclared(in.Proof)
		out = append(out, s)
	}
	return out
}

// findUndeclared finds the tiers that the proof connects to cardholder data by traffic that no flow declares.
func (s *scope) findUndeclared(r *proof.Report) {
	s.undeclared = map[string]bool{}
	if r == nil {
		return
	}
	for _, f := range r.Findings {
		if f.Network != s.model.Network.Path || !aboutTraffic(f) {
			continue
		}
		if s.holders[f.To] {
			s.undeclared[f.From] = true
		}
		if s.holders[f.From] {
			s.undeclared[f.To] = true
		}
	}
}

// holds reports whether a peer is a tier that holds cardholder data.
func (s scope) holds(p arch.Peer) bool { return p.Kind.IsTier() && s.holders[p.Text] }

// includes reports whether a peer is a tier in scope.
func (s scope) includes(p arch.Peer) bool {
	return p.Kind.IsTier() && (s.holders[p.Text] || s.connected[p.Text])
}

// name names something of the network.
func (s scope) name(of string) string {
	if s.several {
		return s.model.Network.Path + ": " + of
	}
	return of
}

// pathText says what is on the way of a flow.
func pathText(f arch.Flow) string {
	switch {
	case f.Enforced():
		return "inspected by a network firewall"
	case f.Path.Kind == arch.Inspected:
		return "inspected in mode " + f.Path.Mode.String() + ": the firewall stops nothing"
	case f.Path.Kind == arch.ByGatewayEndpoint:
		return "by a gateway endpoint, not inspected"
	case f.Path.Kind == arch.ThroughGateway:
		return "through " + f.Path.Via.String() + ", not inspected here"
	}
	return "not inspected"
}

// declaredFlow is a declared flow as evidence.
func declaredFlow(state State, f arch.Flow, shows string) Evidence {
	e := Evidence{State: state, From: f.From.String(), To: f.To.String(), Service: f.Service, Shows: shows, Reason: f.Reason, Owner: f.Owner,
		Expires: f.Expires, Declared: positions(f.At)}
	e.Object = e.From + " → " + e.To + " " + e.Service
	return e
}
