package export

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/iam"
)

// endpoints sets the choices for the endpoints, if there are any.
func (e *exporter) endpoints() {
	n := e.Network.Endpoints
	out := document.Endpoints{
		Block: n.Block, Subnets: n.Subnets, SharesWith: n.SharesWith, NoPolicy: n.NoPolicy, AnyRole: n.AnyRole, Organization: n.Organization,
		Accounts: n.Accounts, Policies: map[arch.Policies]string{arch.DerivedPolicies: "derived", arch.OpenPolicies: "open"}[n.Policies],
	}
	if set := e.calls.Subnets[""]; set != "" {
		out.Subnets = document.Texts{set}
	}
	some := out.Block != 0 || len(out.Subnets)+len(out.NoPolicy)+len(out.Accounts)+len(n.PrefixLists)+len(n.Zones)+len(n.Imported) > 0 ||
		out.SharesWith+out.Organization+out.Policies != "" || out.AnyRole
	if !some {
		return
	}
	for service, id := range n.PrefixLists {
		if text := e.text(id, n.At, "the prefix list of "+service); text != "" {
			out.PrefixLists = put(out.PrefixLists, service, text)
		}
	}
	for service, zones := range n.Zones {
		out.Zones = put(out.Zones, service, document.Texts(zones))
	}
	for _, i := range n.Imported {
		out.Existing = append(out.Existing, document.ExistingEndpoint{
			Service: i.Service, SecurityGroup: e.text(i.Group, n.At, "the security group of the endpoint of "+i.Service),
		})
	}
	out.At = n.At
	e.doc.Endpoints = &out
}

func put[V any](m map[string]V, key string, value V) map[string]V {
	if m == nil {
		m = map[string]V{}
	}
	m[key] = value
	return m
}

// grants sets what the tiers use, in the words of the calls. An app of an older version has not recorded them: its grants become calls.
func (e *exporter) grants() {
	if len(e.calls.Uses)+len(e.calls.Roles) == 0 {
		e.grantsOfModel()
		return
	}
	for _, r := range e.calls.Roles {
		g := e.grant(r.Tier)
		if !slices.Contains(g.Roles, r.Role) {
			g.Roles = append(g.Roles, r.Role)
		}
	}
	for _, u := range e.calls.Uses {
		g := e.grant(u.Tier)
		g.Uses = append(g.Uses, u.Use)
	}
}

// grant returns the grant of a tier.
func (e *exporter) grant(tier string) *document.Grant {
	i := slices.IndexFunc(e.doc.Grants, func(g document.Grant) bool { return g.Tier == tier })
	if i < 0 {
		i = len(e.doc.Grants)
		e.doc.Grants = append(e.doc.Grants, document.Grant{Tier: tier})
	}
	return &e.doc.Grants[i]
}

// grantsOfModel writes actions and ARNs.
func (e *exporter) grantsOfModel() {
	for _, r := range e.Roles {
		if arn, ok := own(r.ARN); ok {
			g := e.grant(r.Tier)
			g.Roles = append(g.Roles, arn)
		} else {
			e.cannot(r.At, "a role of "+r.Tier+" is known only at deployment ("+r.ARN+")")
		}
	}
	for _, grant := range e.Grants {
		for _, need := range grant.Needs {
			e.needOfModel(grant, need)
		}
	}
}

func (e *exporter) needOfModel(grant arch.Grant, need arch.Need) {
	if need.Service == "" {
		return // It only gives permissions to roles.
	}
	u := document.Use{Unsigned: need.Unsigned, At: grant.At}
	var arns []string
	for _, r := range append(slices.Clone(need.Resources), grant.Roles...) {
		arn, ok := own(r)
		if !ok {
			e.cannot(grant.At, "a use of "+grant.Tier+" names "+r+", which is known only at deployment ("+grant.Use+")")
			return
		}
		arns = append(arns, arn)
	}
	u.Use = "call " + need.Service + " " + strings.Join(need.Actions, ", ") + " on " + strings.Join(arns[:len(need.Resources)], ", ")
	u.For = arns[len(need.Resources):]
	g := e.grant(grant.Tier)
	g.Uses = append(g.Uses, u)
}

// own returns an ARN with the file's words for the own account and Region. ok is false if it has other symbols.
func own(arn string) (text string, ok bool) {
	text = strings.NewReplacer(iam.OwnAccount, "${account}", iam.OwnRegion, "${region}").Replace(arn)
	return text, !strings.Contains(strings.NewReplacer("${account}", "", "${region}", "").Replace(text), "${")
}
