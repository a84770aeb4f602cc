package document

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/uses"
)

// archGrant returns a use in the model's terms.
func (d *Document) archGrant(tier string, u Use, e Environment) arch.Grant {
	out := arch.Grant{Tier: tier, At: u.At}
	n := needs{d: d, e: e}
	if u.AsCDK {
		n.width = uses.AsCDK
	}
	if u.Fargate != nil {
		out.Use, out.Needs = "start on fargate", n.fargate(u.Fargate)
		if role := u.Fargate.ExecutionRole; role != "" {
			out.Roles, out.Starts = []string{d.arn(role, e)}, true
		}
	} else if words, err := d.ReadUse(u.Use); err == nil {
		out.Use, out.Needs = words.Verb.Words, n.of(words)
		if words.Verb.Rest == Call {
			out.Use += " " + words.Service
		}
	}
	for _, role := range u.For {
		out.Roles = append(out.Roles, d.arn(role, e))
	}
	for i := range out.Needs {
		out.Needs[i].Unsigned = out.Needs[i].Unsigned || u.Unsigned
	}
	return out
}

// needs finds what uses need.
type needs struct {
	d     *Document
	e     Environment
	width uses.Width
}

// row returns the needs of a row of package uses for some resources: names or ARNs.
func (n needs) row(name string, resources ...string) []arch.Need {
	var targets []uses.Target
	for _, r := range resources {
		targets = append(targets, uses.Target{ARN: n.d.arn(r, n.e)})
	}
	return uses.Needs(name, n.width, targets...)
}

// each returns the needs of a row for each of some resources.
func (n needs) each(name string, resources []string) []arch.Need {
	var out []arch.Need
	for _, r := range resources {
		out = append(out, n.row(name, r)...)
	}
	return out
}

// of returns the needs of a use in words.
func (n needs) of(u UseWords) []arch.Need {
	switch u.Verb.Rest {
	case Call:
		return []arch.Need{call(u, n.e)}
	case Things:
		return []arch.Need{describe(u.Rest)}
	case Keys:
		return n.keys(u)
	case Secrets:
		return n.each("secretsmanager.read", u.Rest)
	case LogGroups:
		return append(n.row(u.Verb.Row), n.each("lambda.logs", u.Rest)...)
	case Packages:
		return n.packages(u)
	case ARN:
		return n.row(u.Verb.Row, u.Rest[0])
	case OneSecret:
		secret := arch.Need{Actions: []string{"secretsmanager:GetSecretValue"}, Resources: []string{n.d.arn(u.Rest[0], n.e)}}
		return append(n.row(u.Verb.Row, u.Resource), secret)
	}
	if u.Verb.Type == "" {
		return n.row(u.Verb.Row)
	}
	if u.Verb.Type == "model" {
		return uses.Needs(u.Verb.Row, n.width, models(n.d.arn(u.Resource, n.e))...)
	}
	return n.row(u.Verb.Row, u.Resource)
}

func (n needs) keys(u UseWords) []arch.Need {
	keys := u.Rest
	if len(keys) == 0 {
		keys = []string{""}
	}
	var targets []uses.Target
	for _, k := range keys {
		targets = append(targets, uses.Target{ARN: n.d.arn(u.Resource, n.e), Keys: k})
	}
	return uses.Needs(u.Verb.Row, n.width, targets...)
}

func (n needs) packages(u UseWords) []arch.Need {
	var out []arch.Need
	if u.Verb.Row != "" {
		out = n.row(u.Verb.Row)
	}
	for _, word := range u.Rest {
		out = append(out, n.row(PackageNames[word].Row)...)
	}
	return out
}

func (n needs) fargate(f *Fargate) []arch.Need {
	return slices.Concat(n.each("ecr.pull", f.Images), n.each("logs.write", f.Logs), n.each("secretsmanager.read", f.Secrets),
		n.each("ssm.read", f.Parameters))
}

// inferenceProfile matches the ARN of an inference profile of AWS's own, which also needs the model that its name ends with.
var inferenceProfile = lazyregexp.New(`^arn:([a-z-]+):bedrock:[a-z0-9-]+:\d{12}:inference-profile/[a-z-]+\.(.+)$`)

func models(arn string) []uses.Target {
	out := []uses.Target{{ARN: arn}}
	if m := inferenceProfile.FindStringSubmatch(arn); m != nil {
		out = append(out, uses.Target{ARN: "arn:" + m[1] + ":bedrock:*::foundation-model/" + m[2]})
	}
	return out
}

func describe(things []string) arch.Need {
	out := arch.Need{Service: "ec2", Resources: []string{"*"}}
	if len(things) == 0 {
		things = []string{"Instances"}
	}
	for _, t := range things {
		out.Actions = append(out.Actions, "ec2:Describe"+t)
	}
	return out
}

func call(u UseWords, e Environment) arch.Need {
	gateway := slices.Contains(catalog.GatewayServices(), u.Service)
	out := arch.Need{Service: u.Service, Gateway: gateway}
	prefix := u.Service
	if !gateway {
		endpoint, _ := catalog.EndpointNamed(u.Service)
		prefix = endpoint.IAM
	}
	for _, action := range u.Actions {
		if !strings.Contains(action, ":") && prefix != "" {
			action = prefix + ":" + action
		}
		out.Actions = append(out.Actions, action)
	}
	for _, arn := range u.ARNs {
		out.Resources = append(out.Resources, e.resolve(arn))
	}
	return out
}

// port returns a port of a listener's protocol as a service.
func port(protocol string, number int) string {
	text := strconv.Itoa(number)
	if protocol == "tcp-and-udp" {
		return "tcp/" + text + ",udp/" + text
	}
	return protocol + "/" + text
}
