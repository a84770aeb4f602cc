package compliance

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/proof"
)

// hasScope reports whether any tier holds cardholder data. If none does, it says that the requirement cannot be judged.
func (c *collector) hasScope() bool {
	if slices.ContainsFunc(c.scopes, func(s scope) bool { return len(s.holders) > 0 }) {
		return true
	}
	if c.Declaration == nil {
		c.says(Unknown, "scope", "nothing is declared: no template says which tier holds cardholder data")
	} else {
		c.says(Unknown, "scope", "no tier is declared to hold cardholder data")
	}
	return false
}

// scope lists the tiers with their place in the scope.
func (c *collector) scope() {
	c.hasScope()
	for _, s := range c.scopes {
		for _, t := range s.model.Tiers {
			if t.Kind == arch.Endpoint {
				continue
			}
			says := t.Kind.String() + " tier; "
			if len(t.Holds) > 0 {
				says += "holds " + strings.Join(t.Holds, ", ") + " data; "
			}
			e := Evidence{State: Acts, Object: s.name(t.ID), Declared: t.At.String()}
			switch {
			case s.holders[t.ID]:
				e.Shows = says + "in scope: it holds cardholder data"
			case len(s.holders) == 0:
				e.State, e.Shows = Unknown, says+"whether it is in scope is not known"
			case s.connected[t.ID]:
				e.Shows = says + "in scope: connected to cardholder data"
			case s.undeclared[t.ID]:
				e.State, e.Shows = Opposes, says+"connected to cardholder data by traffic that is not declared"
			case t.Kind == arch.Data && len(t.Holds) == 0:
				e.State, e.Shows = Unknown, says+"it does not say what it holds"
			default:
				e.Shows = says + "no declared flow connects it to cardholder data"
			}
			c.add(e)
		}
	}
	c.policyFindings("data-unlabelled")
	c.findings(func(f proof.Finding) bool { return f.Policy != "" })
	c.attach("the yearly confirmation of the scope: tiers that could affect the security of cardholder data without a flow, and systems " +
		"that are not in these templates")
}

// policyFindings adds the findings of some rules of the policy pci-dss.
func (c *collector) policyFindings(rules ...string) {
	for _, s := range c.scopes {
		for _, d := range s.findings {
			if slices.Contains(rules, d.Rule) {
				c.add(Evidence{State: Opposes, Object: d.Path, Shows: d.Summary, Declared: d.Where()})
			}
		}
	}
}

// networkDiagram points to the picture.
func (c *collector) networkDiagram() {
	p := c.Survey.Picture
	if len(p.Boxes) == 0 {
		c.says(Lacks, "picture", "there is nothing to draw")
		return
	}
	c.says(Acts, "picture of this report",
		strconv.Itoa(len(p.Boxes))+" boxes and "+strconv.Itoa(len(p.Flows))+" flows, drawn from the templates")
	c.findings(aboutTraffic)
	c.trafficGaps()
}

// dataFlows lists the flows between the tiers in scope.
func (c *collector) dataFlows() {
	if !c.hasScope() {
		return
	}
	c.eachFlow(func(s scope, f arch.CheckedFlow) {
		if s.holds(f.From) || s.holds(f.To) {
			c.add(s.flow(c.Today, Acts, f, "account data may flow here"))
		}
	})
	c.attach("which of these flows carry account data; the declaration says who may talk, and not what they send")
}

// eachFlow visits the declared flows; those to AWS services too, if they lead to or from a tier in scope.
func (c *collector) eachFlow(visit func(s scope, f arch.CheckedFlow)) {
	for _, s := range c.scopes {
		for _, f := range s.model.Flows {
			if s.includes(f.From) || s.includes(f.To) {
				visit(s, f)
			}
		}
	}
}

// flow is a declared flow as evidence: with what is on the way, and whether the protocol encrypts.
func (s scope) flow(today time.Time, state State, f arch.CheckedFlow, says string) Evidence {
	f.Service = arch.FormatService(f.Ports)
	encrypted := "no port of a plain-text protocol"
	if plain := f.PlainText(); len(plain) > 0 {
		var protocols []string
		for _, p := range plain {
			protocols = append(protocols, p.Protocol)
		}
		encrypted = "plain text by default: " + strings.Join(protocols, ", ")
	}
	e := declaredFlow(state, f.Flow, says+"; "+pathText(f.Flow)+"; "+encrypted)
	e.Object = s.name(e.Object)
	if f.Exception {
		e.Shows = "exception; " + e.Shows
	}
	if f.ToService() {
		e.Reason = cmp.Or(e.Reason, "a grant")
	}
	if end, err := time.Parse(time.DateOnly, f.Expires); err == nil && end.Before(today.UTC().Truncate(24*time.Hour)) {
		e.State, e.Shows = Opposes, "its last day has passed; "+e.Shows
	}
	return e
}

// neededServices lists the flows in scope. A flow without a reason has no stated need.
func (c *collector) neededServices() {
	if !c.hasScope() {
		return
	}
	c.eachFlow(func(s scope, f arch.CheckedFlow) {
		e := s.flow(c.Today, Acts, f, "declared")
		if e.Reason == "" {
			e.State, e.Shows = Lacks, "no reason is stated; "+e.Shows
		}
		c.add(e)
	})
	c.attach("who approved these flows; \"git blame -L LINE,LINE FILE\" says who changed the line of a flow last, and when")
}

