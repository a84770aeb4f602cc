package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/tierwall/tierwall/internal/arch"
)

// Summary renders the plan as a short text: the tiers, who may talk to whom and why, and what was derived.
func (p *Plan) Summary() string {
	var b strings.Builder
	p.writeNetwork(&b)
	p.writeTiers(&b)
	p.writeFlows(&b)
	p.writeFirewall(&b)
	p.writeWebACLs(&b)
	p.writeVPCEndpoints(&b)
	p.writeNetworkACLs(&b)
	p.writeWidenings(&b)
	p.writeTotals(&b)
	return b.String()
}

func (p *Plan) writeNetwork(b *strings.Builder) {
	n := p.Model.Network
	parts := []string{n.Path}
	if n.Wrapped {
		parts = append(parts, "an existing VPC")
	} else {
		parts = append(parts, n.Range.Text)
		for _, z := range p.Model.Zones {
			parts = append(parts, z.Name)
		}
	}
	if n.IPv6 {
		parts = append(parts, "dual-stack")
	}
	fmt.Fprintf(b, "%s\n\n", strings.Join(parts, "  "))
}

func table(b *strings.Builder, rows [][]string) {
	w := tabwriter.NewWriter(b, 0, 0, 3, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(w, strings.TrimRight(strings.Join(row, "\t"), "\t"))
	}
	w.Flush()
	b.WriteString("\n")
}

func (p *Plan) writeTiers(b *strings.Builder) {
	rows := [][]string{{"TIER", "KIND", "ADDRESSES", "INTERNET", "RULES IN", "RULES OUT"}}
	counts := map[string][2]int{}
	for _, g := range p.Groups {
		for _, r := range slices.Concat(g.Ingress, g.Egress) {
			c := counts[g.Tier]
			c[r.Direction] += weight(r.RuleKey)
			counts[g.Tier] = c
		}
	}
	for _, r := range p.Rules {
		c := counts[r.Group]
		c[r.Direction] += weight(r.RuleKey)
		counts[r.Group] = c
	}
	quota := p.Model.Network.RulesPerGroup
	for _, t := range p.Model.Tiers {
		c := counts[t.ID]
		in, out := fmt.Sprintf("%d of %d", c[Ingress], quota), fmt.Sprintf("%d of %d", c[Egress], quota-1)
		if t.Imported != nil { // Its owner knows the quota.
			in, out = fmt.Sprintf("%d added", c[Ingress]), fmt.Sprintf("%d added", c[Egress])
		}
		rows = append(rows, []string{t.ID, t.Kind.String(), p.addresses(t), p.internet(t), in, out})
	}
	table(b, rows)
}

func (p *Plan) addresses(t arch.Tier) string {
	switch {
	case t.Imported != nil:
		return "imported " + t.Imported.Group.Text
	case p.Model.Network.Wrapped:
		return "given subnets"
	case t.SharesWith != "":
		return "shares " + t.SharesWith
	case len(t.Subnets) > 0:
		return strings.Join(t.Subnets, " ")
	}
	if prefix := BlockPrefix(p.Model, BlockOf(t)); prefix.IsValid() {
		return prefix.String()
	}
	return fmt.Sprintf("block %d", BlockOf(t))
}

// internet says what the routes of the tier's subnets allow: both ways, outwards only, or nothing.
func (p *Plan) internet(t arch.Tier) string {
	if p.Model.Network.Wrapped || t.Imported != nil {
		return "?"
	}
	keys := map[string]bool{}
	for _, s := range p.Subnets[t.ID] {
		keys[s.Key] = true
	}
	ingress := map[string]bool{}
	for _, s := range PurposeSubnets(p.Model, ForIngress) {
		ingress[s.Key] = true
	}
	for _, r := range p.Routes {
		if keys[r.Subnet] {
			switch {
			case r.Target == ToInternetGateway, r.Target == ToFirewall && ingress[r.Via]:
				return "in and out"
			case r.Destination.Text == everywhere4 || r.Destination.Text == everywhere6:
				return "out"
			}
		}
	}
	return "-"
}

