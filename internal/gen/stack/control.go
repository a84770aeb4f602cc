package stack

import (
	"github.com/tierwall/tierwall/internal/gen/template"
)

// production returns what a control says, or else what the environment says.
func (v values) production(own *bool) bool {
	if own != nil {
		return *own
	}
	return v.e.Production
}

// ownPolicy is the id of the policy that the generated app makes for choices of the file.
const ownPolicy = "FirewallPolicy"

// firewall returns the choices for the firewall.
func (v values) firewall() template.Firewall {
	i := v.d.Inspection
	if i == nil {
		return template.Firewall{}
	}
	out := template.Firewall{Name: i.Name, Production: v.production(i.Production)}
	for _, g := range i.Managed {
		out.Managed = append(out.Managed, template.ManagedGroup{Name: g.Name, Drops: g.Drop})
	}
	if p := i.Policy; p != nil {
		out.Policy = template.Policy{Path: ownPolicy, HomeNet: importedAll(p.HomeNet), IdleTimeout: p.IdleTimeout, TLSInspection: v.arn(p.TLS)}
	}
	if l := i.Logs; l != nil {
		out.Alert, out.Flow, out.TLS = v.log(l.Alert), v.log(l.Flow), v.log(l.TLS)
		out.Retention, out.Key = int(l.Retention), v.arn(l.Key)
	}
	return out
}

// webACLs returns the choices for the web ACLs, by tier.
func (v values) webACLs() map[string]template.WebACL {
	out := map[string]template.WebACL{}
	for _, w := range v.d.WebACLs {
		choices := template.WebACL{ID: w.ID, Name: w.Name}
		if v.balances(w.Resource) {
			choices.Application = w.Resource
		} else {
			choices.Resource = v.arn(w.Resource)
		}
		if w.Origin != nil {
			for _, secret := range w.Origin.Secrets {
				choices.Secrets = append(choices.Secrets, v.secret(secret))
			}
		}
		if w.Logs != nil {
			v.logging(*w.Logs, &choices)
		}
		out[w.Tier] = choices
	}
	return out
}
