package verifiedaccess

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cedar"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// People are groups of people, and what of an application they may reach.
type People struct {
	// Groups are the groups whose members may reach the application: one membership suffices. For IAM Identity Center they are ids of
	// groups, "c242c5b0-6081-1845-6fa8-6e0d9513c107"; with [OIDC], values of the claim. At least one is required.
	Groups []string
	// Paths are prefixes of paths: "/admin/" allows "/admin" and everything below it. Empty allows every path. Requests whose paths have
	// "..", "%" or "\" are denied if Paths is set, because servers could read them as another path.
	Paths []string
}

// permission is what a call of Allow says beside the policy.
type permission struct {
	groups         []string
	owner, expires string
	at             diag.Position
}

// Allow lets people reach the application. [tiers.Because] states the reason, which becomes a comment in the policy, and [tiers.Owner] who
// is responsible. After the day of [tiers.Expires] synthesis fails until the permission is removed, renewed or acknowledged; what is
// deployed does not change by itself. [tiers.SID] is an error.
func (app *Application) Allow(people People, options ...tiers.FlowOption) {
	at := diag.Caller()
	if app == nil || app.Construct == nil {
		panic(diag.Diagnostic{Summary: "Allow on an Application that was not made by Publish", At: []diag.Position{at}}.String())
	}
	app.access.core.Network().MustBeOpen(at)
	said := wiring.FlowOf(options)
	if !app.checkPeople(people, at) || !app.checkOptions(said, at) {
		return
	}
	app.policy.Permissions = append(app.policy.Permissions, cedar.Permission{
		Reason: arch.CleanDescription(said.Reason), Groups: slices.Clone(people.Groups), Paths: slices.Clone(people.Paths),
	})
	app.permitted = append(app.permitted, permission{slices.Clone(people.Groups), said.Owner, said.Expires, at})
	if app.group != nil {
		app.groupProps.PolicyDocument = new(app.policy.Text())
		app.group.SetPolicyDocument(app.groupProps.PolicyDocument)
	}
}

// checkPeople reports whether people are usable.
func (app *Application) checkPeople(people People, at diag.Position) bool {
	early := len(app.problems.List)
	if len(people.Groups) == 0 {
		app.problems.Add("verified-access-people", "an application is allowed to nobody", "Groups is empty", "name at least one group", at)
	}
	for _, group := range people.Groups {
		if err := cedar.CheckGroup(app.policy.Claim, group); err != nil {
			app.problems.Add("verified-access-people", "a group of people is not usable", err.Error(), "", at)
		}
	}
	for _, path := range people.Paths {
		if err := cedar.CheckPath(path); err != nil {
			app.problems.Add("verified-access-path", "a path is not usable", err.Error(), "", at)
		}
	}
	return len(app.problems.List) == early
}

// checkOptions reports whether the texts of the options are usable.
func (app *Application) checkOptions(said arch.Flow, at diag.Position) bool {
	early := len(app.problems.List)
	fail := func(summary, detail, fix string) {
		app.problems.Add("verified-access-option", summary, detail, fix, at)
	}
	switch clean := arch.CleanDescription(said.Reason); {
	case arch.IsToken(said.Reason) || arch.IsToken(said.Owner):
		fail("a reason or owner is a CDK token", "policies and reports need the literal text", "")
	case arch.HasDynamicReference(said.Reason) || arch.HasDynamicReference(said.Owner):
		fail("a reason or owner has a dynamic reference", arch.DynamicReference, "write words, without {{resolve:")
	case len(clean) > arch.MaxDescription || len(said.Owner) > arch.MaxDescription:
		fail("a reason or owner is too long",
			fmt.Sprintf("got %d and %d bytes, allowed are %d", len(clean), len(said.Owner), arch.MaxDescription), "shorten it")
	}
	if said.SID != 0 {
		fail("a permission of Verified Access has no firewall rules", "SID numbers firewall rules", "leave out tiers.SID")
	}
	if said.Expires != "" {
		if _, _, err := arch.Expiry("", said.Expires, app.access.core.Network().Today()); err != nil {
			fail("an expiry is not a date", err.Error(), "")
		}
	}
	return len(app.problems.List) == early
}

// expire reports permissions that have expired, or expire soon.
func (app *Application) expire() {
	for _, p := range app.permitted {
		if p.expires == "" {
			continue
		}
		d, report, _ := arch.Expiry(fmt.Sprintf("the permission of %q for %s", p.groups, app.policy.Host), p.expires,
			app.access.core.Network().Today())
		if !report {
			continue
		}
		if p.owner != "" {
			d.Detail = "owner: " + p.owner
		}
		d.Subject, d.At = app.problems.Path+":"+strings.Join(p.groups, ","), []diag.Position{p.at}
		app.problems.Put(d)
	}
}

// warn reports an application that nobody may reach, and flows that lead past Verified Access.
func (app *Application) warn() {
	if len(app.policy.Permissions) == 0 && !app.problems.List.HasErrors() {
		app.problems.Warn("verified-access-nobody", app.problems.Path, "nobody may reach an application",
			"Verified Access denies every request for "+app.policy.Host, "call Allow with the groups of people who may", app.at)
	}
	if app.access.model == nil {
		return // The declaration has errors.
	}
	for _, f := range app.access.model.Flows {
		if f.To.Text != app.edge.ID() || !f.To.Kind.IsTier() || f.From.Text == app.access.core.ID() && f.From.Kind.IsTier() {
			continue
		}
		if slices.ContainsFunc(f.Ports, app.ports.Overlaps) {
			app.problems.Put(diag.Diagnostic{
				Severity: diag.Warning, Rule: "verified-access-past", Subject: app.problems.Path + ":" + f.SubjectString(),
				Summary: "an application has a way past Verified Access",
				Detail:  fmt.Sprintf("%s may reach %s directly, and no policy asks who sends its requests", f.From, f.To),
				Fix:     "remove the flow, or lead it to a load balancer and an edge tier of its own", At: f.At,
			})
		}
	}
}
