package arch

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/diag"
)

func (c *checker) flows(flows []Flow) {
	c.facing = facing(c.m.Tiers, flows)
	c.m.Flows = make([]CheckedFlow, 0, len(flows))
	for _, f := range flows {
		f.Path = c.pathOf(f)
		if checked, ok := c.flow(f); ok {
			c.m.Flows = append(c.m.Flows, checked)
		}
	}
	slices.SortStableFunc(c.m.Flows, CheckedFlow.Compare)
	c.mergeRepeated()
	c.overlaps()
	c.covered()
	c.unwired(flows)
}

// flow checks a flow by itself. The result is false if an end or the service cannot be used.
func (c *checker) flow(f Flow) (CheckedFlow, bool) {
	ports, err := ParseService(f.Service)
	if err != nil {
		c.failFlow(f, "service", "a service is not usable", err.Error(), "")
	}
	if !c.ends(&f) || err != nil {
		return CheckedFlow{}, false
	}
	checked := CheckedFlow{f, c.commonPorts(f, ports)}
	if len(checked.Ports) == 0 {
		return checked, false
	}
	c.permitted(checked)
	c.named(checked)
	c.administered(checked)
	c.connected(checked)
	c.publishes(checked)
	c.texts(&checked)
	c.expiry(checked)
	c.pinned(checked.Flow)
	return checked, true
}

// failFlow adds an error about a flow.
func (c *checker) failFlow(f Flow, rule, summary, detail, fix string) {
	c.add(c.m.Network.FlowPath(f), f.At, diag.Diagnostic{Rule: rule, Summary: summary, Detail: detail, Fix: fix})
}

// commonPorts returns the ports that both ends have an address family for. It is an error if there are none.
func (c *checker) commonPorts(f Flow, ports []Ports) []Ports {
	from4, from6 := f.From.Families(c.m.Network.IPv6)
	to4, to6 := f.To.Families(c.m.Network.IPv6)
	var common []Ports
	for _, p := range ports {
		if p4, p6 := p.Families(); p4 && from4 && to4 || p6 && from6 && to6 {
			common = append(common, p)
		}
	}
	if len(common) == 0 {
		c.failFlow(f, "service-family", "a service has no address family in common with its ends",
			fmt.Sprintf("%s belongs to one address family, and the ends to the other", FormatService(ports)), "")
	}
	return common
}

// The range of numbers that a flow's firewall rules may be pinned to. Suricata's documentation leaves it to local rules.
const (
	MinSID = 1_000_000
	MaxSID = 1_999_999
)

func (c *checker) pinned(f Flow) {
	if f.SID != 0 && (f.SID < MinSID || f.SID > MaxSID) {
		c.failFlow(f, "sid", "a flow's rules are pinned to numbers outside the range for local rules",
			fmt.Sprintf("got %d; allowed are %d to %d", f.SID, MinSID, MaxSID), "")
	}
}

// unwired warns about tiers that no flow names. A flow with an error counts, because its own error is enough.
func (c *checker) unwired(flows []Flow) {
	wired := map[string]bool{}
	for _, f := range flows {
		wired[f.From.Text], wired[f.To.Text] = true, true
	}
	for _, t := range c.m.Tiers {
		if !wired[t.ID] {
			c.add(c.m.Network.TierPath(t.ID), []diag.Position{t.At}, diag.Diagnostic{Severity: diag.Warning, Rule: "unwired",
				Subject: c.m.Network.Subject(t.ID), Summary: "the tier is not wired", Detail: "nothing may reach it, and it may reach nothing",
				Fix: c.say("wire it with AllowTo or AllowFrom, or remove it", "name it in one of the `flows`, or remove it")})
		}
	}
}
