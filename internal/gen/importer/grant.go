package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/iam"
)

// allowance is what the policies of endpoints let some principals do, without the conditions on them.
type allowance struct {
	roles []string // texts of ARNs; none for every principal of the account
	// everybody says that the policy holds callers to nothing, not even to the account.
	everybody bool
	policies  map[*endpoint]iam.Policy
}

// each returns the allowance for each of its roles.
func (a allowance) each() []allowance {
	if len(a.roles) < 2 {
		return []allowance{a}
	}
	var out []allowance
	for _, role := range a.roles {
		out = append(out, allowance{roles: []string{role}})
	}
	return out
}

func (a allowance) key() string { return fmt.Sprint(a.everybody, a.roles) }

// grants makes the grants of the tiers that call endpoints.
func (i *importer) grants(used []*endpoint) {
	all := i.allowances(used)
	found := map[*tier][]document.Use{}
	var unsigned []saidUnsigned // What uses let everybody do counts for all tiers, so everybody comes last.
	for _, everybody := range []bool{false, true} {
		for _, a := range all {
			if a.everybody != everybody {
				continue
			}
			for _, t := range i.tiersOf(a, found) {
				w := useWriter{importer: i, tier: t, allowance: a, unsigned: unsigned}
				roles := i.roleNames(a.roles)
				for _, u := range w.uses() {
					u.For = roles
					found[t] = addUse(found[t], u)
				}
				unsigned = w.unsigned
			}
		}
	}
	for _, t := range i.byRank() {
		g := document.Grant{Tier: t.id, Uses: i.started(t, found[t])}
		g.Roles = i.commonRoles(g.Uses)
		if len(g.Uses) > 0 {
			i.doc.Grants = append(i.doc.Grants, g)
		}
	}
}

// addUse adds a use, or its roles if it is there already.
func addUse(to []document.Use, u document.Use) []document.Use {
	for n := range to {
		o := &to[n]
		if o.Use == u.Use && o.AsCDK == u.AsCDK && o.Unsigned == u.Unsigned {
			o.For = append(o.For, u.For...)
			slices.Sort(o.For)
			return to
		}
	}
	return append(to, u)
}

// commonRoles takes the roles that all uses are for from the uses, and returns them. Uses for the roles of a platform keep theirs.
func (i *importer) commonRoles(all []document.Use) []string {
	var common []string
	var own []int // the uses that are for the roles of the tier
	for n, u := range all {
		if u.Fargate != nil || u.Unsigned || isUnsigned(i.needsOf(u)) {
			continue
		}
		own = append(own, n)
		if common == nil {
			common = u.For
		}
		if len(u.For) == 0 || !slices.Equal(common, all[n].For) {
			return nil
		}
	}
	for _, n := range own {
		all[n].For = nil
	}
	return common
}

// allowances sorts what the policies of endpoints allow by who may do it.
func (i *importer) allowances(used []*endpoint) []*allowance {
	var out []*allowance
	for _, e := range used {
		if e.isFull() {
			a := allowanceOf(&out, allowance{})
			a.policies[e] = iam.Policy{Statements: []iam.Statement{{
				Effect: iam.Allow, Principal: iam.Everybody(), Actions: []string{"*"}, Resources: []string{"*"},
			}}}
			continue
		}
		for n, s := range e.Policy.Statements {
			at := fmt.Sprintf("PolicyDocument.Statement[%d]", n)
			who, ok := i.readStatement(e, s, at)
			if !ok {
				continue
			}
			for _, one := range who.each() {
				a := allowanceOf(&out, one)
				p := a.policies[e]
				p.Statements = append(p.Statements, i.plainStatement(s))
				a.policies[e] = p
			}
		}
	}
	return out
}

func allowanceOf(all *[]*allowance, who allowance) *allowance {
	n := slices.IndexFunc(*all, func(a *allowance) bool { return a.key() == who.key() })
	if n < 0 {
		who.policies = map[*endpoint]iam.Policy{}
		*all = append(*all, &who)
		n = len(*all) - 1
	}
	return (*all)[n]
}

// plainStatement returns a statement without its conditions, with the texts of the file.
func (i *importer) plainStatement(s iam.Statement) iam.Statement {
	out := iam.Statement{Effect: iam.Allow, Principal: iam.Everybody(), Actions: s.Actions}
	for _, r := range s.Resources {
		out.Resources = append(out.Resources, i.fileText(r))
	}
	return out
}

// readStatement says whom a statement of a policy is for. It returns false if the file cannot say the statement.
func (i *importer) readStatement(e *endpoint, s iam.Statement, at string) (who allowance, ok bool) {
	refuse := func(r string) (allowance, bool) {
		i.unsaidStatement(e, s, at, r)
		return allowance{}, false
	}
	switch {
	case s.Effect == iam.Deny:
		return refuse("the file has no denials")
	case s.NotAction || s.NotResource || s.Principal.Not:
		return refuse("the file says what is allowed, and not what is excepted")
	case len(s.Actions) == 0 || len(s.Resources) == 0:
		return refuse("it names no action or no resource")
	}
	held := false
	for _, n := range s.Principal.Names {
		switch {
		case n.Name == "*":
		case n.Kind == "AWS" && isRoleText(n.Name):
			who.roles = append(who.roles, n.Name)
		case n.Kind == "AWS" && (n.Name == iam.OwnAccount || strings.HasSuffix(n.Name, ":"+iam.OwnAccount+":root")):
			held = true
		default:
			return refuse(fmt.Sprintf("the principal %.80q is no role of the tier", n.Name))
		}
	}
	for _, c := range s.Conditions {
		known, holds := i.readCondition(&who, c)
		if !known {
			return refuse(fmt.Sprintf("its condition on %.60s has no word in the format", c.Key))
		}
		held = held || holds
	}
	slices.Sort(who.roles)
	who.everybody = len(who.roles) == 0 && !held
	return who, true
}

