package endpoints

import (
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/calls"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/uses"
	"github.com/tierwall/tierwall/internal/wiring"
)

// saidUse is a part of a use in the words of architecture.yaml. The network keeps the words for the command "tierwall export".
type saidUse struct {
	verb     string
	resource string // an ARN or a CDK token; empty if the verb takes none
	kind     string // of the resource
	rest     []string
	arns     []string // of call
	others   []saidResource
	fargate  bool // others are what tasks on Fargate need
	unsigned bool
}

type saidResource struct{ arn, kind string }

// sayRow returns the words of a row of package uses. Its first verb counts; functions that have a verb of their own replace the words.
func sayRow(row, arn string, rest []string) saidUse {
	i := slices.IndexFunc(document.Verbs, func(v document.Verb) bool { return v.Row == row })
	if i < 0 {
		return saidUse{resource: arn}
	}
	v := document.Verbs[i]
	s := saidUse{verb: v.Name, resource: arn, kind: v.Type}
	if v.Rest == document.ARN {
		s.resource, s.rest = "", []string{arn}
	} else if len(rest) > 0 {
		s.rest = slices.DeleteFunc(slices.Clone(rest), func(key string) bool { return key == "" })
	}
	return s
}

// inFile writes ARNs that another stack exports as imports. It returns false if a text has another CDK token.
func (s *saidUse) inFile(n *wiring.Network) bool {
	isARN := slices.ContainsFunc(document.Verbs, func(v document.Verb) bool { return v.Name == s.verb && v.Rest == document.ARN })
	var known [2]bool
	s.arns, known[0] = n.AllInFile(s.arns)
	if !isARN {
		return known[0] && !slices.ContainsFunc(s.rest, arch.IsToken)
	}
	s.rest, known[1] = n.AllInFile(s.rest)
	return known[0] && known[1]
}

// sayAsOne replaces the words of u, from the part with an index on, by one verb with their resources.
func (u *Use) sayAsOne(verb, kind string, from int) {
	one := saidUse{verb: verb}
	for _, s := range u.said[min(from, len(u.said)):] {
		one.others = append(one.others, saidResource{s.resource, kind})
	}
	u.said = []saidUse{one}
}

func packageWords(of []Packager) []string {
	var out []string
	for _, p := range of {
		for word, name := range document.PackageNames {
			if name.Row == string(p) {
				out = append(out, word)
			}
		}
	}
	return out
}

// record keeps the words of u in the network of a tier. roles are the ARNs of u's roles.
func (u Use) record(t *wiring.Tier, roles []string, at diag.Position) {
	c := t.Network().Calls()
	for _, s := range u.said {
		known := s.inFile(t.Network())
		out := document.Use{Use: s.words(c), AsCDK: u.width == uses.AsCDK, Unsigned: s.unsigned, At: at}
		for _, arn := range roles {
			out.For = append(out.For, c.Resource(arn, "role"))
		}
		if s.fargate {
			out.Fargate = s.needs(c)
			if u.starts && len(out.For) > 0 {
				out.Fargate.ExecutionRole, out.For = out.For[0], out.For[1:]
			}
		}
		if s.verb == "" && !s.fargate || !known {
			c.Cannot(at, "a use of "+t.ID()+" names a value that only CDK knows ("+u.words+"); call Grant in workloads.go")
			continue
		}
		c.Uses = append(c.Uses, calls.Use{Tier: t.ID(), Use: out})
	}
}

// words returns the words in one line, with marks for the resources.
func (s saidUse) words(c *calls.Calls) string {
	if s.fargate {
		return ""
	}
	words := []string{s.verb}
	if s.resource != "" {
		words = append(words, c.Resource(s.resource, s.kind))
	}
	words = append(words, s.rest...)
	if len(s.arns) > 0 {
		words = append(words, "on", strings.Join(s.arns, ", "))
	}
	for _, o := range s.others {
		words = append(words, c.Resource(o.arn, o.kind))
	}
	return strings.Join(words, " ")
}

// needs returns what tasks on Fargate need.
func (s saidUse) needs(c *calls.Calls) *document.Fargate {
	out := &document.Fargate{}
	lists := map[string]*[]string{"repository": &out.Images, "log-group": &out.Logs, "secret": &out.Secrets, "parameter": &out.Parameters}
	for _, o := range s.others {
		if list, ok := lists[o.kind]; ok {
			*list = append(*list, c.Resource(o.arn, o.kind))
		}
	}
	return out
}

func recordRole(t *wiring.Tier, arn string, at diag.Position) {
	c := t.Network().Calls()
	c.Roles = append(c.Roles, calls.Role{Tier: t.ID(), Role: c.Resource(arn, "role"), At: at})
}

// recordRestriction keeps in the network that a resource is reached only from there.
func recordRestriction(n *wiring.Network, resource any, exempt []string, at diag.Position) {
	c := n.Calls()
	exempt, ok := n.AllInFile(exempt)
	if !ok {
		c.Cannot(at, "a principal that OnlyFrom exempts is known only to CDK; call OnlyFrom in workloads.go")
		return
	}
	switch r := resource.(type) {
	case Bucket:
		c.OnlyFrom(*r.BucketArn(), "bucket", exempt, at)
	case Queue:
		c.OnlyFrom(*r.QueueArn(), "queue", exempt, at)
	case Topic:
		c.OnlyFrom(*r.TopicArn(), "topic", exempt, at)
	case SecretValue:
		c.OnlyFrom(*r.SecretArn(), "secret", exempt, at)
	case Table:
		c.OnlyFrom(*r.TableArn(), "table", exempt, at)
	}
}

// recordStatements keeps in the network that an imported role has got statements: the policy is its child. It gets none in a generated app.
func (m *maker) recordStatements(role awsiam.IRole) {
	if m.looked[role] {
		return
	}
	m.looked[role] = true // Each question to CDK is a call to another process.
	if arch.IsToken(*role.RoleArn()) || len(*role.Node().Children()) == 0 {
		return
	}
	what := "the imported role " + *role.Node().Path() + " gets statements for its grants, but not in a generated app; " +
		"allow the calls in the role"
	c := m.net.Calls()
	if !slices.ContainsFunc(c.Unsaid, func(u calls.Unsaid) bool { return u.What == what }) {
		c.Cannot(diag.Position{}, what)
	}
}
