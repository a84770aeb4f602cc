package networkfirewall

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/suricata"
)

// Default actions, and a part of their names, that the checks refer to.
const (
	dropStrict  = "aws:drop_strict"
	alertStrict = "aws:alert_strict"
	appLayer    = "established_app_layer"
)

// defaultActions are all stateful default actions (AWS Network Firewall Developer Guide, "Evaluation order for stateful rule groups").
var defaultActions = []string{
	"aws:drop_established_app_layer_to_server", "aws:alert_established_app_layer_to_server", "aws:drop_established_app_layer",
	"aws:alert_established_app_layer", "aws:drop_established", "aws:alert_established", dropStrict, alertStrict,
}

// family returns the part of an action's name that actions of one policy must share: AWS rejects established with established_app_layer.
func family(action string) string {
	_, rest, _ := strings.Cut(action, "_")
	if strings.HasPrefix(rest, appLayer) {
		return appLayer
	}
	return rest
}

// drops reports whether a default action drops packets.
func drops(action string) bool { return strings.HasPrefix(action, "aws:drop_") }

// dropAction returns the default action that drops; empty if none does. Without strict order there are no default actions.
func (p *Policy) dropAction() string {
	if !p.strict() {
		return ""
	}
	if i := slices.IndexFunc(p.Defaults, drops); i >= 0 {
		return p.Defaults[i]
	}
	return ""
}

const statefulDefaults = "FirewallPolicy.StatefulDefaultActions"

// defaults checks the stateful default actions.
func (p *problems) defaults(policy *Policy) {
	fail := func(summary, detail, fix string) {
		p.fail("default-actions", statefulDefaults, summary, detail, fix)
	}
	if !policy.strict() {
		if len(policy.Defaults) > 0 && !IsToken(policy.Order) {
			fail("the policy has default actions but no strict order", fmt.Sprintf("got %v; AWS accepts them only in STRICT_ORDER", policy.Defaults),
				"set RuleOrder to STRICT_ORDER, in StatefulEngineOptions and in the policy's rule groups")
		}
		return
	}
	dropping, families := p.eachDefault(policy.Defaults)
	switch {
	case len(policy.Defaults) == 0 && !policy.OpenDefaults:
		p.report(diag.Finding, "default-missing", statefulDefaults, "the policy has no default action", "packets that no rule decides pass",
			"add aws:drop_established_app_layer_to_server with its alert, or aws:alert_strict to pass and log them")
	case len(dropping) > 1:
		fail("the policy has two default actions that drop", fmt.Sprintf("got %v; AWS accepts one", dropping), "keep one")
	case len(families) > 1:
		fail("the policy has default actions of two families",
			"got "+strings.Join(slices.Sorted(maps.Keys(families)), ", ")+"; AWS rejects them together", "keep those of one family")
	}
	p.unlogged(policy, dropping)
	p.sessionHolding(policy, families)
}

// eachDefault checks each action. It returns the actions that drop, and the families of all actions.
func (p *problems) eachDefault(actions []string) (dropping []string, families map[string]bool) {
	families = map[string]bool{}
	for i, a := range actions {
		where := fmt.Sprintf("%s[%d]", statefulDefaults, i)
		switch {
		case slices.Contains(actions[:i], a):
			p.fail("default-actions", where, "the policy has a default action twice", fmt.Sprintf("got %s twice", a), "keep one")
			continue
		case IsToken(a):
			continue
		case !slices.Contains(defaultActions, a):
			p.fail("default-unknown", where, "the policy has an unknown default action", fmt.Sprintf("got %q", a),
				"use one of "+strings.Join(defaultActions, ", "))
			continue
		}
		if drops(a) {
			dropping = append(dropping, a)
		}
		if a != alertStrict { // AWS accepts it with any family.
			families[family(a)] = true
		}
	}
	return dropping, families
}

