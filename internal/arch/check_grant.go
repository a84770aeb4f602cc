package arch

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
)

func (c *checker) failGrant(g Grant, rule, summary, detail, fix string) {
	c.add(c.m.Network.GrantPath(g), []diag.Position{g.At}, diag.Diagnostic{Rule: rule, Summary: summary, Detail: detail, Fix: fix})
}

// grant checks actions and resources as the policies of endpoints are checked.
func (c *checker) grant(g Grant) {
	if len(g.Needs) == 0 {
		c.failGrant(g, "grant-empty", "a grant grants nothing", "", "")
	}
	for _, need := range g.Needs {
		switch {
		case len(need.Actions) == 0:
			c.failGrant(g, "grant-empty", "a grant names no action", "for "+need.Service,
				c.say("name them, as in Actions(\"GetItem\")", "name them, as in `uses: [call dynamodb GetItem on *]`"))
			continue
		case len(need.Resources) == 0:
			c.failGrant(g, "grant-empty", "a grant names no resource", "for "+strings.Join(need.Actions, ", "),
				"name ARNs, or \"*\" for actions that act on no resource")
			continue
		}
		for _, r := range need.Resources {
			if need.Unsigned && r == "*" && slices.ContainsFunc(need.Actions, hasResources) {
				c.failGrant(g, "grant-resource", "a grant of unsigned requests covers every resource",
					"anything in the VPC could use these actions on resources of any owner: "+strings.Join(need.Actions, ", "), "name each resource")
			}
			if HasDynamicReference(r) {
				c.failGrant(g, "grant-resource", "a resource has a dynamic reference", fmt.Sprintf("got %q; its value is not known here", r),
					"name the resource itself")
			}
			if open := otherBuckets(r); open != "" {
				c.failGrant(g, "grant-resource", "a grant reaches other people's buckets",
					fmt.Sprintf("%q matches every bucket whose name begins with %q, whoever owns it", r, open),
					"name each bucket, and use wildcards only after the first slash")
			}
		}
		p := iam.Policy{Version: iam.Version, Statements: []iam.Statement{{
			Effect: iam.Allow, Principal: iam.Everybody(), Actions: need.Actions, Resources: need.Resources,
			Conditions: []iam.Condition{{Operator: "ArnEquals", Key: iam.PrincipalArn, Values: []string{"arn:aws:iam::123456789012:role/any"}}},
		}}}
		e := iam.Endpoint{Service: need.Service, Gateway: need.Gateway, Partition: c.m.Network.Partition(), Region: c.m.Network.Region()}
		for _, d := range p.Check(e).With(diag.Error) {
			if d.Rule == "policy-unsupported" {
				continue // Then the endpoint has no policy.
			}
			c.failGrant(g, strings.Replace(d.Rule, "policy-", "grant-", 1), d.Summary, d.Detail, d.Fix)
		}
	}
}

// hasResources reports whether a pattern matches an action that acts on some type of resource.
func hasResources(action string) bool {
	return slices.ContainsFunc(catalog.Actions(action), func(a catalog.Action) bool { return len(a.Resources) > 0 })
}

// otherBuckets returns a bucket's name up to its first wildcard, and with it; empty if the ARN is not that of buckets with a wildcard.
func otherBuckets(arn string) string {
	_, name, ok := strings.Cut(arn, ":s3:::")
	if !ok {
		return ""
	}
	bucket, _, _ := strings.Cut(name, "/")
	if i := strings.IndexAny(bucket, "*?"); i >= 0 && !strings.Contains(bucket[:i], "${") {
		return bucket[:i] + bucket[i:i+1]
	}
	return ""
}

func (c *checker) tierRoles(roles []TierRole, byID map[string]Tier) {
	for _, r := range roles {
		if t, ok := byID[r.Tier]; !ok || t.Imported != nil {
			c.add(c.m.Network.TierPath(r.Tier), []diag.Position{r.At}, diag.Diagnostic{Rule: "no-tier",
				Summary: "a role is for a tier that the network does not own", Detail: fmt.Sprintf("the network owns no tier %q", r.Tier)})
			continue
		}
		if problem := roleProblem(r.ARN); problem != "" {
			c.add(c.m.Network.TierPath(r.Tier), []diag.Position{r.At}, diag.Diagnostic{Rule: "role",
				Summary: "a role's ARN is not usable", Detail: problem, Fix: `write it as in "arn:aws:iam::111122223333:role/app"`})
			continue
		}
		c.executionRole(r)
		c.m.Roles = append(c.m.Roles, r)
	}
	slices.SortStableFunc(c.m.Roles, func(a, b TierRole) int {
		return cmp.Or(strings.Compare(a.Tier, b.Tier), strings.Compare(a.ARN, b.ARN))
	})
}

// executionRole warns about a role that starts a tier's workloads and is also declared as their own.
func (c *checker) executionRole(r TierRole) {
	var starts, granted []string
	for _, g := range c.m.Grants {
		switch {
		case g.Tier != r.Tier:
		case g.Starts && slices.Contains(g.Roles, r.ARN):
			starts = append(starts, g.Use)
		case len(g.Roles) == 0 && !slices.Contains(granted, g.Use):
			granted = append(granted, g.Use)
		}
	}
	if len(starts) > 0 && len(granted) > 0 {
		c.add(c.m.Network.TierPath(r.Tier), []diag.Position{r.At}, diag.Diagnostic{
			Severity: diag.Warning, Rule: "execution-role", Subject: c.m.Network.Subject(r.Tier + " " + r.ARN),
			Summary: "a role that starts workloads is among their own roles",
			Detail:  fmt.Sprintf("it is used to %s, and would also get what the workloads were granted: %s", starts[0], strings.Join(granted, ", ")),
			Fix: "leave it out of " + c.say("endpoints.Roles, because the profile", "`roles`, because the use") +
				" names it already; acknowledge this if tasks run with it on purpose",
		})
	}
}

// roleProblem says what is wrong with the ARN of a role or user; empty if nothing is.
func roleProblem(arn string) string {
	if strings.HasPrefix(arn, "${") {
		return ""
	}
	fields := iam.CutARN(arn)
	if fields == nil || fields[0] != "arn" || fields[2] != "iam" || !strings.HasPrefix(fields[5], "role/") &&
		!strings.HasPrefix(fields[5], "user/") || strings.ContainsAny(arn, "*? ") || HasDynamicReference(arn) {
		return fmt.Sprintf("got %q", arn)
	}
	return ""
}
