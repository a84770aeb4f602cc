package iam

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// Read reads a policy document as it is decoded from JSON, of maps, lists and texts. The list holds what is wrong with its form. Read reads
// everything that it can nevertheless.
func Read(document any) (Policy, diag.List) {
	r := reader{}
	fields, ok := document.(map[string]any)
	if !ok {
		r.fail("", "the policy is not an object", fmt.Sprintf("got %s", describe(document)),
			`write {"Version": "2012-10-17", "Statement": [...]}`)
		return Policy{}, r.diags
	}
	p := Policy{}
	for name, value := range sorted(fields) {
		switch name {
		case "Version":
			p.Version, _ = value.(string)
			if p.Version != Version && p.Version != "2008-10-17" {
				r.fail("Version", "the policy's version is unknown", fmt.Sprintf("got %v; allowed are %q and \"2008-10-17\"", value, Version), "")
			}
		case "Id":
		case "Statement":
			list, isList := value.([]any)
			if !isList {
				list = []any{value}
			}
			if len(list) == 0 {
				r.fail("Statement", "the policy has no statement", "it would allow nothing, and AWS rejects it", "")
			}
			for i, s := range list {
				p.Statements = append(p.Statements, r.statement(fmt.Sprintf("Statement[%d]", i), s))
			}
		default:
			r.fail(name, "a policy has no such element", "allowed are Version, Id and Statement", "")
		}
	}
	if _, ok := fields["Statement"]; !ok {
		r.fail("", "the policy has no Statement", "", "")
	}
	return p, r.diags.Sorted()
}

type reader struct{ diags diag.List }

func (r *reader) fail(path, summary, detail, fix string) {
	r.diags.Add(diag.Diagnostic{Rule: "policy-syntax", Path: path, Summary: summary, Detail: detail, Fix: fix})
}

func (r *reader) statement(path string, value any) Statement {
	fields, ok := value.(map[string]any)
	s := Statement{Principal: Principal{Missing: true}}
	if !ok {
		r.fail(path, "a statement is not an object", "got "+describe(value), "")
		return s
	}
	for name, value := range sorted(fields) {
		at := path + "." + name
		switch name {
		case "Sid":
			s.Sid, _ = value.(string)
		case "Effect":
			text, _ := value.(string)
			s.Effect = Effect(text)
			if s.Effect != Allow && s.Effect != Deny {
				r.fail(at, "an effect is unknown", fmt.Sprintf("got %v; allowed are Allow and Deny, in this case", value), "")
			}
		case "Principal", "NotPrincipal":
			s.Principal = r.principal(at, value)
			s.Principal.Not = name == "NotPrincipal"
		case "Action", "NotAction":
			s.Actions, s.NotAction = r.texts(at, value), name == "NotAction"
		case "Resource", "NotResource":
			s.Resources, s.NotResource = r.texts(at, value), name == "NotResource"
		case "Condition":
			s.Conditions = r.conditions(at, value)
		default:
			r.fail(at, "a statement has no such element",
				"allowed are Sid, Effect, Principal, Action, Resource and Condition, and NotPrincipal, NotAction and NotResource", "")
		}
	}
	for _, both := range [][2]string{{"Action", "NotAction"}, {"Resource", "NotResource"}, {"Principal", "NotPrincipal"}} {
		_, one := fields[both[0]]
		_, other := fields[both[1]]
		if one && other {
			r.fail(path, fmt.Sprintf("a statement has %s and %s", both[0], both[1]), "", "keep one of them")
		}
	}
	if s.Effect == "" {
		r.fail(path, "a statement has no Effect", "allowed are Allow and Deny", "")
	}
	if len(s.Actions) == 0 {
		r.fail(path, "a statement names no action", "", "")
	}
	if len(s.Resources) == 0 {
		r.fail(path, "a statement names no resource", "", "")
	}
	return s
}

func (r *reader) principal(path string, value any) Principal {
	p := Principal{}
	switch value := value.(type) {
	case string:
		if value != "*" {
			r.fail(path, "a principal is not an object", fmt.Sprintf("got %q", value), `write "*" or {"AWS": [...]}`)
		}
		return Everybody()
	case map[string]any:
		for kind, names := range sorted(value) {
			if !slices.Contains([]string{"AWS", "Service", "Federated", "CanonicalUser"}, kind) {
				r.fail(path+"."+kind, "there is no such kind of principal", "allowed are AWS, Service, Federated and CanonicalUser", "")
			}
			for _, name := range r.texts(path+"."+kind, names) {
				p.Names = append(p.Names, PrincipalName{kind, name})
			}
		}
	default:
		r.fail(path, "a principal is neither a text nor an object", "got "+describe(value), `write "*" or {"AWS": [...]}`)
	}
	if len(p.Names) == 0 {
		r.fail(path, "a principal names nobody", "", "")
	}
	return p
}

