package upgrade

import "github.com/tierwall/tierwall/internal/diag"

// findLosses finds replacements that AWS accepts but that break something. Inherited replacements are part of the
// replacement that causes them.
func (u *update) findLosses() {
	occupants := u.occupants()
	u.findSubnetsInUse(occupants)
	for r := range resources(u.after) {
		c, ok := u.replaced[r]
		known := allTypes()[r.Type].loss
		if !ok || known == nil || c.inherited || u.failing[r] || known.property != "" && known.property != c.property {
			continue
		}
		loss := *known
		switch r.Type {
		case subnetType:
			loss = u.subnetLoss(r, loss, occupants[u.former[r]])
		case "AWS::EC2::VPC":
			loss = u.networkLoss(r, loss, occupants)
		}
		u.report(loss.rule, r, diag.Diagnostic{
			Summary: r.ID + " is replaced because " + c.property + " changes from " + quote(c.from) + " to " + quote(c.to),
			Detail:  loss.detail, Fix: loss.fix,
		}, u.former[r])
	}
}

// loss is what the replacement of a resource breaks. If property is set, only a change of that property counts.
type loss struct{ rule, detail, fix, property string }
