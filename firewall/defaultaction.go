package firewall

import (
	"fmt"
	"slices"
	"strings"
)

// DefaultAction is what becomes of traffic that no rule decides. A policy has one that drops at most; the alert of the same name
// has the drop logged.
type DefaultAction string

// The default actions (AWS Network Firewall Developer Guide, "Evaluation order for stateful rule groups").
const (
	// DropEstablishedAppLayerToServer drops what clients send on a connection once it has said which application protocol it is
	// and, in TLS and HTTP, for whom; what servers send passes. With its alert it is what a policy has that says nothing.
	DropEstablishedAppLayerToServer  DefaultAction = "aws:drop_established_app_layer_to_server"
	AlertEstablishedAppLayerToServer DefaultAction = "aws:alert_established_app_layer_to_server"
	// DropEstablishedAppLayer is the same in both directions: rules must pass what servers send as well.
	DropEstablishedAppLayer  DefaultAction = "aws:drop_established_app_layer"
	AlertEstablishedAppLayer DefaultAction = "aws:alert_established_app_layer"
	// DropEstablished drops packets of established connections, and does not wait for a name that takes several segments.
	DropEstablished  DefaultAction = "aws:drop_established"
	AlertEstablished DefaultAction = "aws:alert_established"
	// DropStrict drops every packet, the first of a connection included: rules must pass both directions.
	DropStrict  DefaultAction = "aws:drop_strict"
	AlertStrict DefaultAction = "aws:alert_strict"
)

// family is what default actions of one kind have in common: AWS refuses to mix established and established_app_layer.
func (a DefaultAction) family() string {
	_, rest, _ := strings.Cut(string(a), "_")
	if strings.HasPrefix(rest, "established_app_layer") {
		return "established_app_layer"
	}
	return rest
}

func (a DefaultAction) drops() bool { return strings.HasPrefix(string(a), "aws:drop_") }

var defaultActions = []DefaultAction{
	DropEstablishedAppLayerToServer, AlertEstablishedAppLayerToServer, DropEstablishedAppLayer, AlertEstablishedAppLayer,
	DropEstablished, AlertEstablished, DropStrict, AlertStrict,
}

func (p *Policy) checkDefaults() {
	at := p.problems.At
	fail := func(summary, detail, fix string) { p.problems.Add("default-actions", summary, detail, fix, at) }
	var drops []DefaultAction
	families := map[string]bool{}
	for i, a := range p.props.DefaultActions {
		if slices.Contains(p.props.DefaultActions[:i], a) {
			fail("a default action is stated twice", fmt.Sprintf("got %s twice", a), "leave one out")
			continue
		}
		if !slices.Contains(defaultActions, a) {
			fail("a default action is unknown", fmt.Sprintf("got %q", a), "use the DefaultAction constants")
			continue
		}
		if a.drops() {
			drops = append(drops, a)
		}
		if a != AlertStrict { // It may stand beside any.
			families[a.family()] = true
		}
	}
	switch {
	case len(p.props.DefaultActions) == 0:
		fail("the policy has no default action", "what no rule decides passes", "leave DefaultActions out, or state AlertStrict to let it pass and be logged")
	case len(drops) > 1:
		fail("the policy drops by two default actions", fmt.Sprintf("got %v; AWS takes one", drops), "keep one")
	case len(families) > 1:
		fail("default actions of two families", "got "+list(families)+"; AWS does not take them together", "keep those of one family")
	}
	for _, d := range drops {
		alert := DefaultAction(strings.Replace(string(d), "drop", "alert", 1))
		if !p.props.Unlogged && !slices.Contains(p.props.DefaultActions, alert) && !slices.Contains(p.props.DefaultActions, AlertStrict) {
			fail("what the default action drops is not logged", fmt.Sprintf("%s stands without %s", d, alert), "add the alert, or set Unlogged")
		}
	}
	if p.props.HoldTLSSessions && p.props.TLSInspection == nil {
		fail("TLS sessions are held back and nothing inspects TLS", "AWS asks for a TLS inspection configuration", "set TLSInspection, or leave out HoldTLSSessions")
	}
	if p.props.HoldTLSSessions && families["established_app_layer"] {
		fail("TLS sessions are held back and the default actions wait for the application layer", "AWS does not take them together", "use DropEstablished with its alert, or leave out HoldTLSSessions")
	}
}