// unlogged warns about default actions that drop without an alert.
func (p *problems) unlogged(policy *Policy, dropping []string) {
	if policy.OpenDefaults {
		return
	}
	for _, d := range dropping {
		alert := strings.Replace(d, "drop", "alert", 1)
		if !slices.Contains(policy.Defaults, alert) && !slices.Contains(policy.Defaults, alertStrict) {
			p.report(diag.Warning, "default-unlogged", statefulDefaults, "nothing logs what the default action drops",
				fmt.Sprintf("the policy has %s but not %s", d, alert), "add the alert")
		}
	}
}

// sessionHolding checks that TLS sessions are held only where AWS accepts it.
func (p *problems) sessionHolding(policy *Policy, families map[string]bool) {
	const where = "FirewallPolicy.EnableTLSSessionHolding"
	if policy.HoldsTLS && !policy.InspectsTLS {
		p.fail("tls-holding", where, "the policy holds TLS sessions but does not inspect TLS", "AWS requires a TLS inspection configuration",
			"add a TLS inspection configuration, or do not hold sessions")
	}
	if policy.HoldsTLS && families[appLayer] {
		p.fail("tls-holding-names", where, "the policy holds TLS sessions, and its default actions wait for the application layer",
			"AWS rejects the two together",
			"use aws:drop_established with its alert, or do not hold sessions")
	}
}

// The stateless default actions.
const forward, passAll, dropAll = "aws:forward_to_sfe", "aws:pass", "aws:drop"

// statelessDefaults checks what happens to packets before any stateful rule sees them. A policy that states nothing is not checked.
func (p *problems) statelessDefaults(policy *Policy) {
	for _, list := range []struct {
		property, packets string
		actions           []string
	}{
		{"StatelessDefaultActions", "packets", policy.StatelessDefaults},
		{"StatelessFragmentDefaultActions", "fragments", policy.StatelessFragmentDefaults},
	} {
		where := "FirewallPolicy." + list.property
		var standard []string
		for _, a := range list.actions {
			switch {
			case a == forward || a == passAll || a == dropAll:
				standard = append(standard, a)
			case strings.HasPrefix(a, "aws:") && !IsToken(a):
				p.fail("stateless-default", where, "the policy has an unknown stateless default action",
					fmt.Sprintf("got %.60q; allowed are %s, %s and %s", a, forward, passAll, dropAll), "")
			}
		}
		if len(standard) == 0 && len(list.actions) > 0 && !slices.ContainsFunc(list.actions, IsToken) {
			p.fail("stateless-default", where, "no stateless default action says what happens to "+list.packets,
				fmt.Sprintf("got %v; AWS requires one of %s, %s and %s", list.actions, forward, passAll, dropAll),
				"add "+forward)
			continue
		}
		if len(standard) > 1 {
			p.fail("stateless-default", where, "the policy has two stateless default actions for "+list.packets,
				fmt.Sprintf("got %v; AWS accepts one", standard), "keep "+forward)
			continue
		}
		p.bypass(policy, where, list.packets, standard)
	}
}

// bypass reports packets that never reach the stateful rules.
func (p *problems) bypass(policy *Policy, where, packets string, standard []string) {
	switch {
	case len(standard) == 0 || standard[0] == forward:
	case standard[0] == passAll && len(policy.Stateless) == 0:
		p.report(diag.Finding, "stateless-pass", where, packets+" pass before any stateful rule sees them",
			"got "+passAll+", and no stateless rule group forwards any",
			"use "+forward)
	case standard[0] == passAll:
		p.report(diag.Warning, "stateless-pass", where, packets+" that no stateless rule forwards pass before any stateful rule sees them",
			"got "+passAll, "use "+forward)
	default:
		p.report(diag.Warning, "stateless-drop", where,
			packets+" that no stateless rule forwards are dropped before any stateful rule sees them",
			"got "+dropAll+"; the stateless engine logs nothing",
			"use "+forward)
	}
}

// defaultDrops returns which packets the default actions drop, and whether they drop any.
func (p *Policy) defaultDrops() (out suricata.DefaultDrops, dropping bool) {
	switch p.dropAction() {
	case "":
		return out, false
	case dropStrict:
		out = suricata.DefaultDrops{Handshakes: true, Answers: true}
	case "aws:drop_established_app_layer":
		out = suricata.DefaultDrops{Answers: true}
	}
	return out, true
}
