package proof

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/dnsfirewall"
	"github.com/tierwall/tierwall/internal/dnsfirewall/deployed"
)

// checkNames asks the DNS firewall of the network's VPC for the names that flows declare, and says which names no layer checks.
func (n *network) checkNames() {
	var flows []arch.CheckedFlow
	for _, f := range n.model.Flows {
		if f.To.Kind == arch.Domain {
			flows = append(flows, f)
		}
	}
	var groups []dnsfirewall.Group
	read := deployed.Groups(n.assembly, n.compareVPC)
	for _, g := range read {
		groups = append(groups, g.Group)
	}
	n.compareWithDeclaredGroups(read, groups)
	for _, f := range flows {
		n.askNames(f, groups)
	}
	closed := n.noteUndeclaredNames(groups, len(flows) > 0)
	n.noteUncheckedNames(flows, closed)
	if open := deployed.FailsOpen(n.assembly, n.compareVPC); open != nil {
		n.report.Notes = append(n.report.Notes, fmt.Sprintf("%s: all names may be answered while DNS Firewall fails, because of %s",
			n.name(), open))
	}
}

// compareVPC compares a value with the network's VPC.
func (n *network) compareVPC(v cfn.Value) (is, maybe bool) {
	switch {
	case v.Kind == cfn.Reference && v.Resource.Type == "AWS::EC2::VPC":
		return v.Resource == n.vpc.Resource, false
	case v.IsMissing():
		return false, false
	case v.String() == n.vpc.Name:
		return true, false
	}
	return false, v.Kind != cfn.Text || n.vpc.Resource == nil && !strings.HasPrefix(n.vpc.Name, "vpc-")
}

// undeclared is a name that nothing declares.
const undeclared = "undeclared-name-of-tierwall.invalid"

// askNames asks for the name of a flow. For a domain and all below it, it asks for one arbitrary name, and for each name that a rule knows.
func (n *network) askNames(f arch.CheckedFlow, groups []dnsfirewall.Group) {
	bare, all := strings.CutPrefix(f.To.Text, ".")
	names := []string{bare}
	if all {
		names = append(names, "undeclared-name-of-tierwall"+f.To.Text)
		names = append(names, known(groups, f.To.Text)...)
	}
	worst := nameAnswer{}
	for _, name := range names {
		a := n.ask(groups, name)
		if a.verdict != Exact && (worst.verdict == Exact || a.verdict == Missing && worst.verdict == Unknown) {
			worst = a
		}
		if a.threats {
			n.report.assume("%s: DNS Firewall Advanced takes no query for %s for a threat", n.name(), f.To.Text)
		}
	}
	if worst.verdict == Exact {
		return
	}
	n.report.Findings = append(n.report.Findings, Finding{
		Network: n.name(), From: f.From.Text, To: f.To.Text, Verdict: worst.verdict, What: "DNS", At: f.At, Reason: worst.reason, Fix: worst.fix,
	})
}

