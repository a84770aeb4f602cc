package importer

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/uses"
)

// useWriter writes what a tier may do as uses: first in the words of verbs, the rest as calls.
type useWriter struct {
	*importer
	tier *tier
	*allowance
	said     map[*endpoint]iam.Policy // what the uses say already
	unsigned []saidUnsigned
	out      []document.Use
}

// uses returns the uses.
func (w *useWriter) uses() []document.Use {
	w.said = map[*endpoint]iam.Policy{}
	for _, v := range document.Verbs {
		switch {
		case v.Row == "" || v.Name == "auto-scaling-group" || v.Rest == document.LogGroups || v.Rest == document.OneSecret:
		case v.Type != "":
			w.onResources(v)
		case v.Rest == document.ARN:
			w.onARNs(v)
		default:
			w.try(v, v.Name, uses.Target{})
		}
	}
	w.packages()
	w.calls()
	return w.out
}

// packages says which repositories of packages the tier reads.
func (w *useWriter) packages() {
	for _, word := range []string{"al2023", "al2", "patch-manager", "cloudwatch-agent", "codedeploy-agents"} {
		needs := uses.Needs(document.PackageNames[word].Row, uses.Minimal)
		w.add(document.Use{Use: "packages " + word}, needs)
	}
}

// bases returns the resources that the texts of policies begin with, each with the keys that follow it.
func (w *useWriter) bases() (out [][2]string) {
	add := func(base, keys string) {
		if pair := [2]string{base, keys}; base != "" && !slices.Contains(out, pair) {
			out = append(out, pair)
		}
	}
	for _, e := range w.endpointsFound {
		for _, s := range w.policies[e].Statements {
			for _, r := range s.Resources {
				end := len(r)
				if after, isBucket := strings.CutPrefix(r, "arn:aws:s3:::"); isBucket {
					end = len(r) - len(after) + len(firstPart(after))
				} else if strings.HasPrefix(r, "${") {
					end = strings.IndexByte(r, '}') + 1
				}
				if base, rest := r[:end], r[end:]; strings.HasPrefix(rest, "/") && e.Service == "s3" {
					add(base, rest[1:])
				} else if rest == "" {
					add(base, "")
				}
				for _, ending := range []string{"/index/*", ":*", "/stream/*"} {
					if base, ok := strings.CutSuffix(r, ending); ok {
						add(base, "")
					}
				}
			}
		}
	}
	return out
}

func firstPart(text string) string {
	before, _, _ := strings.Cut(text, "/")
	return before
}

// onResources tries a verb on each resource.
func (w *useWriter) onResources(v document.Verb) {
	for _, b := range w.bases() {
		base, keys := b[0], b[1]
		if keys != "" && v.Rest != document.Keys || strings.ContainsAny(keys, " \t") {
			continue
		}
		words := v.Name + " " + base
		if keys != "" && keys != "*" {
			words += " " + keys
		}
		w.try(v, words, uses.Target{ARN: base, Keys: keys})
	}
}

// onARNs tries a verb that an ARN follows.
func (w *useWriter) onARNs(v document.Verb) {
	for _, b := range w.bases() {
		if arn, ok := literal(b[0]); ok && arn != "*" {
			w.try(v, v.Name+" "+arn, uses.Target{ARN: b[0]})
		}
	}
}

// try adds a use if the policies allow all that it needs, and if that is not said yet.
func (w *useWriter) try(v document.Verb, words string, target uses.Target) {
	for _, width := range []uses.Width{uses.AsCDK, uses.Minimal} {
		needs := uses.Needs(v.Row, width, target)
		wide := width == uses.AsCDK && !slices.EqualFunc(needs, uses.Needs(v.Row, uses.Minimal, target), func(a, b arch.Need) bool {
			return slices.Equal(a.Actions, b.Actions) && slices.Equal(a.Resources, b.Resources)
		})
		if w.allows(needs) {
			u := document.Use{Use: words, AsCDK: wide}
			if v.Type != "" {
				name, ok := w.resource(target.ARN, v.Type)
				if !ok {
					return
				}
				u.Use = strings.Replace(words, target.ARN, name, 1)
			}
			w.add(u, needs)
			return
		}
	}
}

