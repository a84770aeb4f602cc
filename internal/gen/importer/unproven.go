package importer

import (
	"fmt"
	"slices"
)

// stopping are the types of controls that stop traffic.
var stopping = []string{"AWS::NetworkFirewall::Firewall", "AWS::WAFv2::WebACL"}

// unproven returns why the document may carry more than the templates although no difference is known. The comparison takes what the
// templates may carry for what they carry, so everything that makes them unsure can hide a difference.
func (i *importer) unproven() []string {
	out := append(i.refused(), i.partly()...)
	for _, t := range i.tiers {
		switch {
		case len(t.members) > 0:
		case i.doc.Network.VPC == nil && slices.ContainsFunc(t.subnets, isElsewhere):
			out = append(out, fmt.Sprintf("no interface in the templates has the security group of %s, and its subnets are not in them, so "+
				"that routes and network ACLs may stop what the new file carries: add the templates of its workloads", t.id))
		case !i.isAlikeEverywhere(t):
			out = append(out, fmt.Sprintf("no interface in the templates has the security group of %s, so it may be in subnets with more "+
				"traffic or in those with less: add the templates of its workloads", t.id))
		}
		if t.unsure != "" && !i.exists[t.unsure] && !i.isAlikeEverywhere(t) {
			out = append(out, fmt.Sprintf("%s may be elsewhere: %s", t.id, t.unsure))
		}
		if why := t.unseenGroups(); why != "" {
			out = append(out, fmt.Sprintf("interfaces of %s may have more security groups: %s", t.id, why))
		}
		if t.hasUnseenRules() {
			out = append(out, "the templates do not have all rules of "+t.id+": add the templates that have them")
		}
	}
	for r := range i.assembly.Resources() {
		if slices.Contains(stopping, r.Type) && !i.isImported(r) {
			out = append(out, fmt.Sprintf("%s %s stops traffic, and is not in the new file", r.Type, r.ID))
		}
	}
	if len(i.top.Gaps) > 0 {
		out = append(out, fmt.Sprintf("the templates leave open %d things that may change traffic, listed as not in the new file",
			len(i.top.Gaps)))
	}
	return out
}
