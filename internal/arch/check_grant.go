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
	c.add(g.Path(), []diag.Position{g.At}, diag.Diagnostic{Rule: rule, Summary: summary, Detail: detail, Fix: fix})
}

// grant checks actions and resources as the policies of endpoints are checked.
func (c *checker) grant(g Grant) {
	if len(g.Needs) == 0 {
		c.failGrant(g, "grant-empty", "a grant grants nothing", "", "")
	}
	for _, need := range g.Needs {
		switch {
		case len(need.Actions) == 0:
			c.failGrant(g, "grant-empty", "a grant names no action", "of "+need.Service, "name them, as in Actions(\"GetItem\")")
			continue
		case len(need.Resources) == 0:
			c.failGrant(g, "grant-empty", "a grant names no resource", "of "+strings.Join(need.Actions, ", "), "name ARNs, or \"*\" for actions that are for no resource")
			continue
		}
		for _, r := range need.Resources {
			if need.Unsigned && r == "*" && slices.ContainsFunc(need.Actions, hasResources) {
				c.failGrant(g, "grant-resource", "a grant of unsigned requests is on every resource", "whoever is in the VPC could send anything to anybody's: "+strings.Join(need.Actions, ", "), "name each resource")
			}
			if HasDynamicReference(r) {
				c.failGrant(g, "grant-resource", "a resource has a dynamic reference", fmt.Sprintf("got %q; what it stands for is not known here", r), "name the resource itself")
			}
			if open := otherBuckets(r); open != "" {
				c.failGrant(g, "grant-resource", "a grant reaches other people's buckets", fmt.Sprintf("%q stands for every bucket whose name begins with %q, whoever owns it", r, open), "name each bucket; wildcards belong behind the first slash")
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

// hasResources reports whether a pattern stands for an action that is for some type of resources.
func hasResources(action string) bool {
	return slices.ContainsFunc(catalog.Actions(action), func(a catalog.Action) bool { return len(a.Resources) > 0 })
}

// otherBuckets is the beginning of a bucket's name that ends in a wildcard, empty if the ARN is not one.
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
			c.add("tiers."+r.Tier, []diag.Position{r.At}, diag.Diagnostic{Rule: "no-tier", Summary: "a role is of a tier that the network does not own", Detail: fmt.Sprintf("there is no own tier %q in it", r.Tier)})
			continue
		}
		if problem := roleProblem(r.ARN); problem != "" {
			c.add("tiers."+r.Tier, []diag.Position{r.At}, diag.Diagnostic{Rule: "role", Summary: "a role's ARN is not usable", Detail: problem, Fix: `write it as in "arn:aws:iam::111122223333:role/app"`})
			continue
		}
		c.executionRole(r)
		c.m.Roles = append(c.m.Roles, r)
	}
	slices.SortStableFunc(c.m.Roles, func(a, b TierRole) int {
		return cmp.Or(strings.Compare(a.Tier, b.Tier), strings.Compare(a.ARN, b.ARN))
	})
}

// executionRole warns of a role that starts a tier's workloads and is said to be their own.
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
		c.add("tiers."+r.Tier, []diag.Position{r.At}, diag.Diagnostic{
			Severity: diag.Warning, Rule: "execution-role", Subject: c.m.Network.Subject(r.Tier + " " + r.ARN), Summary: "a role that starts workloads is among their own roles",
			Detail: fmt.Sprintf("it is there to %s, and gets what the workloads were granted as well: %s", starts[0], strings.Join(granted, ", ")),
			Fix:    "leave it out of endpoints.Roles: the profile names it; acknowledge this if tasks run with it on purpose",
		})
	}
}

// roleProblem says what is wrong with the ARN of a role or user.
func roleProblem(arn string) string {
	if strings.HasPrefix(arn, "${") {
		return ""
	}
	fields := iam.CutARN(arn)
	if fields == nil || fields[0] != "arn" || fields[2] != "iam" || !strings.HasPrefix(fields[5], "role/") && !strings.HasPrefix(fields[5], "user/") || strings.ContainsAny(arn, "*? ") || HasDynamicReference(arn) {
		return fmt.Sprintf("got %q", arn)
	}
	return ""
}
