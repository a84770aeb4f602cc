package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// tier returns the tier that a peer is; false if it is none.
func (j judge) tier(p arch.Peer) (arch.Tier, bool) {
	if !p.Kind.IsTier() {
		return arch.Tier{}, false
	}
	return j.m.Tier(p.Text)
}

// protects returns the protected classes that an end of a flow holds.
func (j judge) protects(p arch.Peer) []string {
	t, _ := j.tier(p)
	return j.held(t)
}

// holding says what a tier holds: "Database, which holds cardholder and personal data".
func holding(id fmt.Stringer, classes []string) string {
	return fmt.Sprintf("%s, which holds %s data", id, strings.Join(classes, " and "))
}

// ofFlow names the protected end of a flow with what it holds. It is empty if the policy protects neither end.
func (j judge) ofFlow(f arch.CheckedFlow) string {
	for _, end := range []arch.Peer{f.To, f.From} {
		if held := j.protects(end); len(held) > 0 {
			return holding(end, held)
		}
	}
	return ""
}

// flow reports a flow. others are further declarations that the finding is about.
func (j judge) flow(f arch.CheckedFlow, summary, detail, fix string, others ...diag.Position) {
	n := j.m.Network
	if detail != "" {
		detail += "\n"
	}
	j.found.Add(diag.Diagnostic{
		Severity: diag.Finding, Rule: j.name + "-" + j.rule.name, Subject: n.Subject(f.SubjectString()), Path: n.PathTo(n.FlowPath(f.Flow)),
		At: slices.Concat(f.At, others), Summary: summary, Detail: detail + "policy " + j.name + ": " + j.rule.because,
		Fix: fix + ", or acknowledge this finding with a reason",
	})
}

// source finds flows from the internet to a protected tier.
func (j judge) source(f arch.CheckedFlow) {
	held := j.protects(f.To)
	if public, why := f.IsInternet(f.From); public && len(held) > 0 {
		j.flow(f, f.From.String()+" may reach "+holding(f.To, held), why, "let another tier stand in front")
	}
}

// neighbour finds flows to a protected tier from a tier that the internet reaches.
func (j judge) neighbour(f arch.CheckedFlow) {
	held := j.protects(f.To)
	from, ok := j.tier(f.From)
	if len(held) == 0 || !ok {
		return
	}
	fix := "lead the flow through a tier that the internet does not reach"
	switch {
	case j.faces[from.ID]:
		j.flow(f, fmt.Sprintf("%s, which faces the internet, may reach %s", from.ID, holding(f.To, held)),
			"whoever takes over "+from.ID+" is next to the data", fix, from.At)
	case from.Imported != nil && !covers(from, held):
		j.flow(f, fmt.Sprintf("%s, which may face the internet, may reach %s", from.ID, holding(f.To, held)),
			from.ID+" is imported: who reaches it is not declared here",
			"if it is trusted with the data, state "+j.m.Network.Say("Holds of its ImportProps", "its `holds`"), from.At)
	}
}

// covers reports whether a tier is declared to hold each of the classes, or stricter ones.
func covers(t arch.Tier, classes []string) bool { return len(uncovered(t, classes)) == 0 }

// uncovered returns the classes that a tier is not declared to hold.
func uncovered(t arch.Tier, classes []string) []string {
	return slices.DeleteFunc(slices.Clone(classes), t.MayHold)
}

// egress finds flows from a protected tier to the internet.
func (j judge) egress(f arch.CheckedFlow) {
	held := j.protects(f.From)
	if len(held) == 0 {
		return
	}
	if j.named && f.To.Kind == arch.Domain && f.Enforced() {
		return
	}
	fix := "let a tier without such data open the connection"
	if j.named && f.To.Kind != arch.Domain {
		fix += "; or name the hosts, so that a firewall enforces them"
	} else if j.named {
		fix = "have a firewall enforce the name: inspect the egress in mode enforce"
	}
	if public, why := f.IsInternet(f.To); public {
		j.flow(f, fmt.Sprintf("%s may reach %s", holding(f.From, held), f.To), why, fix)
	}
}

