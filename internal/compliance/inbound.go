package compliance

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/traffic"
	"github.com/tierwall/tierwall/internal/webacl"
)

const (
	loadBalancerType = "AWS::ElasticLoadBalancingV2::LoadBalancer"
	listenerType     = "AWS::ElasticLoadBalancingV2::Listener"
)

// neededPorts lists what may come in from outside. Only a declaration says what is needed.
func (c *collector) neededPorts() {
	for _, f := range c.flowsOf(isOutside, inside) {
		c.judged(f)
	}
	c.findings(aboutTraffic)
	c.trafficGaps()
	c.closed("no address outside can open a connection to a tier")
}

// closed says that nothing is open, if there are tiers and nothing else was found.
func (c *collector) closed(says string) {
	isTier := func(b picture.Box) bool { return b.Lane.IsInside() && b.Lane != picture.Endpoint }
	if len(c.rows) == 0 && slices.ContainsFunc(c.Survey.Picture.Boxes, isTier) {
		c.says(Acts, "the internet", says)
	}
}

// judged adds a flow between a tier and the outside: is it declared, and carried as declared?
func (c *collector) judged(f picture.Flow) {
	declared := len(c.Survey.Declared(f.From, f.To)) > 0
	switch {
	case f.State == picture.Excess || f.State == picture.Missing:
		// The findings of the proof say so.
	case f.State == picture.Possible:
		c.flow(Unknown, f, "the templates do not say whether it is carried: "+strings.Join(f.Why, "; "))
	case declared && f.State == picture.Wider:
		c.flow(Idle, f, "wider than declared: "+strings.Join(f.Why, "; "))
	case declared:
		c.flow(Acts, f, "declared"+exceptional(f))
	case isAll(f.Traffic):
		c.flow(Opposes, f, "all ports and protocols are open")
	case c.Declaration == nil:
		c.flow(Unknown, f, "carried; nothing is declared that says whether it is needed")
	default:
		c.flow(Unknown, f, "carried; no declared flow is about it")
	}
}

func exceptional(f picture.Flow) string {
	text := ""
	if f.Exception {
		text = ", as an exception"
	}
	if f.Inspected {
		text += ", inspected by a network firewall"
	}
	return text
}

// sources says for each group whether its rules name the sources.
func (c *collector) sources() {
	fromInternet := map[string]bool{}
	if c.Declaration != nil {
		for _, s := range c.scopes {
			for _, f := range s.model.Flows {
				if public, _ := f.IsInternet(f.From); public && f.To.Kind.IsTier() {
					fromInternet[f.To.Text] = true
				}
			}
		}
	}
	tiers := c.groupsOfTiers()
	for _, g := range c.Topology.Groups {
		if g.Resource == nil || len(g.Ingress) == 0 {
			continue
		}
		var open traffic.Set
		named := map[string]int{}
		for _, r := range g.Ingress {
			switch {
			case isAnywhere(r.Peer):
				open = open.Union(r.Traffic)
			case r.Peer.Group != nil:
				named["group"]++
			default:
				named["block or list"]++
			}
		}
		says := fmt.Sprintf("inbound rules that name groups: %d; blocks or lists: %d", named["group"], named["block or list"])
		switch {
		case g.Unsure != "":
			c.resource(Unknown, g.Resource, says+"; it may hold other rules")
		case open.IsEmpty():
			c.resource(Acts, g.Resource, says)
		case fromInternet[tiers[g]]:
			c.resource(Acts, g.Resource, says+"; open to every address, as declared: "+severalServices(open))
		default:
			c.resource(Lacks, g.Resource, says+"; open to every address: "+severalServices(open))
		}
	}
}

// loadBalancers lists load balancers with the settings that are unsafe or missing.
func (c *collector) loadBalancers() {
	for _, r := range c.ofType(loadBalancerType) {
		if literal(r.Get("Type")) == "gateway" {
			continue
		}
		wrong, unknown := c.settings(r)
		switch {
		case len(wrong) > 0:
			c.resource(Opposes, r, strings.Join(wrong, "; "))
		case len(unknown) > 0:
			c.resource(Unknown, r, strings.Join(unknown, "; "))
		default:
			c.resource(Acts, r, "listeners with TLS 1.2 or newer, or of a network load balancer; no bad headers; access logs")
		}
	}
	for _, r := range c.ofType("AWS::ElasticLoadBalancing::LoadBalancer") {
		c.resource(Unknown, r, "the settings of Classic Load Balancers are not judged")
	}
	c.findings(weakened("load balancer", "listener"))
}

