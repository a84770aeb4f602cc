package upgrade

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// checkInspection checks how traffic is moved onto a network firewall, or off it. Each deployment may take one step:
// create the firewall (Prepare), route traffic through it while it stops nothing (Observe), let it drop traffic
// (Enforce); and the same steps back. A larger step breaks open connections, and also new ones until routes and rules
// fit together.
func (u *update) checkInspection() {
	before, after := u.routesToFirewalls(u.before), u.routesToFirewalls(u.after)
	for f := range resources(u.after) {
		if f.Type == firewallType {
			u.checkFirewall(u.former[f], f, before, after[f])
			u.checkProtections(u.former[f], f)
			u.checkEndpointMoves(u.former[f], f)
		}
	}
	for f := range resources(u.before) {
		if f.Type == firewallType && u.next[f] == nil {
			u.checkRemovedFirewall(f, before[f])
			u.checkProtections(f, nil)
		}
	}
	for r := range resources(u.after) {
		if b := u.former[r]; b != nil && r.Type == loggingType {
			u.checkLogDestinations(b, r)
		}
	}
}

const (
	firewallType = "AWS::NetworkFirewall::Firewall"
	loggingType  = "AWS::NetworkFirewall::LoggingConfiguration"
)

// routesToFirewalls returns the routes that lead to each firewall.
func (u *update) routesToFirewalls(a *cfn.Assembly) map[*cfn.Resource][]*cfn.Resource {
	out := map[*cfn.Resource][]*cfn.Resource{}
	for r := range resources(a) {
		if f := firewallOf(r); r.Type == "AWS::EC2::Route" && f != nil {
			out[f] = append(out[f], r)
		}
	}
	return out
}

// firewallOf returns the firewall that a route leads to, through its own or an associated endpoint. It returns nil if
// the firewall is not in the templates.
func firewallOf(route *cfn.Resource) *cfn.Resource {
	for ref := range route.Get("VpcEndpointId").References() {
		if ref.Kind != cfn.Reference {
			continue
		}
		switch ref.Resource.Type {
		case firewallType:
			return ref.Resource
		case "AWS::NetworkFirewall::VpcEndpointAssociation":
			if v := ref.Resource.Get("FirewallArn"); v.Kind == cfn.Reference {
				return v.Resource
			}
		}
	}
	return nil
}

// policy is what is known about a firewall's default behaviour.
type policy struct {
	known        bool
	drops        bool
	midstream    string // what happens to connections whose start the firewall has not seen
	engine       string // all options of the stateful engine
	otherOptions string // the options without StreamExceptionPolicy
}

func policyOf(f *cfn.Resource) policy {
	v := f.Get("FirewallPolicyArn")
	if v.Kind != cfn.Reference || v.Resource.Type != "AWS::NetworkFirewall::FirewallPolicy" {
		return policy{}
	}
	content := v.Resource.Get("FirewallPolicy")
	options := content.Get("StatefulEngineOptions")
	p := policy{known: true, midstream: "DROP", engine: plainText(options)}
	if options.Kind == cfn.Map {
		others := slices.DeleteFunc(slices.Clone(options.Fields), func(f cfn.Field) bool { return f.Name == "StreamExceptionPolicy" })
		p.otherOptions = plainText(cfn.Value{Kind: cfn.Map, Fields: others})
	}
	for _, action := range content.Get("StatefulDefaultActions").Items {
		if text, ok := action.Literal(); ok && strings.HasPrefix(text, "aws:drop_") {
			p.drops = true
		}
	}
	if text, ok := options.Get("StreamExceptionPolicy").Literal(); ok {
		p.midstream = text
	}
	return p
}

// checkFirewall compares a firewall with its former state; was is nil for a new firewall.
func (u *update) checkFirewall(was, f *cfn.Resource, before map[*cfn.Resource][]*cfn.Resource, now []*cfn.Resource) {
	on, off := u.newlyInspected(now), u.noLongerInspected(before[was])
	is := policyOf(f)
	switch {
	case len(on) > 0 && was == nil:
		u.reportJump(f, on, "is created and receives traffic of a running network at once",
			"routes change before the firewall, and rules that use blocks instead of groups, are known to work, and the firewall has not seen "+
				"the start of open connections", "Prepare", "Observe")
	case len(on) > 0 && is.drops:
		u.reportJump(f, on, "drops traffic from the moment it receives it",
			"the firewall has not seen the start of open connections"+is.midstreamEffect(", which are ")+
				", and traffic that no rule allows is dropped without a "+
				"warning", "Observe", "Enforce")
	case len(on) > 0 && is.known && is.midstream != "CONTINUE":
		u.report("inspection-midstream", f, diag.Diagnostic{
			Summary: "open connections break when they are routed to " + f.ID,
			Detail: "StreamExceptionPolicy is " + is.midstream + ": a connection whose start the firewall has not seen" +
				is.midstreamEffect(" is "),
			Fix: "set StreamExceptionPolicy to CONTINUE until traffic is routed to the firewall",
		}, on...)
	}
	if was == nil {
		return
	}
	had := policyOf(was)
	if len(off) > 0 && had.drops {
		u.reportJump(f, off, "is bypassed at once, while it enforces rules",
			"rules that use security groups are restored while routes still lead to the firewall, and such rules match nothing behind a firewall",
			"Observe", "Prepare")
	}
	u.checkEngineRestart(f, had, is, before[was], now)
	u.reportStep(f, had, is, len(on), len(off))
}

