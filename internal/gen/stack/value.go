package stack

import (
	"strings"
	"unicode"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/template"
)

type object = map[string]any

// values turns the texts of a document into values of a template.
type values struct {
	d          *document.Document
	e          document.Environment
	parameters map[string]template.Parameter
}

// symbol returns the parameter for a resource without an ARN, whose symbol is "uploads.Arn".
func (v values) symbol(symbol string) any {
	expression := strings.NewReplacer("(", "{", ")", "}").Replace(symbol)
	if export, ok := arch.ImportedExport(expression); ok {
		return object{"Fn::ImportValue": export}
	}
	name, isARN := strings.CutSuffix(symbol, ".Arn")
	if !isARN {
		return nil
	}
	return v.parameter(name)
}

// parameter returns the parameter for the ARN of a resource.
func (v values) parameter(resource string) any {
	description := "ARN of the resource " + resource
	var b strings.Builder
	for i, letter := range resource {
		switch {
		case i == 0:
			b.WriteRune(unicode.ToUpper(letter))
		case unicode.IsLetter(letter) || unicode.IsDigit(letter):
			b.WriteRune(letter)
		}
	}
	name := b.String() + "Arn"
	for v.parameters[name].Description != "" && v.parameters[name].Description != description {
		name += "Other"
	}
	v.parameters[name] = template.Parameter{Type: "String", Description: description}
	return object{"Ref": name}
}

// arn returns the ARN that a text means: an ARN, or the name of a resource. It is nil for an empty text.
func (v values) arn(text string) any {
	switch arn, known := v.known(text); {
	case text == "":
		return nil
	case isImport(arn):
		return imported(arn)
	case !known:
		return v.parameter(text)
	case strings.Contains(arn, "${AWS::"): // The environment has no account or no Region.
		return object{"Fn::Sub": arn}
	default:
		return arn
	}
}

// known returns the ARN that a text means, if the file states it.
func (v values) known(text string) (string, bool) {
	if strings.HasPrefix(text, "arn:") || isImport(text) {
		return v.e.Resolve(text), true
	}
	for _, r := range v.d.Resources {
		if r.Name == text && r.ARN != "" {
			return v.e.Resolve(r.ARN), true
		}
	}
	return "", false
}

func isImport(text string) bool {
	_, ok := document.ImportedName(text)
	return ok
}

// imported returns a value that a file states, or the expression of one that it imports from another stack.
func imported(text string) any {
	if export, ok := document.ImportedName(text); ok {
		return object{"Fn::ImportValue": export}
	}
	return text
}

// importedAll is imported for a list.
func importedAll(texts []string) []any {
	var out []any
	for _, text := range texts {
		out = append(out, imported(text))
	}
	return out
}

// log returns a destination of logs: the name of a resource, an ARN, "none", or nothing for a new log group.
func (v values) log(to string) template.Log {
	arn, known := v.known(to)
	if (!known || isImport(arn)) && to != "" && to != "none" {
		return v.unknownLog(to)
	}
	service, rest := serviceOf(arn)
	switch {
	case to == "":
		return template.Log{}
	case to == "none":
		return template.Log{None: true}
	case service == "s3":
		bucket, prefix, _ := strings.Cut(rest, "/")
		return template.Log{Bucket: bucket, BucketARN: strings.TrimSuffix(arn, "/"+prefix), Prefix: prefix}
	case service == "firehose":
		return template.Log{Stream: arn}
	}
	group := strings.TrimSuffix(strings.TrimPrefix(rest, "log-group:"), ":*")
	return template.Log{Group: group, GroupARN: strings.TrimSuffix(arn, ":*") + ":*"}
}

// unknownLog returns a destination of logs whose ARN only the deployment knows.
func (v values) unknownLog(to string) template.Log {
	arn := v.arn(to)
	switch v.d.LogType(to) {
	case "bucket": // arn:aws:s3:::NAME
		return template.Log{Bucket: field(0, "/", field(5, ":", arn)), BucketARN: arn}
	case "delivery-stream":
		return template.Log{Stream: arn}
	}
	// arn:aws:logs:REGION:ACCOUNT:log-group:NAME
	return template.Log{Group: field(6, ":", arn), GroupARN: object{"Fn::Join": []any{"", []any{arn, ":*"}}}}
}

// field returns a field of a text that only the deployment knows.
func field(index int, separator string, text any) any {
	return object{"Fn::Select": []any{index, object{"Fn::Split": []any{separator, text}}}}
}

// serviceOf splits an ARN into its service and what follows the account.
func serviceOf(arn string) (service, rest string) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return "", ""
	}
	return parts[2], parts[5]
}

// secret returns the value of a secret, which CloudFormation reads at deployment.
func (v values) secret(text string) any {
	const before, after = "{{resolve:secretsmanager:", ":SecretString:::}}"
	if arn, ok := v.arn(text).(string); ok {
		return before + arn + after
	}
	return object{"Fn::Join": []any{"", []any{before, v.arn(text), after}}}
}