// allows reports whether policies allow all that some needs are, and something of it that is not said yet.
func (w *useWriter) allows(needs []arch.Need) bool {
	fresh := false
	for _, n := range needs {
		if n.Service == "" {
			continue
		}
		e := w.endpointOf(n.Service, n.Gateway)
		if e == nil || n.Unsigned != w.everybody && !w.isOpenTo(e, n) || !slices.Contains(w.callersOf(e), w.tier) {
			return false
		}
		asked := iam.Policy{Statements: []iam.Statement{w.plainStatement(iam.Statement{Actions: n.Actions, Resources: n.Resources})}}
		if n.Unsigned == w.everybody {
			if e.isFull() || len(asked.Beyond(w.policies[e])) > 0 {
				return false
			}
			fresh = fresh || len(asked.Beyond(w.said[e])) > 0
		}
	}
	return fresh
}

// isOpenTo reports whether another part of an endpoint's policy lets everybody do what an unsigned need is.
func (w *useWriter) isOpenTo(e *endpoint, n arch.Need) bool {
	if !n.Unsigned {
		return false
	}
	everybody := iam.Policy{}
	for _, s := range e.Policy.Statements {
		if s.Effect == iam.Allow && s.Principal.IsEverybody() && len(s.Conditions) == 0 {
			everybody.Statements = append(everybody.Statements, w.plainStatement(s))
		}
	}
	asked := iam.Policy{Statements: []iam.Statement{w.plainStatement(iam.Statement{Actions: n.Actions, Resources: n.Resources})}}
	return len(asked.Beyond(everybody)) == 0
}

// add adds a use, if the policies allow what it needs.
func (w *useWriter) add(u document.Use, needs []arch.Need) {
	if !w.allows(needs) {
		return
	}
	u.Unsigned = w.everybody && !isUnsigned(needs)
	w.out = append(w.out, u)
	w.say(needs)
}

func isUnsigned(needs []arch.Need) bool {
	return !slices.ContainsFunc(needs, func(n arch.Need) bool { return n.Service != "" && !n.Unsigned })
}

// say records what the uses say, and what comes along unsigned for the other uses of the tier.
func (w *useWriter) say(needs []arch.Need) {
	for _, n := range needs {
		e := w.endpointOf(n.Service, n.Gateway)
		if e == nil {
			continue
		}
		s := w.plainStatement(iam.Statement{Actions: n.Actions, Resources: n.Resources})
		if n.Unsigned == w.everybody {
			p := w.said[e]
			p.Statements = append(p.Statements, s)
			w.said[e] = p
		} else {
			w.unsigned = append(w.unsigned, saidUnsigned{e, s})
		}
	}
}

// saidUnsigned is what a use lets everybody do at an endpoint.
type saidUnsigned struct {
	endpoint  *endpoint
	statement iam.Statement
}

// calls says the rest as calls of actions on ARNs.
func (w *useWriter) calls() {
	for _, e := range w.endpointsFound {
		if !slices.Contains(w.callersOf(e), w.tier) {
			continue
		}
		if w.everybody {
			for _, u := range w.unsigned {
				if u.endpoint == e {
					p := w.said[e]
					p.Statements = append(p.Statements, u.statement)
					w.said[e] = p
				}
			}
		}
		for _, s := range w.policies[e].Statements {
			w.rest(e, s)
		}
	}
}

// rest says what is left of a statement.
func (w *useWriter) rest(e *endpoint, s iam.Statement) {
	if e.isFull() {
		w.call(e, "*", []string{"*"})
		return
	}
	byActions := map[string][]string{}
	var order []string
	for _, r := range s.Resources {
		var actions []string
		for _, a := range s.Actions {
			one := iam.Policy{Statements: []iam.Statement{{
				Effect: iam.Allow, Principal: iam.Everybody(), Actions: []string{a}, Resources: []string{r},
			}}}
			if known, ok := catalog.ActionNamed(a); ok && r != "*" && !iam.IsFor(known, r) {
				continue // It never matches.
			}
			if len(one.Beyond(w.said[e])) > 0 {
				actions = append(actions, a)
			}
		}
		if len(actions) == 0 {
			continue
		}
		arn, ok := literal(r)
		if !ok {
			w.unsaid(e.Resource, "PolicyDocument", "what %s may do with %.120q is not in the file, because no verb says it: %.160s; with its ARN, "+
				"write `call %s ACTION on ARN`", w.tier.id, r, strings.Join(actions, ", "), e.Service)
			continue
		}
		key := strings.Join(actions, ", ")
		if byActions[key] == nil {
			order = append(order, key)
		}
		byActions[key] = append(byActions[key], arn)
	}
	for _, actions := range order {
		w.call(e, actions, byActions[actions])
	}
}