func (r *reader) conditions(path string, value any) []Condition {
	operators, ok := value.(map[string]any)
	if !ok {
		r.fail(path, "conditions are not an object", "got "+describe(value), "")
		return nil
	}
	var out []Condition
	for operator, keys := range sorted(operators) {
		byKey, ok := keys.(map[string]any)
		if !ok || len(byKey) == 0 {
			r.fail(path+"."+operator, "a condition names no key", "got "+describe(keys), "")
			continue
		}
		for key, values := range sorted(byKey) {
			out = append(out, Condition{Operator: operator, Key: key, Values: r.texts(path+"."+operator+"."+key, values)})
		}
	}
	return out
}

// texts reads a text or a list of texts. Booleans and numbers become texts.
func (r *reader) texts(path string, value any) []string {
	switch value := value.(type) {
	case string:
		return []string{value}
	case bool, float64, int:
		return []string{fmt.Sprint(value)}
	case []any:
		out := []string{}
		for i, v := range value {
			out = append(out, r.texts(fmt.Sprintf("%s[%d]", path, i), v)...)
		}
		return out
	}
	r.fail(path, "a value must be a text or a list of texts", "got "+describe(value), "")
	return nil
}

func describe(value any) string {
	switch value.(type) {
	case nil:
		return "nothing"
	case string:
		return "a text"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return fmt.Sprint(value)
}

// sorted yields fields in the order of their names.
func sorted(fields map[string]any) func(yield func(string, any) bool) {
	return func(yield func(string, any) bool) {
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			if !yield(name, fields[name]) {
				return
			}
		}
	}
}

// Document returns the policy as JSON has it, of maps, lists and texts. Lists of one text become the text. Each text is passed through
// value.
func (p Policy) Document(value func(string) any) map[string]any {
	var statements []any
	for _, s := range p.Statements {
		statements = append(statements, s.document(value))
	}
	out := map[string]any{"Statement": statements}
	if p.Version != "" {
		out["Version"] = p.Version
	}
	return out
}

func (s Statement) document(value func(string) any) map[string]any {
	list := func(texts []string) any {
		if len(texts) == 1 {
			return value(texts[0])
		}
		out := make([]any, len(texts))
		for i, t := range texts {
			out[i] = value(t)
		}
		return out
	}
	not := func(name string, is bool) string {
		if is {
			return "Not" + name
		}
		return name
	}
	out := map[string]any{"Effect": string(s.Effect), not("Action", s.NotAction): list(s.Actions),
		not("Resource", s.NotResource): list(s.Resources)}
	if s.Sid != "" {
		out["Sid"] = s.Sid
	}
	if !s.Principal.Missing {
		out[not("Principal", s.Principal.Not)] = s.Principal.document(list)
	}
	conditions := map[string]any{}
	for _, c := range s.Conditions {
		keys, ok := conditions[c.Operator].(map[string]any)
		if !ok {
			keys = map[string]any{}
			conditions[c.Operator] = keys
		}
		keys[c.Key] = list(c.Values)
	}
	if len(conditions) > 0 {
		out["Condition"] = conditions
	}
	return out
}

func (p Principal) document(list func([]string) any) any {
	byKind := map[string]any{}
	for _, kind := range []string{"AWS", "Service", "Federated", "CanonicalUser"} {
		var names []string
		for _, n := range p.Names {
			if n.Kind == kind {
				names = append(names, n.Name)
			}
		}
		if len(names) > 0 {
			byKind[kind] = list(names)
		}
	}
	if len(byKind) == 0 {
		return "*"
	}
	return byKind
}

// Text returns a text unchanged. It is for documents without values that are known only at deployment.
func Text(text string) any { return text }

// compact describes a statement in one line, for messages.
func (s Statement) compact() string {
	if s.Sid != "" {
		return fmt.Sprintf("%q", s.Sid)
	}
	return string(s.Effect) + " " + strings.Join(s.Actions, ", ")
}