func (p *Plan) writeFlows(b *strings.Builder) {
	rows := [][]string{{"FROM", "TO", "SERVICE", "BECAUSE", "DECLARED AT"}}
	for _, f := range p.Model.Flows {
		at := make([]string, len(f.At))
		for i, position := range f.At {
			at[i] = position.String()
		}
		rows = append(rows, []string{f.From.String(), f.To.String(), flowService(f), cmp.Or(p.grantedBy(f), because(f)), strings.Join(at, ", ")})
	}
	table(b, rows)
}

// flowService shows a flow's ports, with the name it was declared by if that says more: "tcp/443 (https)".
func flowService(f arch.CheckedFlow) string {
	ports := arch.FormatService(f.Ports)
	if f.Service == ports {
		return ports
	}
	return ports + " (" + f.Service + ")"
}

func because(f arch.CheckedFlow) string {
	var notes []string
	if f.Exception {
		notes = append(notes, "exception")
	}
	if f.Owner != "" {
		notes = append(notes, "owner "+f.Owner)
	}
	if f.Expires != "" {
		notes = append(notes, "until "+f.Expires)
	}
	text := f.Reason
	if text == "" {
		text = "-"
	}
	if len(notes) > 0 {
		text += " [" + strings.Join(notes, ", ") + "]"
	}
	return text
}

// writeFirewall shows what is inspected, and the rules for it.
func (p *Plan) writeFirewall(b *strings.Builder) {
	i := p.Model.Network.Inspection
	if i == nil {
		return
	}
	inspected := 0
	for _, f := range p.Model.Flows {
		if f.Path.Kind == arch.Inspected {
			inspected++
		}
	}
	fmt.Fprintf(b, "inspection: %s, in mode %s, %d of %s\n\n", i.Paths, i.Mode, inspected, count(len(p.Model.Flows), "flow"))
	rows := [][]string{{"FIREWALL RULES", "SID", "DOES", "WHAT"}}
	for _, g := range p.FirewallGroups {
		for _, r := range g.Rules {
			does := "passes"
			if r.Stop {
				does = "stops"
			}
			rows = append(rows, []string{g.Concern.String(), fmt.Sprint(r.SID), does, p.Message(r)})
		}
	}
	table(b, rows)
}

// writeWidenings shows what controls must allow beyond the flows, those of one reason together.
func (p *Plan) writeWidenings(b *strings.Builder) {
	var reasons []string
	by := map[string][]arch.Widening{}
	for _, w := range p.Widenings {
		if by[w.Reason] == nil {
			reasons = append(reasons, w.Reason)
		}
		by[w.Reason] = append(by[w.Reason], w)
	}
	for _, reason := range reasons {
		fmt.Fprintf(b, "widening: %s\n", reason)
		for _, w := range by[reason] {
			fmt.Fprintf(b, "  %s of %s: %s\n", w.Control, w.Path, w.Carries)
		}
	}
	if len(p.Widenings) > 0 {
		fmt.Fprintln(b)
	}
}

func (p *Plan) writeTotals(b *strings.Builder) {
	inline := 0
	for _, g := range p.Groups {
		inline += len(g.Ingress) + len(g.Egress)
	}
	entries := 0
	for _, a := range p.NetworkACLs {
		entries += len(a.In) + len(a.Out)
	}
	acls := ""
	if entries > 0 {
		acls = fmt.Sprintf("%s with %d entries, ", count(len(p.NetworkACLs), "network ACL"), entries)
	}
	fmt.Fprintf(b, "derived: %s, %s (%d in the groups, %d standalone), %s%s, %s%s; %d of %d resources of a stack\n",
		count(len(p.Groups), "security group"), count(inline+len(p.Rules), "rule"), inline, len(p.Rules), acls,
		count(len(p.Routes), "route"), count(len(p.NAT), "NAT gateway"), p.endpointTotals(), p.Resources(), MaxResources)
}

// endpointTotals is a line of what the endpoints come to that are paid for: each interface has its price.
func (p *Plan) endpointTotals() string {
	made, interfaces := 0, 0
	for _, e := range p.VPCEndpoints {
		if e.Imported {
			continue
		}
		made++
		if !e.Gateway {
			interfaces += len(e.Subnets)
		}
	}
	switch {
	case made == 0:
		return ""
	case interfaces == 0: // Those of a wrapped VPC are not known.
		return ",\n         " + count(made, "VPC endpoint")
	}
	return ",\n         " + count(made, "VPC endpoint") + " with " + count(interfaces, "interface")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