// unsaidStatement notes a statement that the file does not say. Whether more is allowed without it is found by comparing the policies.
func (i *importer) unsaidStatement(e *endpoint, s iam.Statement, at, why string) {
	i.unsaid(e.Resource, at, "a statement of the policy of %s is not in the file, because %s: %.120q", e.Resource.ID, why,
		string(s.Effect)+" "+strings.Join(s.Actions, ", "))
}

func isRoleText(text string) bool {
	return strings.HasPrefix(text, "${") || strings.Contains(text, ":role/")
}

// readCondition reads a condition. known says that the file has a word for it, and holds that it holds callers to the account.
func (i *importer) readCondition(who *allowance, c iam.Condition) (known, holds bool) {
	choices := i.doc.Endpoints
	equals := slices.Contains([]string{"StringEquals", "ArnEquals", "StringLike", "ArnLike"}, c.Operator)
	switch key := strings.ToLower(c.Key); {
	case !equals:
		return false, false
	case key == strings.ToLower(iam.PrincipalArn):
		if slices.ContainsFunc(c.Values, func(v string) bool { return !isRoleText(v) || strings.Contains(v, "*") }) {
			return false, false
		}
		who.roles = append(who.roles, c.Values...)
		return true, true
	case key == strings.ToLower(iam.PrincipalAccount):
		return slices.Equal(c.Values, []string{iam.OwnAccount}), true
	case key == strings.ToLower(iam.PrincipalOrgID), key == strings.ToLower(iam.ResourceOrgID):
		if len(c.Values) != 1 || !strings.HasPrefix(c.Values[0], "o-") || choices.Organization != "" && choices.Organization != c.Values[0] {
			return false, false
		}
		choices.Organization = c.Values[0]
		return true, true
	case key == strings.ToLower(iam.ResourceAccount):
		for _, v := range c.Values {
			if iam.IsAccountID(v) && slices.Contains(c.Values, iam.OwnAccount) && !slices.Contains(choices.Accounts, v) {
				choices.Accounts = append(choices.Accounts, v)
			}
		}
		return true, true
	}
	return false, false
}

// tiersOf returns the tiers that an allowance is for: those whose workloads have one of its roles, else all that call its endpoints. What
// everybody may do is for those that call an endpoint for nothing else, if there are any.
func (i *importer) tiersOf(a *allowance, found map[*tier][]document.Use) []*tier {
	var calling, own []*tier
	for _, t := range i.tiers {
		for e := range a.policies {
			if slices.Contains(i.callersOf(e), t) && !slices.Contains(calling, t) {
				calling = append(calling, t)
			}
		}
	}
	for _, t := range calling {
		if slices.ContainsFunc(a.roles, func(role string) bool { return i.hasRole(t, role, calling) }) || a.everybody && !i.uses(found[t], a) {
			own = append(own, t)
		}
	}
	if len(own) > 0 {
		return own
	}
	return calling
}

// uses reports whether one of some uses goes through an endpoint of an allowance.
func (i *importer) uses(all []document.Use, a *allowance) bool {
	return slices.ContainsFunc(i.needsOf(all...), func(n arch.Need) bool {
		e := i.endpointOf(n.Service, n.Gateway)
		return e != nil && !n.Unsigned && len(a.policies[e].Statements) > 0
	})
}

// needsOf returns what uses need of endpoints.
func (i *importer) needsOf(all ...document.Use) []arch.Need {
	probe := *i.doc
	probe.Grants = []document.Grant{{Tier: "probe", Uses: all}}
	var out []arch.Need
	for _, g := range probe.Architecture(i.doc.Environments[0]).Grants {
		out = append(out, g.Needs...)
	}
	return out
}

// dropUses gives up the uses that have errors, and grants without uses.
func (i *importer) dropUses(d *document.Document, lines map[int]string) bool {
	dropped := false
	for n, g := range d.Grants {
		at := slices.IndexFunc(i.doc.Grants, func(o document.Grant) bool { return o.Tier == g.Tier })
		if at < 0 {
			continue
		}
		var kept []document.Use
		for m, u := range d.Grants[n].Uses {
			why := cmp.Or(lines[u.At.Line], lines[g.At.Line])
			if why == "" || u.At == (diag.Position{}) {
				kept = append(kept, i.doc.Grants[at].Uses[m])
				continue
			}
			dropped = true
			i.residual(nil, "the use %.120q of %s is given up: %s", u.Use, g.Tier, strings.TrimSpace(why))
		}
		i.doc.Grants[at].Uses = kept
	}
	i.doc.Grants = slices.DeleteFunc(i.doc.Grants, func(g document.Grant) bool { return len(g.Uses) == 0 })
	if d.Endpoints != nil && lines[d.Endpoints.At.Line] != "" && i.doc.Endpoints != nil {
		i.simplerEndpoints(lines[d.Endpoints.At.Line])
		dropped = true
	}
	if dropped && len(i.doc.Grants) == 0 {
		i.doc.Endpoints = nil
		i.controls.remove(endpointType)
	}
	return dropped
}

// simplerEndpoints gives up a choice for the endpoints: first their subnets, then all.
func (i *importer) simplerEndpoints(why string) {
	e := i.doc.Endpoints
	if len(e.Subnets) > 0 || e.SharesWith != "" {
		e.Subnets, e.SharesWith = nil, ""
		i.residual(nil, "the subnets of the endpoints change: %s", strings.TrimSpace(why))
		return
	}
	i.doc.Endpoints, i.doc.Grants = nil, nil
	i.controls.remove(endpointType)
	i.residual(nil, "endpoints and grants are given up: %s", strings.TrimSpace(why))
}