// midstreamEffect says what happens to connections in midstream, after the words in prefix. It returns "" if they
// continue.
func (p policy) midstreamEffect(verb string) string {
	switch p.midstream {
	case "CONTINUE":
		return ""
	case "REJECT":
		return verb + "reset"
	}
	return verb + "dropped"
}

// newlyInspected returns the routes that start to send existing traffic to a firewall. A new route may serve a new
// flow; it serves existing traffic if rules that use groups are replaced.
func (u *update) newlyInspected(routes []*cfn.Resource) []*cfn.Resource {
	var out []*cfn.Resource
	for _, r := range routes {
		table, b := u.routeTable(r), u.former[r]
		if table == nil || u.created[table] || b != nil && firewallOf(b) != nil {
			continue
		}
		if b != nil || u.losesGroupRules(u.before, u.after) {
			out = append(out, r)
		}
	}
	return out
}

// noLongerInspected returns the routes that stop sending existing traffic to a firewall. Other deleted routes disappear
// with their flows.
func (u *update) noLongerInspected(routes []*cfn.Resource) []*cfn.Resource {
	var out []*cfn.Resource
	for _, r := range routes {
		next := u.next[r]
		if next != nil && firewallOf(next) == nil || next == nil && u.losesGroupRules(u.after, u.before) {
			out = append(out, r)
		}
	}
	return out
}

// losesGroupRules reports whether a has rules that use security groups and that b has not.
func (u *update) losesGroupRules(a, b *cfn.Assembly) bool {
	named := func(a *cfn.Assembly) map[string]bool {
		out := map[string]bool{}
		for r := range resources(a) {
			rules := u.inline(r)
			if s, ok := u.standalone(r); ok {
				rules = append(rules, s)
			}
			for _, x := range rules {
				if x.peer.Kind == cfn.Reference {
					out[x.key()] = true
				}
			}
		}
		return out
	}
	in := named(b)
	for key := range named(a) {
		if !in[key] {
			return true
		}
	}
	return false
}

// routeTable returns the route table of a route.
func (u *update) routeTable(r *cfn.Resource) *cfn.Resource {
	if v := r.Get("RouteTableId"); v.Kind == cfn.Reference {
		return v.Resource
	}
	return nil
}

func (u *update) checkRemovedFirewall(f *cfn.Resource, routes []*cfn.Resource) {
	if len(routes) == 0 {
		return
	}
	u.reportJump(f, routes, "is removed while it receives traffic", "routes to it are deleted only in the clean-up, and until then rules "+
		"that use security groups match nothing behind it", "Prepare", "no inspection")
}

// reportJump reports a step that is too large, and the two smaller steps to take.
func (u *update) reportJump(f *cfn.Resource, routes []*cfn.Resource, what, why, first, then string) {
	u.report("inspection-jump", f, diag.Diagnostic{
		Summary: f.ID + " " + what,
		Detail:  fmt.Sprintf("%s change: %s", count(len(routes), "route"), why),
		Fix:     "deploy twice: first with mode " + first + ", then with " + then,
	}, routes...)
}

// checkEngineRestart finds changes that restart the firewall's stateful engine, which then forgets its connections.
// reportStep reports the restart if it is part of a single step of inspection.
func (u *update) checkEngineRestart(f *cfn.Resource, had, is policy, before, now []*cfn.Resource) {
	if !had.known || !is.known || had.engine == is.engine || len(before) == 0 || len(now) == 0 {
		return
	}
	if had.otherOptions == is.otherOptions && had.drops != is.drops {
		return
	}
	u.report("engine-restart", f, diag.Diagnostic{
		Summary: "the stateful engine of " + f.ID + " restarts",
		Detail: "StatefulEngineOptions change from " + had.engine + " to " + is.engine +
			": afterwards, the firewall has not seen the start of open connections" + is.midstreamEffect(", which are "),
		Fix: "change them while the firewall receives no traffic (mode Prepare), or when connections may break",
	})
}

// reportStep describes a deployment that takes a single step.
func (u *update) reportStep(f *cfn.Resource, had, is policy, on, off int) {
	var text string
	switch {
	case on > 0 && !is.drops:
		text = "traffic on " + count(on, "route") + " is routed through the firewall, which drops nothing yet"
	case off > 0 && !had.drops:
		text = "traffic on " + count(off, "route") + " is no longer routed through the firewall, which dropped nothing"
	case on == 0 && off == 0 && had.known && is.known && had.drops != is.drops && is.drops:
		text = "the firewall starts to drop new connections that no rule allows"
		if had.engine != is.engine {
			text += "; its stateful engine restarts and has not seen the start of open connections" + is.midstreamEffect(", which are ")
		}
	case on == 0 && off == 0 && had.known && is.known && had.drops != is.drops:
		text = "the firewall stops dropping traffic"
		if had.engine != is.engine {
			text += "; its stateful engine restarts and has not seen the start of open connections" + is.midstreamEffect(", which are ")
		}
	default:
		return
	}
	d := diag.Diagnostic{Severity: diag.Warning, Rule: "inspection-step", Subject: f.String(), Path: pathOf(f),
		Summary: "one step of inspection: " + text, At: []diag.Position{u.position(f)}}
	u.findings.Add(d)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
