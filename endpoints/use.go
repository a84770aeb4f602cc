package endpoints

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/uses"
)

// Use is a use of AWS services: actions on resources. Make it with the functions of this package; the zero Use is none.
type Use struct {
	words   string // "read s3"
	parts   []usePart
	width   uses.Width
	roles   []awsiam.IRole
	starts  bool
	problem string
}

// usePart is a use of the vocabulary, or needs that are stated.
type usePart struct {
	name    string
	targets []uses.Target
	needs   []arch.Need
	// unsigned is said of all that the part needs of endpoints.
	unsigned bool
}

// AsCDK is the same use with all actions that the CDK library's grant of that name gives, so that the endpoint lets through whatever
// bucket.GrantRead(role) let the role do.
func (u Use) AsCDK() Use {
	u.width = uses.AsCDK
	return u
}

// For limits the use to some of the tier's roles: it is for these alone, be they named with Roles or not.
func (u Use) For(roles ...awsiam.IRole) Use {
	u.roles = append(slices.Clone(u.roles), roles...)
	return u
}

// Unsigned is the same use by requests that come without credentials of the tier's roles: with an address that somebody else signed, as
// the answers of custom resources to CloudFormation's bucket, or anonymously, as to a bucket of packages. The endpoint's policy then asks
// neither who calls nor whose the resources are, and roles get no statement. Name the resources whole: whoever is in the VPC may use
// them.
func (u Use) Unsigned() Use {
	u.parts = slices.Clone(u.parts)
	for i := range u.parts {
		u.parts[i].unsigned = true
	}
	return u
}

// And joins two uses into one.
func (u Use) And(other Use) Use {
	if u.problem == "" {
		u.problem = other.problem
	}
	if u.words == "" {
		u.words = other.words
	}
	u.parts = slices.Concat(u.parts, other.parts)
	u.roles, u.starts = slices.Concat(u.roles, other.roles), u.starts || other.starts
	u.width = max(u.width, other.width)
	return u
}

// needs is what the use needs of each endpoint.
func (u Use) needs() []arch.Need {
	var out []arch.Need
	for _, p := range u.parts {
		needs := p.needs
		if p.name != "" {
			needs = slices.Concat(needs, uses.Needs(p.name, u.width, p.targets...))
		}
		for _, n := range needs {
			n.Unsigned = n.Unsigned || p.unsigned
			out = append(out, n)
		}
	}
	return out
}

// of is a use of one resource, whose key the role may use where the service calls AWS KMS in its name: such calls do not come through an
// endpoint of ours.
func of(name string, resource any, arn func() *string, kms string, keys ...string) Use {
	service, what, _ := strings.Cut(name, ".")
	u := Use{words: what + " " + service}
	if isNil(resource) {
		u.problem = "grants: the resource to " + u.words + " is nil"
		return u
	}
	text := arn()
	if text == nil || *text == "" {
		u.problem = "grants: the resource to " + u.words + " has no ARN"
		return u
	}
	p := usePart{name: name}
	if len(keys) == 0 {
		keys = []string{""}
	}
	for _, k := range keys {
		p.targets = append(p.targets, uses.Target{ARN: *text, Keys: k})
	}
	u.parts = []usePart{p}
	if key := keyOf(resource); key != nil && kms != "" {
		u.parts = append(u.parts, usePart{needs: []arch.Need{{Actions: strings.Fields(kms), Resources: []string{*key.KeyArn()}}}})
	}
	return u
}

// plain is a use of no resource.
func plain(name, words string) Use {
	return Use{words: words, parts: []usePart{{name: name}}}
}

// What a role may do with a customer's key where a service reads or writes in its name.
const (
	reads  = "kms:Decrypt"
	writes = "kms:Decrypt kms:GenerateDataKey"
)

// ServiceUse is a service by its endpoint's short name, for which actions are to be named.
type ServiceUse struct {
	name    string
	actions []string
}

// Service is any service with a VPC endpoint, by its short name: "xray", "ecr.api". Name actions, and then resources:
// Service("xray").Actions("PutTraceSegments").On("*").
func Service(name string) ServiceUse { return ServiceUse{name: name} }

// Actions are the actions, with or without the service's prefix: "PutTraceSegments", "xray:Get*".
func (s ServiceUse) Actions(actions ...string) ServiceUse {
	s.actions = append(slices.Clone(s.actions), actions...)
	return s
}

// On are the resources, as ARNs with * and ?, or "*" for actions that are for no resource.
func (s ServiceUse) On(arns ...string) Use {
	need := arch.Need{Service: s.name, Gateway: s.name == "s3" || s.name == "dynamodb" || s.name == "s3express", Resources: arns}
	prefix := iamPrefix(s.name)
	for _, a := range s.actions {
		if !strings.Contains(a, ":") && prefix != "" {
			a = prefix + ":" + a
		}
		need.Actions = append(need.Actions, a)
	}
	return Use{words: fmt.Sprintf("use %s", s.name), parts: []usePart{{needs: []arch.Need{need}}}}
}
