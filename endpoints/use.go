package endpoints

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/uses"
)

// Use is a use of one or more AWS services: actions on resources. Make it with the functions of this package, such as [S3] and [Service].
// The zero Use fails synthesis.
type Use struct {
	words   string // "read s3"
	parts   []usePart
	width   uses.Width
	roles   []awsiam.IRole // empty is all roles of the tier
	starts  bool           // the roles only start workloads, as an ECS execution role does
	problem string         // the first mistake, "rule: summary"
	said    []saidUse      // the use in the words of a file
}

// usePart is a use of package uses, given by its name, or a list of needs.
type usePart struct {
	name     string
	targets  []uses.Target
	needs    []arch.Need
	unsigned bool // makes all needs of the part unsigned
}

// AsCDK returns the use with all actions that the CDK library's grant of the same name allows. The endpoint then allows everything that,
// for example, bucket.GrantRead(role) allows the role.
func (u Use) AsCDK() Use {
	u.width = uses.AsCDK
	return u
}

// For returns the use limited to the given roles, whether or not they are also passed to [Roles]. Other roles of the tier may not make
// these calls. A nil role fails synthesis.
func (u Use) For(roles ...awsiam.IRole) Use {
	u.roles = append(slices.Clone(u.roles), roles...)
	return u
}

// Unsigned returns the use for requests that do not carry the credentials of the tier's roles. Such requests are anonymous, as those to a
// public bucket of packages, or their address was signed by someone else, as that of the response of a custom resource to CloudFormation.
//
// For such requests the endpoint's policy checks neither the caller nor the owner of the resources, and roles get no statement. Name each
// resource in full, because everything in the VPC may use it.
func (u Use) Unsigned() Use {
	u.parts = slices.Clone(u.parts)
	for i := range u.parts {
		u.parts[i].unsigned = true
	}
	u.said = slices.Clone(u.said)
	for i := range u.said {
		u.said[i].unsigned = true
	}
	return u
}

// And returns a use that consists of both uses. [Use.For] and [Use.AsCDK] of either one then hold for both.
func (u Use) And(other Use) Use {
	if u.problem == "" {
		u.problem = other.problem
	}
	if u.words == "" {
		u.words = other.words
	}
	u.parts, u.said = slices.Concat(u.parts, other.parts), slices.Concat(u.said, other.said)
	u.roles, u.starts = slices.Concat(u.roles, other.roles), u.starts || other.starts
	u.width = max(u.width, other.width)
	return u
}

// needs returns what the use needs of each endpoint.
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

// of returns a use of one resource. If a customer managed key encrypts the resource, the roles also get the actions in kms on this key: the
// service calls AWS KMS on behalf of the role, and not through an endpoint of the VPC.
func of(name string, resource any, arn func() *string, kms string, keys ...string) Use {
	service, what, _ := strings.Cut(name, ".")
	u := Use{words: what + " " + service}
	if isNil(resource) {
		u.problem = "grants: the resource of the use \"" + u.words + "\" is nil; pass a construct or an endpoints.ARN"
		return u
	}
	text := arn()
	if text == nil || *text == "" {
		u.problem = "grants: the resource of the use \"" + u.words + "\" has no ARN; pass a construct or an endpoints.ARN that is not empty"
		return u
	}
	u.said = []saidUse{sayRow(name, *text, keys)}
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

// plain returns a use without a resource.
func plain(name, words string) Use {
	return Use{words: words, parts: []usePart{{name: name}}, said: []saidUse{sayRow(name, "", nil)}}
}

// The actions on a customer managed key that a role needs when a service reads or writes encrypted data on its behalf.
const (
	reads  = "kms:Decrypt"
	writes = "kms:Decrypt kms:GenerateDataKey"
)

// ServiceUse is a use of a service under construction. Complete it with [ServiceUse.Actions] and [ServiceUse.On].
type ServiceUse struct {
	name    string
	actions []string
}

// Service begins a use of any service with a VPC endpoint, given by the short name of the endpoint: "xray", "ecr.api". Name actions and
// then resources:
//
//	endpoints.Service("xray").Actions("PutTraceSegments").On("*")
func Service(name string) ServiceUse { return ServiceUse{name: name} }

// Actions adds actions, with or without the service's prefix: "PutTraceSegments", "xray:Get*".
func (s ServiceUse) Actions(actions ...string) ServiceUse {
	s.actions = append(slices.Clone(s.actions), actions...)
	return s
}

// On returns the use of the actions on resources, given as ARNs with the wildcards * and ?. Actions that act on no resource take "*".
func (s ServiceUse) On(arns ...string) Use {
	need := arch.Need{Service: s.name, Gateway: s.name == "s3" || s.name == "dynamodb" || s.name == "s3express", Resources: arns}
	prefix := iamPrefix(s.name)
	for _, a := range s.actions {
		if !strings.Contains(a, ":") && prefix != "" {
			a = prefix + ":" + a
		}
		need.Actions = append(need.Actions, a)
	}
	return Use{
		words: fmt.Sprintf("use %s", s.name), parts: []usePart{{needs: []arch.Need{need}}},
		said: []saidUse{{verb: "call", rest: []string{s.name, strings.Join(s.actions, ", ")}, arns: arns}},
	}
}