// call says actions on ARNs.
func (w *useWriter) call(e *endpoint, actions string, arns []string) {
	prefix := iamPrefix(e)
	list := strings.Split(actions, ", ")
	for n, a := range list {
		if short, ok := strings.CutPrefix(a, prefix+":"); ok {
			list[n] = short
		}
		if strings.ContainsAny(a, " \t\r\n,") {
			w.unsaid(e.Resource, "PolicyDocument", "the action %.80q of the policy of %s is none", a, e.Resource.ID)
			return
		}
	}
	text := "call " + e.Service + " " + strings.Join(list, ", ") + " on " + strings.Join(arns, ", ")
	if things, ok := described(list); ok && e.Service == "ec2" && slices.Equal(arns, []string{"*"}) {
		text = "describe-ec2 " + strings.Join(things, " ")
	}
	w.out = append(w.out, document.Use{Use: text, Unsigned: w.everybody})
	if w.everybody {
		w.unsaid(e.Resource, "PolicyDocument", "the policy of %s holds nobody in the VPC to a role or to the account: `unsigned` of a use of "+
			"%s keeps it so",
			e.Resource.ID, w.tier.id)
	}
}

// iamPrefix returns the prefix of the actions of an endpoint's service.
func iamPrefix(e *endpoint) string {
	if known, ok := catalog.EndpointNamed(e.Service); ok && !e.Gateway && known.IAM != "" {
		return known.IAM
	}
	return e.Service
}

// described returns the things of actions that describe EC2.
func described(actions []string) ([]string, bool) {
	var out []string
	for _, a := range actions {
		thing, ok := strings.CutPrefix(a, "Describe")
		if !ok || thing == "" || thing[0] < 'A' || thing[0] > 'Z' || strings.Trim(thing, letters) != "" {
			return nil, false
		}
		out = append(out, thing)
	}
	return out, len(out) > 0
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// started joins what ECS tasks of a tier need to start into one use: their images, logs, secrets and parameters, by the execution role.
func (i *importer) started(t *tier, all []document.Use) []document.Use {
	for _, role := range i.executionRoles(t) {
		f := platform{}
		var rest []document.Use
		for _, u := range all {
			name := ""
			if len(u.For) == 1 {
				name = u.For[0]
			}
			if r := i.symbolResource(name); r == nil || r != role || !f.take(i.doc, u) {
				rest = append(rest, u)
				continue
			}
			f.ExecutionRole = name
		}
		if len(f.Images) > 0 {
			rest = append(rest, document.Use{Fargate: &f.Fargate})
			all = rest
		}
	}
	return all
}

// platform collects what a platform needs to start workloads.
type platform struct{ document.Fargate }

// take adds a use. It returns false if the use is of another kind.
func (p *platform) take(d *document.Document, u document.Use) bool {
	words, err := d.ReadUse(u.Use)
	if err != nil || u.AsCDK || u.Unsigned {
		return false
	}
	into := map[string]*[]string{
		"pull repository": &p.Images, "write log-group": &p.Logs, "read secret": &p.Secrets, "read parameter": &p.Parameters,
	}[words.Verb.Name+" "+words.Verb.Type]
	if into == nil {
		return false
	}
	*into = append(*into, words.Resource)
	return true
}

// executionRoles returns the roles with which ECS starts the tasks of a tier.
func (i *importer) executionRoles(t *tier) []*cfn.Resource {
	var out []*cfn.Resource
	for _, m := range t.members {
		for _, r := range append(referred(m), m) {
			if role := r.Get("ExecutionRoleArn"); r.Type == "AWS::ECS::TaskDefinition" && role.Kind == cfn.Reference &&
				!slices.Contains(out, role.Resource) {
				out = append(out, role.Resource)
			}
		}
	}
	return out
}
