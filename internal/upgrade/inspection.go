package upgrade

import (
	"fmt"
	"maps"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// checkInspection finds what becomes of traffic that is led to a network firewall, or away from one. Each deployment may take one
// step: make the firewall (Prepare), lead traffic through it while it stops nothing (Observe), let it stop (Enforce); and
// back. A larger one cuts connections that are open, and new ones as long as routes and rules do not fit each other.
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

// firewallOf returns the firewall that a route leads to, by an endpoint of its own or an associated one; nil if it is none
// of the app's.
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

// policy is what is known of what a firewall does by default.
type policy struct {
	known        bool
	drops        bool
	midstream    string // what becomes of connections that it has not seen from their start
	engine       string // the options of its engines, the whole
	otherOptions string // the options without what becomes of those connections
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
		others := maps.Clone(options.Fields)
		delete(others, "StreamExceptionPolicy")
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

// checkFirewall compares a firewall with what it was; was is nil for a new one.
func (u *update) checkFirewall(was, f *cfn.Resource, before map[*cfn.Resource][]*cfn.Resource, now []*cfn.Resource) {
	on, off := u.newlyInspected(now), u.noLongerInspected(before[was])
	is := policyOf(f)
	switch {
	case len(on) > 0 && was == nil:
		u.reportJump(f, on, "is made and traffic of a live network is led to it at once",
			"routes change before the firewall and the rules that name blocks instead of groups are proven in place, and open connections are new to it", "Prepare", "Observe")
	case len(on) > 0 && is.drops:
		u.reportJump(f, on, "stops traffic from the moment it is led there",
			"connections that are open are new to the firewall in mid-stream"+is.midstreamEffect(" and are ")+", and what a rule misses is cut without a "+
				"warning", "Observe", "Enforce")
	case len(on) > 0 && is.known && is.midstream != "CONTINUE":
		u.report("inspection-midstream", f, diag.Diagnostic{
			Summary: "open connections are cut as they are led to " + f.ID,
			Detail:  "StreamExceptionPolicy is " + is.midstream + ": a connection that the firewall has not seen from its start" + is.midstreamEffect(" is "),
			Fix:     "set StreamExceptionPolicy to CONTINUE until traffic is led there",
		}, on...)
	}
	if was == nil {
		return
	}
	had := policyOf(was)
	if len(off) > 0 && had.drops {
		u.reportJump(f, off, "is passed by at once, from enforcing",
			"rules that name security groups come back while routes still lead to the firewall, behind which they match nothing", "Observe", "Prepare")
	}
	u.checkEngineRestart(f, had, is, before[was], now)
	u.reportStep(f, had, is, len(on), len(off))
}

// midstreamEffect says what becomes of connections in mid-stream, after a verb; nothing if they continue.
func (p policy) midstreamEffect(verb string) string {
	switch p.midstream {
	case "CONTINUE":
		return ""
	case "REJECT":
		return verb + "reset"
	}
	return verb + "dropped"
}

// newlyInspected returns the routes that begin to lead live traffic to a firewall. A route that was not there may be for a new flow; it
// is for traffic that went another way if rules that name groups give way.
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

// noLongerInspected returns the routes that cease to lead live traffic to a firewall; the others go with their flows.
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

// losesGroupRules reports whether a has rules that name security groups and b has not.
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
	u.reportJump(f, routes, "is removed while traffic is led to it", "routes to it go in the clean-up only, and rules that name security groups match nothing behind it until then", "Prepare", "no inspection")
}

// reportJump reports a step that is too large, with the two smaller ones.
func (u *update) reportJump(f *cfn.Resource, routes []*cfn.Resource, what, why, first, then string) {
	u.report("inspection-jump", f, diag.Diagnostic{
		Summary: f.ID + " " + what,
		Detail:  fmt.Sprintf("%s change: %s", count(len(routes), "route"), why),
		Fix:     "deploy twice: first with mode " + first + ", then with " + then,
	}, routes...)
}

// checkEngineRestart finds changes that restart the firewall's engines, which forget their connections. Of a step of inspection that changes what
// becomes of those connections, and nothing else, step tells.
func (u *update) checkEngineRestart(f *cfn.Resource, had, is policy, before, now []*cfn.Resource) {
	if !had.known || !is.known || had.engine == is.engine || len(before) == 0 || len(now) == 0 {
		return
	}
	if had.otherOptions == is.otherOptions && had.drops != is.drops {
		return
	}
	u.report("engine-restart", f, diag.Diagnostic{
		Summary: "the engines of " + f.ID + " restart",
		Detail: "StatefulEngineOptions change from " + had.engine + " to " + is.engine +
			": open connections are new to the firewall afterwards" + is.midstreamEffect(", and are "),
		Fix: "change them while no traffic is led to it, in mode Prepare, or when connections may break",
	})
}

// reportStep says of a deployment that takes one step what it does.
func (u *update) reportStep(f *cfn.Resource, had, is policy, on, off int) {
	var text string
	switch {
	case on > 0 && !is.drops:
		text = "traffic on " + count(on, "route") + " is led through it, and it stops nothing yet"
	case off > 0 && !had.drops:
		text = "traffic on " + count(off, "route") + " is no longer led through it, and it stopped nothing"
	case on == 0 && off == 0 && had.known && is.known && had.drops != is.drops && is.drops:
		text = "it begins to stop what no rule passes, for new connections"
		if had.engine != is.engine {
			text += "; its engines restart, and open connections are new to it" + is.midstreamEffect(" and are ")
		}
	case on == 0 && off == 0 && had.known && is.known && had.drops != is.drops:
		text = "it ceases to stop anything"
		if had.engine != is.engine {
			text += "; its engines restart, and open connections are new to it" + is.midstreamEffect(" and are ")
		}
	default:
		return
	}
	d := diag.Diagnostic{Severity: diag.Warning, Rule: "inspection-step", Subject: f.String(), Path: pathOf(f), Summary: "one step of inspection: " + text, At: []diag.Position{u.position(f)}}
	u.findings.Add(d)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
