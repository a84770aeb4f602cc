package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// policy says which tiers it protects, and by which rules.
type policy struct {
	// classes are the classes that it protects; none means every class but [arch.Public].
	classes []string
	rules   []rule
	// logged says that all traffic of the protected tiers must be in flow logs.
	logged bool
	// named accepts connections to names of the internet that a firewall enforces.
	named bool
}

// rule judges a flow of a protected tier.
type rule struct {
	name    string
	because string // what the policy says, as in "PCI DSS 4.0.1, 1.4.4: ..."
	judge   func(j judge, f arch.CheckedFlow)
}

var policies = map[string]policy{
	arch.NoInternetNextToData: {rules: []rule{
		{"source", "the internet must not reach a tier that holds sensitive data", judge.source},
		{"neighbour", "a tier that the internet reaches must not reach a tier that holds sensitive data", judge.neighbour},
		{"egress", "a tier that holds sensitive data must not reach the internet", judge.egress},
	}},
	arch.PCIDSS: {classes: []string{arch.Cardholder}, logged: true, named: true, rules: []rule{
		{"source", "PCI DSS 4.0.1, 1.4.4: systems that store cardholder data are not directly accessible from untrusted networks", judge.source},
		{"neighbour", "PCI DSS 4.0.1, 1.3.1 and 1.4.4, as tierwall reads them: a tier stands between the internet and cardholder data",
			judge.neighbour},
		{"egress", "PCI DSS 4.0.1, 1.3.2: traffic out of the cardholder data environment is only what is necessary", judge.egress},
		{"lower-class", "PCI DSS 4.0.1, 1.3.2: traffic out of the cardholder data environment is only what is necessary", judge.lowerClass},
		{"plain-text", "PCI DSS 4.0.1, 1.2.6 and 4.2.1: insecure protocols need security features, and public networks need encryption",
			judge.plainText},
		{"reason", "PCI DSS 4.0.1, 1.2.5: each allowed service has a business need", judge.reason},
	}},
	arch.SensitiveData: {logged: true, rules: []rule{
		{"lower-class", "sensitive data stays with tiers that are declared to hold its class", judge.lowerClass},
		{"plain-text", "sensitive data is encrypted on its way", judge.plainText},
	}},
}

// Judge returns the findings of the policies that a network requires. Policies that users wrote are not judged here.
func Judge(m *arch.Model) diag.List {
	var out diag.List
	if len(m.Policies) > 0 {
		out = unlabelled(m)
	}
	for _, used := range m.Policies {
		if p, ok := policies[used.Name]; ok && !used.Own {
			j := judge{m: m, policy: p, name: used.Name, faces: m.Facing(), found: &out}
			j.all(used)
		}
	}
	return out
}

// Logged returns which tiers must have all of their traffic in flow logs, by the name of the policy that requires it.
func Logged(m *arch.Model) map[string][]arch.Tier {
	out := map[string][]arch.Tier{}
	for _, used := range m.Policies {
		if p, ok := policies[used.Name]; ok && p.logged && !used.Own {
			out[used.Name] = p.protected(m)
		}
	}
	return out
}

// Protected returns the tiers that a built-in policy of a network protects, and those that are directly connected to them.
func Protected(m *arch.Model, name string) (protected, connected []arch.Tier) {
	protected = policies[name].protected(m)
	ids := map[string]bool{}
	for _, t := range protected {
		ids[t.ID] = true
	}
	for _, t := range m.Tiers {
		if t.Kind != arch.Endpoint && !ids[t.ID] && slices.ContainsFunc(m.Flows, func(f arch.CheckedFlow) bool {
			return f.From.Kind.IsTier() && f.From.Text == t.ID && f.To.Kind.IsTier() && ids[f.To.Text] ||
				f.To.Kind.IsTier() && f.To.Text == t.ID && f.From.Kind.IsTier() && ids[f.From.Text]
		}) {
			connected = append(connected, t)
		}
	}
	return protected, connected
}

// protected returns the tiers that hold a class that the policy protects.
func (p policy) protected(m *arch.Model) []arch.Tier {
	var out []arch.Tier
	for _, t := range m.Tiers {
		if len(p.held(t)) > 0 {
			out = append(out, t)
		}
	}
	return out
}

// held returns the protected classes that a tier holds.
func (p policy) held(t arch.Tier) []string {
	return slices.DeleteFunc(t.Sensitive(), func(class string) bool { return len(p.classes) > 0 && !slices.Contains(p.classes, class) })
}

// unlabelled finds data tiers that do not say what they hold, so that no policy protects them.
func unlabelled(m *arch.Model) diag.List {
	var out diag.List
	for _, t := range m.Tiers {
		if t.Kind == arch.Data && len(t.Holds) == 0 {
			n := m.Network
			out.Add(diag.Diagnostic{
				Severity: diag.Finding, Rule: "data-unlabelled", Subject: n.Subject(t.ID), Path: n.PathTo(n.TierPath(t.ID)),
				At: []diag.Position{t.At}, Summary: "a data tier does not say what it holds",
				Detail: "no policy protects it: " + names(m.Policies),
				Fix: n.Say("state it: Holds: tiers.Personal; if everybody may read it: Holds: tiers.Public",
					"state it: `holds: personal`; if everybody may read it: `holds: public`"),
			})
		}
	}
	return out
}

func names(policies []arch.DataPolicy) string {
	var out []string
	for _, p := range policies {
		out = append(out, p.Name)
	}
	return strings.Join(out, ", ")
}

// judge applies one policy to a network.
type judge struct {
	policy
	m     *arch.Model
	name  string
	rule  rule            // the one that is applied
	faces map[string]bool // the tiers that the internet reaches
	found *diag.List
}

func (j judge) all(used arch.DataPolicy) {
	if len(j.protected(j.m)) == 0 {
		j.nothing(used)
		return
	}
	for _, f := range j.m.Flows {
		if f.ToService() {
			continue // Grants and the policies of endpoints decide what goes to AWS services.
		}
		for _, r := range j.rules {
			with := j
			with.rule = r
			r.judge(with, f)
		}
	}
	j.sharing()
}

// nothing reports a policy that protects no tier. Its silence would look like consent.
func (j judge) nothing(used arch.DataPolicy) {
	n := j.m.Network
	class := arch.Personal
	if len(j.classes) > 0 {
		class = j.classes[0]
	}
	constant := "tiers." + strings.ToUpper(class[:1]) + class[1:]
	j.found.Add(diag.Diagnostic{
		Rule: "data-policy", Path: n.PathTo("network"), At: []diag.Position{used.At},
		Summary: fmt.Sprintf("the policy %s protects no tier", j.name), Detail: "no tier holds " + j.classNames(),
		Fix: "say which tier does: " + n.Say("Holds: "+constant, "`holds: "+class+"`") + "; or remove the policy",
	})
}

func (j judge) classNames() string {
	if len(j.classes) == 0 {
		return "data of a class other than " + arch.Public
	}
	return strings.Join(j.classes, " or ") + " data"
}
