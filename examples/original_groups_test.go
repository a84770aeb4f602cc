package examples

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// original lists the rules of the original template, in its order, with its descriptions.
var original = []string{
	"Web in tcp 443-443 LoadBalancer: HTTPS from load balancer only",
	"Web in tcp 22-22 Bastion: SSH from bastion host only",
	"Web out tcp 8080-8080 App: Application port from web tier", // there: Application tier access
	"Web out tcp 443-443 0.0.0.0/0: HTTPS outbound for updates",
	"Web out tcp 53-53 0.0.0.0/0: DNS resolution",
	"Web out udp 53-53 0.0.0.0/0: DNS resolution",
	"App in tcp 8080-8080 Web: Application port from web tier",
	"App in tcp 22-22 Bastion: SSH from bastion host only",
	"App out tcp 3306-3306 Database: MySQL from application tier", // there: MySQL database access
	"App out tcp 6379-6379 Cache: Redis cache access",
	"App out tcp 443-443 0.0.0.0/0: HTTPS for external API calls",
	"Database in tcp 3306-3306 App: MySQL from application tier",
	"Database in tcp 22-22 Bastion: SSH from bastion host only",
}

// mirrors lists the other sides of those rules that the original has in groups that it does not show.
var mirrors = []string{
	"LoadBalancer out tcp 443-443 Web: HTTPS from load balancer only",
	"Bastion out tcp 22-22 Web: SSH from bastion host only",
	"Bastion out tcp 22-22 App: SSH from bastion host only",
	"Bastion out tcp 22-22 Database: SSH from bastion host only",
	"Cache in tcp 6379-6379 App: Redis cache access",
}

// outerEnds lists the rules where traffic enters. The original does not show them.
var outerEnds = []string{
	"LoadBalancer in tcp 443-443 0.0.0.0/0: HTTPS from the internet",
	"Bastion in tcp 22-22 203.0.113.0/24: SSH from the administrators network",
}

func noops() []string {
	var out []string
	for _, tier := range []string{"LoadBalancer", "Web", "App", "Database", "Cache", "Bastion"} {
		out = append(out, tier+" out icmp 252-86 255.255.255.255/32: Matches nothing: keeps the default egress rule away")
	}
	return out
}

// TestOriginalGroups: the security groups of Example 1 have the rules of the original and no others.
func TestOriginalGroups(t *testing.T) {
	got := rules(t, one(t, "layered-security-groups"))
	want := slices.Concat(original, mirrors, outerEnds, noops())
	slices.Sort(want)
	assert.Equal(t, strings.Join(want, "\n"), strings.Join(got, "\n"))
	assert.Len(t, slices.Compact(slices.Clone(got)), len(got), "a rule is there twice")
}

// TestOriginalTags: the groups have the tags of the original.
func TestOriginalTags(t *testing.T) {
	for tier, want := range map[string][2]string{
		"Web": {"Web-Tier-SG", "Web"}, "App": {"App-Tier-SG", "Application"}, "Database": {"Database-Tier-SG", "Database"},
	} {
		found := false
		for _, r := range resources(t, one(t, "layered-security-groups")) {
			if r.Type == "AWS::EC2::SecurityGroup" && r.tag("Tier") == tier {
				found = true
				assert.Equal(t, want, [2]string{r.tag("Name"), r.tag("Layer")}, tier)
			}
		}
		assert.True(t, found, tier)
	}
}

type resource struct {
	Type       string
	Properties struct {
		rule
		SecurityGroupIngress, SecurityGroupEgress []rule
		GroupID                                   any `json:"GroupId"`
		Tags                                      []struct{ Key, Value string }
	}
}

func (r resource) tag(key string) string {
	for _, t := range r.Properties.Tags {
		if t.Key == key {
			return t.Value
		}
	}
	return ""
}

type rule struct {
	IPProtocol, Description                           string
	FromPort, ToPort                                  int
	CidrIP                                            string
	SourceSecurityGroupID, DestinationSecurityGroupID any
}

func resources(t *testing.T, template string) map[string]resource {
	t.Helper()
	var out struct{ Resources map[string]resource }
	require.NoError(t, json.Unmarshal([]byte(template), &out))
	return out.Resources
}

// rules returns every rule of the template, inline or standalone, in the form of the tables above.
func rules(t *testing.T, template string) []string {
	t.Helper()
	parsed := resources(t, template)
	names := map[string]string{}
	for id, r := range parsed {
		if r.Type == "AWS::EC2::SecurityGroup" {
			names[fmt.Sprint([]any{id, "GroupId"})] = r.tag("Tier")
		}
	}
	name := func(reference any) string {
		m, ok := reference.(map[string]any)
		require.True(t, ok, reference)
		known, ok := names[fmt.Sprint(m["Fn::GetAtt"])]
		require.True(t, ok, reference)
		return known
	}
	spell := func(group, direction string, r rule) string {
		peer := r.CidrIP
		switch {
		case r.SourceSecurityGroupID != nil:
			peer = name(r.SourceSecurityGroupID)
		case r.DestinationSecurityGroupID != nil:
			peer = name(r.DestinationSecurityGroupID)
		}
		return fmt.Sprintf("%s %s %s %d-%d %s: %s", group, direction, r.IPProtocol, r.FromPort, r.ToPort, peer, r.Description)
	}
	var out []string
	for _, r := range parsed {
		switch r.Type {
		case "AWS::EC2::SecurityGroup":
			for _, i := range r.Properties.SecurityGroupIngress {
				out = append(out, spell(r.tag("Tier"), "in", i))
			}
			for _, e := range r.Properties.SecurityGroupEgress {
				out = append(out, spell(r.tag("Tier"), "out", e))
			}
		case "AWS::EC2::SecurityGroupIngress":
			out = append(out, spell(name(r.Properties.GroupID), "in", r.Properties.rule))
		case "AWS::EC2::SecurityGroupEgress":
			out = append(out, spell(name(r.Properties.GroupID), "out", r.Properties.rule))
		}
	}
	slices.Sort(out)
	return out
}