// insecureServices lists the flows in scope over ports of protocols that do not encrypt.
func (c *collector) insecureServices() {
	if !c.hasScope() {
		return
	}
	insecure := 0
	c.eachFlow(func(s scope, f arch.CheckedFlow) {
		if len(f.PlainText()) > 0 {
			insecure++
			c.add(s.flow(c.Today, Opposes, f, "nothing declared says what secures it"))
		}
	})
	if insecure == 0 {
		c.says(Acts, "flows in scope", "none uses a port that is registered for a protocol without encryption")
	}
	c.attach("that services on other ports, such as databases, require TLS: their ports do not show it")
}

// activeConfiguration compares the templates with the declaration.
func (c *collector) activeConfiguration() {
	c.exactness()
	c.attach("who may change the repository and deploy, and a result of drift detection: templates do not show what somebody changed by hand")
}

// exactness says what the proof found.
func (c *collector) exactness() {
	switch {
	case c.Proof == nil:
		c.says(Unknown, "proof", "nothing is declared that the templates could be compared with")
	case c.Proof.Exact() && len(c.scopes) == 0:
		c.says(Acts, "proof", "the controls are as declared")
		c.says(Unknown, "proof", "no network is declared")
	case c.Proof.Exact():
		c.says(Acts, "proof", "the templates carry exactly the declared traffic, and the controls are as declared")
	default:
		c.findings(func(proof.Finding) bool { return true })
	}
}

// intoScope lists the flows into tiers that hold cardholder data.
func (c *collector) intoScope() {
	c.across("into the cardholder data environment", func(s scope, f arch.CheckedFlow) bool { return s.holds(f.To) && !s.holds(f.From) },
		func(s scope, _, to string) bool { return s.holders[to] })
}

// outOfScope lists the flows that leave tiers that hold cardholder data.
func (c *collector) outOfScope() {
	c.across("out of the cardholder data environment", func(s scope, f arch.CheckedFlow) bool { return s.holds(f.From) && !s.holds(f.To) },
		func(s scope, from, _ string) bool { return s.holders[from] })
	c.policyFindings("pci-dss-egress", "pci-dss-lower-class")
}

// across lists the flows over the border of the cardholder data environment, and what the proof says about it.
func (c *collector) across(where string, crosses func(scope, arch.CheckedFlow) bool, touches func(s scope, from, to string) bool) {
	if !c.hasScope() {
		return
	}
	flows := 0
	c.eachFlow(func(s scope, f arch.CheckedFlow) {
		if crosses(s, f) {
			flows++
			c.add(s.flow(c.Today, Acts, f, where))
		}
	})
	if flows == 0 {
		c.says(Acts, "flows", "none is declared "+where)
	}
	c.findings(func(f proof.Finding) bool {
		return slices.ContainsFunc(c.scopes, func(s scope) bool { return f.Network == s.model.Network.Path && touches(s, f.From, f.To) })
	})
	c.trafficGaps()
}

// boundary lists the controls that act between the networks.
func (c *collector) boundary() {
	c.severalLayers()
	c.findings(func(f proof.Finding) bool { return f.Verdict == proof.Weakened || f.Verdict == proof.Unprotected })
	c.trafficGaps()
}

// forged lists interfaces that may send with addresses of others. AWS drops such packets of all others.
func (c *collector) forged() {
	off := 0
	for _, kind := range []string{"AWS::EC2::Instance", "AWS::EC2::NetworkInterface"} {
		for _, r := range c.ofType(kind) {
			if v := r.Get("SourceDestCheck"); !v.IsMissing() && !isTrue(v) {
				off++
				state := Lacks
				if v.Kind != cfn.Text {
					state = Unknown
				}
				c.resource(state, r, "its source and destination check is "+v.String())
			}
		}
	}
	if off == 0 && len(c.Topology.Classes) > 0 {
		c.says(Acts, "source and destination check",
			"no resource of these templates switches it off: AWS drops packets of interfaces with other sources")
	}
	c.attach("AWS's statement that VPCs drop forged packets, for example from AWS Artifact")
}

// storedData says whether the internet reaches tiers that hold cardholder data, or their neighbours.
func (c *collector) storedData() {
	if !c.hasScope() {
		return
	}
	direct := c.directFlows()
	for _, s := range c.scopes {
		faces := s.model.Facing()
		for _, t := range s.model.Tiers {
			if !s.holders[t.ID] {
				continue
			}
			e := Evidence{State: Acts, Object: s.name(t.ID), Declared: t.At.String(),
				Shows: "no declared or carried flow leads from the internet to it"}
			if faces[t.ID] || direct[t.ID] != "" {
				e.State, e.Shows = Opposes, "the internet reaches it"
			}
			if direct[t.ID] == "possibly" && !faces[t.ID] {
				e.State, e.Shows = Unknown, "the templates do not say whether the internet reaches it"
			}
			c.add(e)
		}
	}
	c.policyFindings("pci-dss-source", "pci-dss-neighbour", "pci-dss-subnets")
	c.trafficGaps()
}

// directFlows says which boxes the internet reaches, by their names: "surely" or "possibly".
func (c *collector) directFlows() map[string]string {
	out := map[string]string{}
	for _, f := range c.flowsOf(isOutside, inside) {
		name := c.boxes[f.To].Name
		switch {
		case f.State == picture.Missing:
		case f.State == picture.Possible:
			out[name] = cmp.Or(out[name], "possibly")
		case isInternet(c.boxes[f.From]):
			out[name] = "surely"
		}
	}
	return out
}

// internalAddresses lists what hides addresses from the internet, and tiers with public addresses.
func (c *collector) internalAddresses() {
	c.natGateways()
	c.attach("that names, headers and certificates in public do not tell internal addresses")
}
