package mirror

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	netplan "github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/alarms"
	plan "github.com/tierwall/tierwall/internal/plan/mirror"
	"github.com/tierwall/tierwall/internal/wiring"
)

// fill makes filters, targets and sessions for a plan, in place of those for the previous one.
func (m *Mirroring) fill(p *netplan.Plan) {
	for _, id := range m.made {
		m.Node().TryRemoveChild(&id)
	}
	m.made, m.failed = nil, nil
	e := emitter{m: m, targets: map[string]*string{}}
	var sessions []plan.Session
	for _, c := range m.copies {
		sessions = append(sessions, sessionsOf(c)...)
		m.checkWay(p.Model, c)
		if c.target.kind == plan.ToNetworkLoadBalancer {
			m.checkBalancer(c)
		}
	}
	for _, d := range plan.Check(sessions) {
		d.Path = m.problems.Path
		m.failed.Add(d)
	}
	filters := map[*copying]map[string]plan.Filter{}
	for _, c := range m.copies {
		filters[c] = m.filters(p.Model, c)
	}
	if m.failed.HasErrors() {
		return
	}
	for _, c := range m.copies {
		e.copy(c, filters[c])
	}
	if size := alarms.TooLarge("traffic mirroring", m.nested, p.Resources(), e.resources, len(sessions)); size != "" {
		m.fail("stack-size", "traffic mirroring does not fit into a stack", size, "mirror fewer interfaces, or set Layout to tiers.NestedStacks",
			m.problems.At)
	}
}

func sessionsOf(c *copying) (out []plan.Session) {
	for _, s := range c.sources {
		out = append(out, plan.Session{Copy: c.id, Tier: s.tier.ID(), Interface: s.name, Number: c.props.Number, At: c.at,
			Target: plan.Target{Kind: c.target.kind, Tier: wiring.PeerOf(c.target.tier).Tier.ID(), Name: c.target.name}})
	}
	return out
}

func (m *Mirroring) fail(rule, summary, detail, fix string, at ...diag.Position) {
	m.failed.Add(diag.Diagnostic{Rule: rule, Path: m.problems.Path, Summary: summary, Detail: detail, Fix: fix, At: at})
}

func (m *Mirroring) warn(rule, subject, summary, detail, fix string, at ...diag.Position) {
	m.failed.Add(diag.Diagnostic{Severity: diag.Warning, Rule: rule, Path: m.problems.Path, Subject: subject, Summary: summary, Detail: detail,
		Fix: fix, At: at})
}

// filters returns the filter of each mirrored tier, and records what is wrong with them.
func (m *Mirroring) filters(model *arch.Model, c *copying) map[string]plan.Filter {
	out := map[string]plan.Filter{}
	chosen := m.chosen(model, c)
	for _, tier := range tiersOf(c) {
		id := tier.ID()
		var f plan.Filter
		var ok bool
		if len(c.props.Only) > 0 {
			f, ok = plan.Chosen(model, id, chosen)
		} else {
			f, ok = plan.Undeclared(model, id, plan.Carries(id, sessionsOf(c)[0].Target))
		}
		if !ok {
			m.fail("mirror-addresses", "the addresses of a mirrored tier are not known",
				id+" is imported, or its network wraps a VPC: a filter cannot name its blocks",
				"mirror tiers of a network that makes its VPC, where the tier is made", c.at)
			continue
		}
		m.judge(model, c, f)
		out[id] = f
	}
	return out
}

// judge records what a filter cannot do.
func (m *Mirroring) judge(model *arch.Model, c *copying, f plan.Filter) {
	if detail := f.TooMany(); detail != "" {
		m.fail("mirror-rules", "the filter of "+f.Tier+" has too many rules", detail,
			"set Only to the flows that matter; or give peers of the tier blocks side by side and one port, which one rule can name; "+
				"rules are never merged if that hides a packet that no flow declares", c.at)
	}
	var apart []string
	for _, a := range f.Apart {
		apart = append(apart, fmt.Sprintf("%s (%s)", a.Flow.SubjectString(), a.Why))
	}
	switch {
	case len(apart) == 0:
	case len(c.props.Only) > 0:
		m.fail("mirror-flow", "a chosen flow cannot be copied alone", "a filter cannot tell its packets from others: "+strings.Join(apart, ", "),
			"choose other flows, or leave out Only", c.at)
	default:
		m.warn("mirror-declared", c.id+"/"+f.Tier, "copies have packets of declared flows",
			"a filter cannot tell their packets from undeclared ones, and leaves out neither: "+strings.Join(apart, ", "), "", c.at)
	}
	if shared := plan.Shared(model, f.Tier); len(shared) > 0 && len(c.props.Only) == 0 {
		m.warn("mirror-shared", c.id+"/"+f.Tier, "a filter cannot tell tiers with the same subnets apart",
			"filters know addresses, not groups: undeclared packets of these tiers are not copied if they look like those of declared flows: "+
				strings.Join(shared, ", "), "give the tiers blocks of their own", c.at)
	}
}

// chosen returns the flows of Only, and records those that nobody declares.
func (m *Mirroring) chosen(model *arch.Model, c *copying) (out []arch.CheckedFlow) {
	for i, f := range c.props.Only {
		ports, err := arch.ParseService(string(f.Service))
		one := arch.CheckedFlow{Flow: arch.Flow{From: m.peer(f.From), To: m.peer(f.To)}, Ports: ports}
		fail := func(why string) {
			m.fail("mirror-flow", "a chosen flow is not usable", fmt.Sprintf("Only[%d]: %s", i, why),
				"name a flow as AllowTo declares it: mirror.Flow{From: web, To: app, Service: tiers.TCP(8080)}", c.at)
		}
		switch {
		case err != nil:
			fail(err.Error())
		case !isDeclared(model, one):
			fail("no flow declares " + one.SubjectString())
		case !slices.ContainsFunc(tiersOf(c), func(t *wiring.Tier) bool { return t.Peer().Peer == one.From || t.Peer().Peer == one.To }):
			fail("no source is in a tier at an end of " + one.SubjectString())
		default:
			out = append(out, one)
		}
	}
	return out
}

// peer returns an end of a chosen flow in the terms of the model; the zero peer for a nil one.
func (m *Mirroring) peer(given any) arch.Peer {
	if given == nil {
		return arch.Peer{}
	}
	p := wiring.PeerOf(given).Peer
	if p.Kind == arch.CIDR || p.Kind == arch.PrefixList {
		p.Operand = m.core.Operand(p.Text)
	}
	return p
}

// isDeclared reports whether flows of the model have the ends and all ports of a flow.
func isDeclared(model *arch.Model, f arch.CheckedFlow) bool {
	return !slices.ContainsFunc(f.Ports, func(p arch.Ports) bool {
		return !slices.ContainsFunc(model.Flows, func(d arch.CheckedFlow) bool { return d.From == f.From && d.To == f.To && d.Allows(p) })
	})
}
