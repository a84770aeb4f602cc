package importer

import (
	"slices"

	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/plan"
	webplan "github.com/tierwall/tierwall/internal/plan/webacl"
)

// sqlGroup is the group of AWS against SQL in requests. By default a web ACL has it if a flow of SQL follows from its tier.
const sqlGroup = "AWSManagedRulesSQLiRuleSet"

// settleSQL says what speaks SQL behind a web ACL where the flows do not say it.
func (i *importer) settleSQL() {
	if len(i.protections) == 0 {
		return
	}
	p, _ := plan.Make(i.doc.Architecture(i.doc.Environments[0]), i.options.Today)
	for _, one := range i.protections {
		at := slices.IndexFunc(i.doc.WebACLs, func(w document.WebACL) bool { return w.ID == one.id })
		flows := p != nil && hasSQL(p, one.tier.id)
		switch {
		case one.speaksSQL && !flows:
			i.doc.WebACLs[at].SQL = "behind"
		case !one.speaksSQL && (flows || p == nil):
			i.doc.WebACLs[at].SQL = "none"
		}
	}
}

// hasSQL reports whether the planned web ACL of a tier has the group against SQL.
func hasSQL(p *plan.Plan, tier string) bool {
	acl, ok := p.WebACL(tier)
	return ok && slices.ContainsFunc(acl.Rules, func(r webplan.Rule) bool { return r.Name == sqlGroup })
}
