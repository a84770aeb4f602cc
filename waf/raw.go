package waf

import (
	"encoding/json"
	"strings"

	"github.com/tierwall/tierwall/internal/webacl"
)

type raw struct{ text string }

// Raw returns a statement in CloudFormation's JSON, such as {"GeoMatchStatement": {"CountryCodes": ["DE"]}}. It is checked like all other
// statements. Unknown members are errors.
func Raw(text string) Statement { return raw{text} }

func (r raw) statement(b *builder) webacl.Statement {
	var out webacl.Statement
	b.raw = append(b.raw, webacl.Decode([]byte(r.text), &out)...)
	return out
}

// RawRule is a rule in CloudFormation's JSON. It is checked like all other rules. Unknown members are errors.
type RawRule string

func (RawRule) inGroup() {}

func (r RawRule) rule(b *builder) webacl.Rule {
	var out webacl.Rule
	b.raw = append(b.raw, webacl.Decode([]byte(r), &out)...)
	return out
}

// properties returns a part of the model in JSON form, for CDK's property overrides. The model cannot go through CDK's Go types, because
// they write the names inside CloudFormation's properties of type JSON in the wrong case (aws-cdk issue 28074).
func properties(part any) any {
	data, err := json.Marshal(part)
	if err != nil {
		panic(err) // The model holds only texts, numbers and booleans.
	}
	var out any
	if err := json.Unmarshal(data, &out); err != nil {
		panic(err)
	}
	return out
}

// camel returns properties with lower-case first letters, as CDK's constructs spell them. It is for properties with empty objects, which an
// override would lose.
func camel(part any) any {
	switch v := part.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, value := range v {
			out[strings.ToLower(name[:1])+name[1:]] = camel(value)
		}
		return out
	case []any:
		for i := range v {
			v[i] = camel(v[i])
		}
	}
	return part
}
