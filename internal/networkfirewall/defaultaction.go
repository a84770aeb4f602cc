package networkfirewall

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/suricata"
)

// The default actions that others are measured by.
const (
	dropStrict  = "aws:drop_strict"
	alertStrict = "aws:alert_strict"
	appLayer    = "established_app_layer"
)

// defaultActions are all (AWS Network Firewall Developer Guide, "Evaluation order for stateful rule groups").
var defaultActions = []string{
	"aws:drop_established_app_layer_to_server", "aws:alert_established_app_layer_to_server", "aws:drop_established_app_layer",
	"aws:alert_established_app_layer", "aws:drop_established", "aws:alert_established", dropStrict, alertStrict,
}

// family is what default actions of one kind have in common: AWS refuses to mix established and established_app_layer.
func family(action string) string {
	_, rest, _ := strings.Cut(action, "_")
	if strings.HasPrefix(rest, appLayer) {
		return appLayer
	}
	return rest
}

func drops(action string) bool { return strings.HasPrefix(action, "aws:drop_") }

// drop is the default action that drops; empty if none does. There is none without strict order.
func (p *Policy) drop() string {
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
	fail := func(summary, detail, fix string) { p.fail("default-actions", statefulDefaults, summary, detail, fix) }
	if !policy.strict() {
		if len(policy.Defaults) > 0 && !IsToken(policy.Order) {
			fail("the policy has default actions and no strict order", fmt.Sprintf("got %v; AWS takes them in STRICT_ORDER alone", policy.Defaults),
				"set RuleOrder to STRICT_ORDER, in StatefulEngineOptions and in the policy's rule groups")
		}
		return
	}
	dropping, families := p.eachDefault(policy.Defaults)
	switch {
	case len(policy.Defaults) == 0 && !policy.OpenDefaults:
		p.report(diag.Finding, "default-missing", statefulDefaults, "the policy has no default action", "what no rule decides passes",
			"state aws:drop_established_app_layer_to_server with its alert; or aws:alert_strict to let it pass and be logged")
	case len(dropping) > 1:
		fail("the policy drops by two default actions", fmt.Sprintf("got %v; AWS takes one", dropping), "keep one")
	case len(families) > 1:
		fail("default actions of two families", "got "+strings.Join(slices.Sorted(maps.Keys(families)),
			", ")+"; AWS does not take them together", "keep those of one family")
	}
	p.unlogged(policy, dropping)
	p.sessions(policy, families)
}

// eachDefault checks each action and returns those that drop, and the families of all.
func (p *problems) eachDefault(actions []string) (dropping []string, families map[string]bool) {
	families = map[string]bool{}
	for i, a := range actions {
		where := fmt.Sprintf("%s[%d]", statefulDefaults, i)
		switch {
		case slices.Contains(actions[:i], a):
			p.fail("default-actions", where, "a default action is stated twice", fmt.Sprintf("got %s twice", a), "leave one out")
			continue
		case IsToken(a):
			continue
		case !slices.Contains(defaultActions, a):
			p.fail("default-unknown", where, "a default action is unknown", fmt.Sprintf("got %q", a), "use one of "+strings.Join(defaultActions,
				", "))
			continue
		}
		if drops(a) {
			dropping = append(dropping, a)
		}
		if a != alertStrict { // It may stand beside any.
			families[family(a)] = true
		}
	}
	return dropping, families
}

// unlogged tells of drops without their alert.
func (p *problems) unlogged(policy *Policy, dropping []string) {
	if policy.OpenDefaults {
		return
	}
	for _, d := range dropping {
		alert := strings.Replace(d, "drop", "alert", 1)
		if !slices.Contains(policy.Defaults, alert) && !slices.Contains(policy.Defaults, alertStrict) {
			p.report(diag.Warning, "default-unlogged", statefulDefaults, "what the default action drops is not logged",
				fmt.Sprintf("%s stands without %s", d, alert), "add the alert")
		}
	}
}

// sessions checks that TLS sessions are held back only where AWS takes it.
func (p *problems) sessions(policy *Policy, families map[string]bool) {
	const where = "FirewallPolicy.EnableTLSSessionHolding"
	if policy.HoldsTLS && !policy.InspectsTLS {
		p.fail("tls-holding", where, "TLS sessions are held back and nothing inspects TLS", "AWS asks for a TLS inspection configuration",
			"name a TLS inspection configuration, or do not hold sessions back")
	}
	if policy.HoldsTLS && families[appLayer] {
		p.fail("tls-holding-names", where, "TLS sessions are held back and the default actions wait for the application layer",
			"AWS does not take them together",
			"use aws:drop_established with its alert, or do not hold sessions back")
	}
}

// The stateless default actions.
const forward, passAll, dropAll = "aws:forward_to_sfe", "aws:pass", "aws:drop"

// statelessDefaults checks what becomes of packets before any stateful rule sees them. Policies of which nothing is stated have none.
func (p *problems) statelessDefaults(policy *Policy) {
	for _, list := range []struct {
		property, packets string
		actions           []string
	}{{"StatelessDefaultActions", "packets", policy.StatelessDefaults}, {"StatelessFragmentDefaultActions", "fragments",
		policy.StatelessFragmentDefaults}} {
		where := "FirewallPolicy." + list.property
		var standard []string
		for _, a := range list.actions {
			switch {
			case a == forward || a == passAll || a == dropAll:
				standard = append(standard, a)
			case strings.HasPrefix(a, "aws:") && !IsToken(a):
				p.fail("stateless-default", where, "a stateless default action is unknown", fmt.Sprintf("got %.60q; allowed are %s, %s and %s", a,
					forward, passAll, dropAll), "")
			}
		}
		if len(standard) == 0 && len(list.actions) > 0 && !slices.ContainsFunc(list.actions, IsToken) {
			p.fail("stateless-default", where, "no stateless default action says whether packets go on",
				fmt.Sprintf("got %v; AWS asks for %s, %s or %s among them", list.actions, forward, passAll, dropAll),
				"add "+forward)
			continue
		}
		if len(standard) > 1 {
			p.fail("stateless-default", where, "two stateless default actions", fmt.Sprintf("got %v; AWS takes one", standard), "keep "+forward)
			continue
		}
		p.unusual(policy, where, list.packets, standard)
	}
}

// unusual tells of packets that the stateful rules never see.
func (p *problems) unusual(policy *Policy, where, packets string, standard []string) {
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

// rest is what the default actions drop, if they drop anything.
func (p *Policy) rest() (rest suricata.DefaultDrops, dropping bool) {
	switch p.drop() {
	case "":
		return rest, false
	case dropStrict:
		rest = suricata.DefaultDrops{Handshakes: true, Answers: true}
	case "aws:drop_established_app_layer":
		rest = suricata.DefaultDrops{Answers: true}
	}
	return rest, true
}
