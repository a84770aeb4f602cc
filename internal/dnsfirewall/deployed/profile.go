package deployed

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/dnsfirewall"
)

// ofProfiles returns unknown rule groups for the Route 53 profiles that a VPC is associated with, because a profile may bring rule groups
// along. A profile of the templates brings one only if they say so.
func ofProfiles(a *cfn.Assembly, vpc VPC) []Group {
	var out []Group
	for r := range a.OfType("AWS::Route53Profiles::ProfileAssociation") {
		is, maybe := vpc(r.Get("ResourceId"))
		if profile := r.Get("ProfileId"); (is || maybe) && mayFilter(a, profile) {
			out = append(out, Group{dnsfirewall.Group{
				Name: r.String(), Unknown: fmt.Sprintf("the Route 53 profile %s may bring a DNS firewall rule group along [%s]", profile, where(r)),
			}, r})
		}
	}
	return out
}

// mayFilter reports whether a profile may bring a rule group along.
func mayFilter(a *cfn.Assembly, profile cfn.Value) bool {
	if profile.Kind != cfn.Reference {
		return true // Somebody else made the profile.
	}
	for r := range a.OfType("AWS::Route53Profiles::ProfileResourceAssociation") {
		of := r.Get("ProfileId")
		if of.Kind == cfn.Reference && of.Resource != profile.Resource {
			continue
		}
		what := r.Get("ResourceArn")
		if text, ok := what.Literal(); ok && !strings.Contains(text, ":firewall-rule-group/") {
			continue
		}
		if what.Kind == cfn.Reference && what.Resource.Type != groupType {
			continue
		}
		return true
	}
	return false
}
