package waf

import (
	"encoding/json"
	"strings"

	"github.com/tierwall/tierwall/internal/webacl"
)

type raw struct{ text string }

// Raw is a statement in CloudFormation's JSON, {"GeoMatchStatement": {"CountryCodes": ["DE"]}}. It is checked as all others are; members
// that are not known are an error.
func Raw(text string) Statement { return raw{text} }

func (r raw) statement(b *builder) webacl.Statement {
	var out webacl.Statement
	b.raw = append(b.raw, webacl.Decode([]byte(r.text), &out)...)
	return out
}

// RawRule is a rule in CloudFormation's JSON, checked as all others are.
type RawRule string

func (RawRule) inGroup() {}

func (r RawRule) rule(b *builder) webacl.Rule {
	var out webacl.Rule
	b.raw = append(b.raw, webacl.Decode([]byte(r), &out)...)
	return out
}

// properties is the JSON form of a part of the model, as CDK's property overrides take it. Go's types of CDK write names that
// CloudFormation declares as JSON in the wrong case (aws-cdk issue 28074).
func properties(part any) any {
	data, err := json.Marshal(part)
	if err != nil {
		panic(err) // Texts and numbers alone.
	}
	var out any
	if err := json.Unmarshal(data, &out); err != nil {
		panic(err)
	}
	return out
}

// camel writes names as the properties of CDK's constructs are spelled: their first letters small. It is for what an override would lose:
// objects that are empty.
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
