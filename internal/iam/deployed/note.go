package deployed

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/iam"
)

// Notes returns notes about calls that do not go through the endpoint although its service's name suggests it.
func (d Endpoint) Notes() []string {
	region := cmp.Or(d.Region, "its Region")
	switch {
	case d.Service == "sts" || d.Service == "sts-fips":
		return []string{"sts.amazonaws.com, the global name of AWS STS, does not lead here: calls take the name of " + region +
			", as SDKs do with AWS_STS_REGIONAL_ENDPOINTS=regional"}
	case d.Service == "s3" || d.Service == "s3express":
		return []string{"it leads to buckets of " + region + " alone: calls on buckets of other Regions take another way"}
	case d.Gateway && d.Service == "dynamodb":
		return []string{"it leads to tables of " + region + " alone: calls on tables and replicas of other Regions take another way"}
	case d.Service == "cloudformation":
		return d.signalNotes()
	}
	return nil
}

// signalNotes returns notes about calls of cfn-init and cfn-signal that a policy about principals may stop.
func (d Endpoint) signalNotes() []string {
	bucket := "cloudformation-waitcondition-" + cmp.Or(d.Region, "REGION")
	out := []string{"a signal to a wait condition goes to Amazon S3, to a signed address of the bucket " + bucket}
	limited := slices.ContainsFunc(d.Policy.Statements, func(s iam.Statement) bool {
		return s.Effect == iam.Allow && (!s.Principal.IsEverybody() || slices.ContainsFunc(s.Conditions, func(c iam.Condition) bool {
			return strings.HasPrefix(strings.ToLower(c.Key), "aws:principal")
		}))
	})
	if limited {
		out = append(out, "cfn-init and cfn-signal sign with the instance's identity document, and not as its role, unless they are called with "+
			"--role: statements about principals do not let that through")
	}
	return out
}