// settings returns what is wrong with the settings of a load balancer, and what is not known of them.
func (c *collector) settings(r *cfn.Resource) (wrong, unknown []string) {
	attributes := map[string]string{}
	for _, a := range r.Get("LoadBalancerAttributes").Items {
		attributes[literal(a.Get("Key"))] = a.Get("Value").String()
	}
	if v := r.Get("LoadBalancerAttributes"); !v.IsMissing() && v.Kind != cfn.List {
		unknown = append(unknown, "its attributes are known only at deployment")
	}
	is := func(key, want, absent string) {
		got, ok := attributes[key]
		if !ok {
			got = absent
		}
		if got != want && len(unknown) == 0 {
			wrong = append(wrong, fmt.Sprintf("%s is %s", key, got))
		}
	}
	if kind := literal(r.Get("Type")); kind == "" || kind == "application" {
		is("routing.http.drop_invalid_header_fields.enabled", "true", "false")
		if attributes["routing.http.desync_mitigation_mode"] == "monitor" {
			wrong = append(wrong, "routing.http.desync_mitigation_mode is monitor")
		}
	}
	is("access_logs.s3.enabled", "true", "false")
	listeners := 0
	for _, l := range c.ofType(listenerType) {
		if l.Get("LoadBalancerArn").Resource != r {
			continue
		}
		listeners++
		if text := listenerProblem(l); text != "" {
			wrong = append(wrong, "listener "+l.ID+": "+text)
		}
	}
	if listeners == 0 {
		unknown = append(unknown, "its listeners are not in these templates")
	}
	return wrong, unknown
}

// oldPolicies are the security policies that accept TLS 1.0 or 1.1 (Elastic Load Balancing, "Security policies for your load balancer").
func isOldPolicy(name string) bool {
	return name == "" || name == "ELBSecurityPolicy-2016-08" || strings.HasPrefix(name, "ELBSecurityPolicy-2015") ||
		strings.Contains(name, "TLS-1-0") || strings.Contains(name, "TLS-1-1") || strings.Contains(name, "TLS13-1-0") ||
		strings.Contains(name, "TLS13-1-1") || name == "ELBSecurityPolicy-FS-2018-06" || strings.Contains(name, "FS-1-1")
}

// listenerProblem says what is unsafe about a listener.
func listenerProblem(l *cfn.Resource) string {
	policy := l.Get("SslPolicy")
	switch literal(l.Get("Protocol")) {
	case "HTTPS", "TLS":
		if policy.IsMissing() || policy.Kind == cfn.Text && isOldPolicy(policy.Text) {
			return "it accepts TLS before 1.2"
		}
	case "HTTP":
		for _, a := range l.Get("DefaultActions").Items {
			if literal(a.Get("Type")) != "redirect" || literal(a.Get("RedirectConfig").Get("Protocol")) != "HTTPS" {
				return "HTTP without a redirection to HTTPS"
			}
		}
	}
	return ""
}

// webAttacks lists the web ACLs that look for common attacks.
func (c *collector) webAttacks() {
	for _, w := range c.acls {
		state, why := webACLState(w)
		var against []string
		for _, r := range w.ACL.Rules {
			if name := attackRule(r); name != "" && blocks(r) {
				against = append(against, name)
			}
		}
		if state == Acts && len(against) == 0 {
			state, why = Idle, "none of its rules stops common attacks: no managed group, no rule against SQL injection or scripts"
		} else if state == Acts {
			why = "it stops attacks by " + strings.Join(slices.Compact(against), ", ")
		}
		c.resource(state, w.Resource, why)
	}
	c.unprotected()
	c.managers()
}

// attackRule names what a rule knows of common attacks; empty if nothing.
func attackRule(r webacl.Rule) string {
	name := ""
	webacl.Walk(r.Statement, func(s *webacl.Statement) {
		switch {
		case s.ManagedRuleGroupStatement != nil:
			name = s.ManagedRuleGroupStatement.Name
		case s.SqliMatchStatement != nil, s.XssMatchStatement != nil, s.RateBasedStatement != nil:
			name = r.Name
		}
	})
	return name
}

// shield lists protections of Shield Advanced. Shield Standard has no resource.
func (c *collector) shield() {
	for _, r := range c.ofType("AWS::Shield::Protection") {
		c.resource(Acts, r, "Shield Advanced, if the account has subscribed to it")
	}
	if len(c.rows) == 0 {
		c.attach("AWS Shield Standard acts in every account and has no resource. Shield Advanced protects nothing in these templates; " +
			"attach the decision about it")
	}
}