// lowerClass finds flows from a protected tier to a tier that is not declared to hold the data.
func (j judge) lowerClass(f arch.CheckedFlow) {
	to, ok := j.tier(f.To)
	lower := uncovered(to, j.protects(f.From))
	if !ok || len(lower) == 0 || f.Enforced() || f.Exception {
		return
	}
	said := "does not say what it holds"
	if len(to.Holds) > 0 {
		said = "holds " + strings.Join(to.Holds, " and ") + " data"
	}
	n := j.m.Network
	j.flow(f, fmt.Sprintf("%s data may flow from %s to %s, which %s", strings.Join(lower, " and "), f.From, f.To, said),
		"no firewall enforces the flow, and it is no exception with a reason and an owner",
		fmt.Sprintf("if %s may hold the data, say so: %s; or inspect the flow", to.ID,
			n.Say(fmt.Sprintf("Holds: %q", strings.Join(slices.Concat(to.Holds, lower), ",")),
				fmt.Sprintf("`holds: [%s]`", strings.Join(slices.Concat(to.Holds, lower), ", ")))), to.At)
}

// plainText finds flows of a protected tier over the port of a protocol that does not encrypt.
func (j judge) plainText(f arch.CheckedFlow) {
	of, plain := j.ofFlow(f), f.PlainText()
	if of == "" || len(plain) == 0 {
		return
	}
	var ports, said []string
	for _, p := range plain {
		ports = append(ports, p.Ports.String())
		how := p.Protocol + ", which does not encrypt"
		if p.Upgrades {
			how = p.Protocol + ", which begins without encryption; the declaration does not tell whether it goes on with TLS"
		}
		said = append(said, p.Ports.String()+" is registered for "+how)
	}
	j.flow(f, fmt.Sprintf("%s without encryption, in a flow of %s", strings.Join(ports, ", "), of),
		strings.Join(said, "\n"), "declare the port of a protocol with TLS")
}

// reason finds flows of a protected tier without a reason.
func (j judge) reason(f arch.CheckedFlow) {
	if of := j.ofFlow(f); of != "" && f.Reason == "" {
		j.flow(f, "no reason is stated for a flow of "+of, "",
			j.m.Network.Say("state it with tiers.Because", "state the reason behind the flow"))
	}
}

// sharing finds protected tiers that use the subnets of a tier that faces the internet, or that does not hold the data: routes and network
// ACLs, and a firewall, cannot tell the two apart.
func (j judge) sharing() {
	for _, t := range j.protected(j.m) {
		held := j.held(t)
		for _, other := range j.m.Tiers {
			together := other.ID != t.ID && other.Imported == nil && t.Imported == nil && other.SubnetOwner() == t.SubnetOwner()
			if together && (j.faces[other.ID] || !covers(other, held)) {
				j.shared(t, other, held)
			}
		}
	}
}

func (j judge) shared(t, other arch.Tier, held []string) {
	n := j.m.Network
	what := "is not declared to hold the data"
	if j.faces[other.ID] {
		what = "faces the internet"
	}
	j.found.Add(diag.Diagnostic{
		Severity: diag.Finding, Rule: j.name + "-subnets", Subject: n.Subject(t.ID + "+" + other.ID), Path: n.PathTo(n.TierPath(t.ID)),
		At:      []diag.Position{t.At, other.At},
		Summary: fmt.Sprintf("%s data shares subnets with %s, which %s", strings.Join(held, " and "), other.ID, what),
		Detail:  "only security groups keep the two apart: routes, network ACLs and firewalls are of subnets\npolicy " + j.name,
		Fix: fmt.Sprintf("give one of the two a %s of its own, or acknowledge this finding with a reason",
			n.Say("Block", "`block`")),
	})
}
