package importer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/plan"
)

// settlePolicies compares the policies of the endpoints with those that follow from the grants.
func (i *importer) settlePolicies() {
	if len(i.doc.Grants) == 0 {
		return
	}
	p, _ := plan.Make(i.doc.Architecture(i.doc.Environments[0]), i.options.Today)
	if p == nil {
		return
	}
	for _, e := range i.endpointsFound {
		if !i.isImported(e.Resource) {
			continue
		}
		before, after := i.fileTexts(e.Policy), iam.FullAccess()
		n := slices.IndexFunc(p.VPCEndpoints, func(o plan.VPCEndpoint) bool {
			return o.EndpointKey == arch.EndpointKey{Service: e.Service, Gateway: e.Gateway}
		})
		switch {
		case n < 0:
			i.unsaid(e.Resource, "", "no use leads to %s, so the new network has no endpoint for it", e.Service)
			continue
		case p.VPCEndpoints[n].Policy != nil:
			after = i.fileTexts(*p.VPCEndpoints[n].Policy)
		}
		i.differPolicy(e, before, after)
	}
}

// differPolicy says what the new policy of an endpoint allows that the old one does not, and the other way round.
func (i *importer) differPolicy(e *endpoint, before, after iam.Policy) {
	if e.isFull() && after.IsFullAccess() {
		return
	}
	if more := accesses(after.Beyond(before)); len(more) > 0 {
		i.lost(e.Resource, "PolicyDocument", "the new policy of %s allows what the policy of %s does not certainly allow: %s", e.Service,
			e.Resource.ID,
			summary(more))
	}
	switch less := accesses(before.Beyond(withoutOwners(after))); {
	case len(less) > 0:
		i.unsaid(e.Resource, "PolicyDocument", "the policy of %s allows what the new one does not certainly allow: %s", e.Resource.ID,
			summary(less))
	case len(before.Beyond(after)) > 0:
		i.unsaid(e.Resource, "PolicyDocument", "the new policy of %s holds resources to the accounts that own them, which that of %s does "+
			"not: other "+
			"owners than the own account are listed under endpoints.accounts", e.Service, e.Resource.ID)
	}
}

// withoutOwners returns a policy without the conditions on the owners of resources.
func withoutOwners(p iam.Policy) iam.Policy {
	out := iam.Policy{Version: p.Version}
	for _, s := range p.Statements {
		s.Conditions = slices.DeleteFunc(slices.Clone(s.Conditions), func(c iam.Condition) bool {
			return c.Key == iam.ResourceAccount || c.Key == iam.ResourceOrgID
		})
		out.Statements = append(out.Statements, s)
	}
	return out
}

// accesses writes accesses without repetition.
func accesses(all []iam.Access) []string {
	var out []string
	for _, a := range all {
		if text := fmt.Sprintf("%.60s on %.120s", a.Action, a.Resource); !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// summary lists the first of some texts.
func summary(all []string) string {
	return strings.Join(all[:min(len(all), maxPlaces)], ", ") + more(len(all)-maxPlaces)
}

// byCondition says whom a statement is for by a condition, as the policies of the product do.
func (i *importer) byCondition(s iam.Statement) iam.Statement {
	var roles []string
	for _, n := range s.Principal.Names {
		if n.Kind != "AWS" || !isRoleText(n.Name) {
			return s
		}
		roles = append(roles, i.fileText(n.Name))
	}
	if len(roles) == 0 || s.Principal.Not || s.Principal.Missing {
		return s
	}
	s.Principal = iam.Everybody()
	s.Conditions = append(s.Conditions, iam.Condition{Operator: "ArnEquals", Key: iam.PrincipalArn, Values: roles})
	return s
}

// fileTexts writes a policy with the texts of the file.
func (i *importer) fileTexts(p iam.Policy) iam.Policy {
	texts := func(all []string) []string {
		var out []string
		for _, t := range all {
			out = append(out, i.fileText(t))
		}
		return out
	}
	out := iam.Policy{Version: p.Version}
	for _, s := range p.Statements {
		s.Resources = texts(s.Resources)
		s.Conditions = slices.Clone(s.Conditions)
		for n, c := range s.Conditions {
			s.Conditions[n].Values = texts(c.Values)
		}
		out.Statements = append(out.Statements, i.byCondition(s))
	}
	return out
}
