package app

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/gen/document"
)

// grants writes what the tiers use of AWS.
func (g *generator) grants() {
	for _, grant := range g.doc.Grants {
		tier := g.tier(grant.Tier)
		var made, known []string
		for _, role := range grant.Roles {
			if g.made[role] != "" {
				made = append(made, g.construct(role, "role"))
			} else {
				known = append(known, g.arnText(role))
			}
		}
		if len(made) > 0 {
			g.current.do(grant.At, call("endpoints.Roles", append([]string{tier}, made...)...))
		}
		if len(known) > 0 {
			g.current.do(grant.At, call("endpoints.RoleARNs", append([]string{tier}, known...)...))
		}
		if len(grant.Uses) > 0 {
			g.current.do(grant.At, "endpoints.Grant("+tier+",\n"+strings.Join(g.uses(grant.Uses), ",\n")+",\n)")
		}
	}
}

func (g *generator) uses(uses []document.Use) []string {
	var out []string
	for _, u := range uses {
		out = append(out, g.use(u))
	}
	return out
}

// use returns the Go expression of a use.
func (g *generator) use(u document.Use) string {
	code := g.fargate(u.Fargate)
	if u.Fargate == nil {
		code = g.useWords(u)
	}
	if len(u.For) > 0 {
		var roles []string
		for _, role := range u.For {
			roles = append(roles, g.construct(role, "role"))
		}
		code = chain(code, call(".For", roles...))
	}
	if u.AsCDK {
		code += ".AsCDK()"
	}
	if u.Unsigned {
		code += ".Unsigned()"
	}
	return code
}

// chain returns the call of a method on the result of an expression, on a line of its own if the expression is long.
func chain(code, method string) string {
	if len(code)+len(method) > callWidth {
		return code + ".\n" + method[1:]
	}
	return code + method
}

// useWords returns the Go expression of a use that is written as words.
func (g *generator) useWords(u document.Use) string {
	words, err := g.doc.ReadUse(u.Use)
	if err != nil {
		g.refuse(u.At, fmt.Sprintf("the use %.60q is not known", u.Use), err.Error(), "")
		return ""
	}
	resource := ""
	if words.Resource != "" {
		resource = g.grantee(words.Resource)
	}
	rest := words.Rest
	if words.Verb.Rest == document.Call {
		rest = words.Actions
	}
	return "endpoints." + strings.NewReplacer(
		"RESOURCE", resource, "REST", strings.Join(g.useRest(words.Verb.Rest, rest), ", "),
		"SERVICE", text(words.Service), "ARNS", strings.Join(g.ownARNs(words.ARNs), ", "),
	).Replace(words.Verb.Go)
}

// ownARNs is ownARN for the ARNs of a call.
func (g *generator) ownARNs(arns []string) []string {
	var out []string
	for _, arn := range arns {
		out = append(out, g.ownARN(arn, "string"))
	}
	return out
}

// useRest returns the arguments that follow the resource of a use.
func (g *generator) useRest(kind document.Rest, rest []string) []string {
	var out []string
	for _, r := range rest {
		switch kind {
		case document.Secrets, document.OneSecret, document.LogGroups:
			out = append(out, g.grantee(r))
		case document.Packages:
			out = append(out, "endpoints."+document.PackageNames[r].Go)
		case document.ARN:
			out = append(out, g.ownARN(r, "string"))
		default:
			out = append(out, strconv.Quote(r))
		}
	}
	return out
}

// fargate returns the use of ECS tasks that start.
func (g *generator) fargate(f *document.Fargate) string {
	if f == nil {
		return ""
	}
	var l literal
	for _, field := range []struct {
		name, typ string
		of        []string
	}{
		{"Images", "endpoints.Repository", f.Images}, {"Logs", "endpoints.LogGroup", f.Logs},
		{"Secrets", "endpoints.SecretValue", f.Secrets}, {"Parameters", "endpoints.ParameterValue", f.Parameters},
	} {
		var elements []string
		for _, name := range field.of {
			elements = append(elements, g.grantee(name))
		}
		if len(elements) > 0 {
			l.set(field.name, slice(field.typ, elements))
		}
	}
	if f.ExecutionRole != "" {
		l.set("ExecutionRole", g.construct(f.ExecutionRole, "role"))
	}
	return "endpoints.Fargate(" + l.of("&endpoints.FargateProps") + ")"
}

// restrictions writes which resources only the network's endpoints may reach.
func (g *generator) restrictions() {
	for _, r := range g.doc.Resources {
		if r.OnlyFrom == nil {
			continue
		}
		if g.made[r.Name] == "" {
			g.refuse(r.At, "the resource "+r.Name+" has onlyFrom and an ARN", "only the owner of a resource can change its policy",
				"leave out the ARN and make the resource in workloads.go, or leave out onlyFrom")
			continue
		}
		if !slices.Contains([]string{"bucket", "queue", "topic", "secret", "table"}, r.Type) {
			g.refuse(r.At, "the resource "+r.Name+" of type "+r.Type+" has onlyFrom",
				"onlyFrom restricts resources of type bucket, queue, topic, secret and table", "leave out onlyFrom")
			continue
		}
		exempt := g.value(r.Name+"Exempt", "[]string", func(d *document.Document) string {
			if in := entry(d.Resources, r.Name, resourceName); in.OnlyFrom != nil {
				return g.idsIn(d, in.OnlyFrom.Exempt)
			}
			return ""
		})
		var l literal
		l.set("Exempt", exempt)
		g.current.do(r.At, call("endpoints.OnlyFrom", "s.Network", g.construct(r.Name, r.Type), l.of("&endpoints.OnlyFromProps")))
	}
}
