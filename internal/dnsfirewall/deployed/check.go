package deployed

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/dnsfirewall"
)

// Check reports what is wrong with DNS Firewall in templates. What AWS rejects is an error, and what is probably a mistake is a warning.
// Rules and domains that are known only at deployment are not checked.
func Check(a *cfn.Assembly) diag.List {
	var out diag.List
	for r := range a.OfType(groupType) {
		out = append(out, checkGroup(r)...)
	}
	taken := map[string]*cfn.Resource{}
	for r := range a.OfType(associationType) {
		out = append(out, checkAssociation(r, taken)...)
	}
	return out.Sorted()
}

// checkGroup checks the rules of a rule group.
func checkGroup(r *cfn.Resource) diag.List {
	lists := map[string]*dnsfirewall.List{} // two rules with the same list have the same pointer
	var known dnsfirewall.Group
	for _, item := range r.Get("FirewallRules").Items {
		if item.Kind != cfn.Map {
			continue
		}
		rule := readRule(r, item)
		if rule.Unknown != "" || isOpen(item) || rule.Threat != "" && item.Get("DnsThreatProtection").IsMissing() {
			continue
		}
		rule.Name = item.Get("Priority").String()
		if rule.List != nil {
			if lists[rule.List.Name] == nil {
				lists[rule.List.Name] = rule.List
			}
			rule.List = lists[rule.List.Name]
		}
		known.Rules = append(known.Rules, rule)
	}
	out := dnsfirewall.Check(known)
	for i := range out {
		out[i].Path, out[i].At = r.Name(), []diag.Position{r.At("FirewallRules")}
		out[i].Subject = r.Name() + ":" + out[i].Summary
	}
	return out
}

// isOpen reports whether a part of a rule that is checked is known only at deployment.
func isOpen(rule cfn.Value) bool {
	return slices.ContainsFunc([]string{"BlockResponse", "BlockOverrideDomain", "ConfidenceThreshold", "DnsThreatProtection"},
		func(name string) bool { v := rule.Get(name); return !v.IsMissing() && v.Kind != cfn.Text })
}

// checkAssociation checks the priority of an association. taken holds those with a priority in a VPC.
func checkAssociation(r *cfn.Resource, taken map[string]*cfn.Resource) diag.List {
	var out diag.List
	fail := func(summary, detail, fix string) {
		out.Add(diag.Diagnostic{
			Rule: "dns-priority", Path: r.Name(), Subject: r.Name() + ":Priority", Summary: summary, Detail: detail, Fix: fix,
			At: []diag.Position{r.At("Priority")},
		})
	}
	priority, ok := r.Get("Priority").Int()
	if !ok {
		return nil
	}
	if err := dnsfirewall.CheckPriority(priority); err != nil {
		fail("the priority of a DNS firewall rule group is not usable", err.Error(), "choose another one")
	}
	key := fmt.Sprintf("%s %d", r.Get("VpcId"), priority)
	if other := taken[key]; other != nil && r.Condition == "" && other.Condition == "" {
		fail("two DNS firewall rule groups of a VPC have the same priority", fmt.Sprintf("%s has %d, too", other, priority),
			"give each rule group of a VPC a priority of its own")
	}
	taken[key] = r
	return out
}