// known returns the names below a domain that rules know by themselves: for them, another rule may decide than for the rest.
func known(groups []dnsfirewall.Group, below string) []string {
	var out []string
	for _, g := range groups {
		for _, r := range g.Rules {
			if r.List == nil {
				continue
			}
			for _, d := range r.List.Domains {
				name := dnsfirewall.Canonical(d)
				if rest, wild := strings.CutPrefix(name, "*."); wild {
					name = "undeclared-name-of-tierwall." + rest
				}
				if strings.HasSuffix(name, below) && !dnsfirewall.IsToken(d) {
					out = append(out, name)
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// nameAnswer is what DNS Firewall does with the query for a declared name.
type nameAnswer struct {
	verdict     Verdict
	reason, fix string
	threats     bool // an advanced protection may decide
}

// ask evaluates the query for a declared name. An address of one family is enough.
func (n *network) ask(groups []dnsfirewall.Group, name string) nameAnswer {
	out := n.askType(groups, name, "A")
	if n.model.Network.IPv6 && out.verdict != Exact {
		if six := n.askType(groups, name, "AAAA"); six.verdict == Exact || out.verdict == Missing {
			return six
		}
	}
	return out
}

// askType evaluates the query of one type for a declared name.
func (n *network) askType(groups []dnsfirewall.Group, name, queryType string) nameAnswer {
	a := dnsfirewall.Evaluate(groups, name, queryType)
	isThreat := func(d dnsfirewall.Decision) bool { return d.Rule != nil && d.Rule.Threat != "" }
	out := nameAnswer{threats: slices.ContainsFunc(a.Doubts, isThreat)}
	action, sure := a.Certain(true)
	switch {
	case sure && action == dnsfirewall.Block:
		out.verdict = Missing
		out.reason = fmt.Sprintf("DNS Firewall blocks the declared name %s: %s decides", name, a.Rule.Name)
		out.fix = "add the name to a list that a rule with a lower priority number allows, or remove the flow"
	case !sure:
		out.verdict = Unknown
		out.reason = fmt.Sprintf("unknown whether DNS Firewall blocks the declared name %s: %s", name, doubtOf(a))
		out.fix = "add the missing part to the templates, set its value with -p, or acknowledge this finding with a reason"
	case a.FollowsRedirection():
		if rest, sure := dnsfirewall.Evaluate(groups, undeclared, queryType).Certain(true); !sure || rest == dnsfirewall.Block {
			out.verdict = Unknown
			out.reason = fmt.Sprintf("unknown whether DNS Firewall answers for the declared name %s: "+
				"if it is a CNAME, the names that it leads on to are blocked", name)
			out.fix = "set FirewallDomainRedirectionAction of the rule that allows it to TRUST_REDIRECTION_DOMAIN"
		}
	}
	return out
}

// doubtOf says why an answer is not known.
func doubtOf(a dnsfirewall.Answer) string {
	for _, d := range a.Doubts {
		if d.Action != a.Action && (d.Rule == nil || d.Rule.Threat == "") {
			return d.Why
		}
	}
	return cmp.Or(a.Why, "the action of the rule that decides is not known")
}

// noteUndeclaredNames says what happens to names that nothing declares, if that matters: the network has flows to names, or a DNS firewall.
// It reports whether DNS Firewall surely blocks them.
func (n *network) noteUndeclaredNames(groups []dnsfirewall.Group, named bool) (closed bool) {
	action, sure := dnsfirewall.Evaluate(groups, undeclared, "A").Certain(true)
	closed = sure && action == dnsfirewall.Block
	if len(groups) > 0 {
		n.report.assume("%s: tiers ask the resolver of the VPC; DNS Firewall sees no queries to other resolvers, and no names inside of HTTPS",
			n.name())
	}
	text := ""
	switch {
	case closed:
		n.noteFlowsWithoutNames()
		return true
	case len(groups) == 0 && !named:
		return false
	case len(groups) == 0:
		text = "no DNS firewall in these templates checks queries, so tiers may ask for any name, and data may leave inside of queries"
	case !sure:
		text = "whether DNS Firewall blocks names that nothing declares is not known"
	case action == dnsfirewall.Alert:
		text = "DNS Firewall answers for names that nothing declares, and reports them"
	default:
		text = "DNS Firewall answers for names that nothing declares"
	}
	n.report.Notes = append(n.report.Notes, n.name()+": "+text)
	return false
}

// noteFlowsWithoutNames names the flows to addresses of the internet. DNS Firewall blocks the names that they need if nothing declares
// them.
func (n *network) noteFlowsWithoutNames() {
	var flows []string
	for _, f := range n.model.Flows {
		if f.OpensToInternet() && f.To.Kind != arch.Domain {
			flows = append(flows, f.SubjectString())
		}
	}
	if len(flows) > 0 {
		n.report.Notes = append(n.report.Notes, fmt.Sprintf("%s: DNS Firewall blocks names that nothing declares, also for %s, "+
			"which state no name", n.name(), strings.Join(flows, ", ")))
	}
}

// noteUncheckedNames names the flows to names that no layer checks: neither a firewall that reads the name of each connection, nor DNS.
func (n *network) noteUncheckedNames(flows []arch.CheckedFlow, closed bool) {
	var unchecked []string
	for _, f := range flows {
		if closed || f.Path.Kind == arch.Inspected && f.Path.Mode == arch.Enforce {
			continue
		}
		unchecked = append(unchecked, f.SubjectString())
	}
	if len(unchecked) > 0 {
		n.report.Notes = append(n.report.Notes, fmt.Sprintf("%s: no layer in these templates checks the names of %s", n.name(),
			strings.Join(unchecked, ", ")))
	}
}
