package template

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// YAML writes the template as YAML, with the long names of functions. Equal templates give equal bytes. A text is quoted unless every version
// of YAML takes it for a text.
func (t *Template) YAML() []byte {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(t.node()); err != nil {
		panic(err) // It holds maps, lists, texts, numbers and booleans only.
	}
	return b.Bytes()
}

func (t *Template) node() *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode}
	if t.Description != "" {
		add(out, "Description", t.Description)
	}
	section(out, "Parameters", t.Parameters, func(p Parameter) *yaml.Node {
		return fields("Type", p.Type, "Description", p.Description)
	})
	section(out, "Resources", t.Resources, func(r *Resource) *yaml.Node {
		return fields("Type", r.Type, "DependsOn", anys(r.DependsOn), "DeletionPolicy", r.DeletionPolicy,
			"UpdateReplacePolicy", r.UpdateReplacePolicy, "Properties", r.Properties, "Metadata", r.Metadata)
	})
	section(out, "Outputs", t.Outputs, func(o Output) *yaml.Node {
		return fields("Description", o.Description, "Value", o.Value, "Export", o.Export)
	})
	return out
}

// section adds a section of a template, unless it is empty.
func section[V any](to *yaml.Node, name string, entries map[string]V, node func(V) *yaml.Node) {
	if len(entries) == 0 {
		return
	}
	out := &yaml.Node{Kind: yaml.MappingNode}
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		out.Content = append(out.Content, scalar(key), node(entries[key]))
	}
	to.Content = append(to.Content, scalar(name), out)
}

// fields is a mapping of names and values in turn, without those that are empty.
func fields(pairs ...any) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode}
	for i := 0; i < len(pairs); i += 2 {
		add(out, pairs[i].(string), pairs[i+1])
	}
	return out
}

// add adds a field, unless it is empty.
func add(to *yaml.Node, name string, v any) {
	value := nodeOf(v)
	if v == "" || value.Kind != yaml.ScalarNode && len(value.Content) == 0 {
		return
	}
	to.Content = append(to.Content, scalar(name), value)
}

func nodeOf(v any) *yaml.Node {
	switch v := v.(type) {
	case string:
		return scalar(v)
	case bool:
		return literal(strconv.FormatBool(v))
	case int:
		return literal(strconv.Itoa(v))
	case float64: // From JSON.
		return literal(strconv.FormatFloat(v, 'f', -1, 64))
	case object:
		return mapping(v)
	case map[string]string:
		return mapping(v)
	case []string:
		return list(v)
	case []any:
		return list(v)
	}
	panic(fmt.Sprintf("a template holds a %T", v))
}

func mapping[V any](entries map[string]V) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode}
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		value := nodeOf(entries[key])
		if key == "Fn::GetAtt" {
			value.Style = yaml.FlowStyle
		}
		out.Content = append(out.Content, scalar(key), value)
	}
	return out
}

func list[V any](entries []V) *yaml.Node {
	out := &yaml.Node{Kind: yaml.SequenceNode}
	for _, v := range entries {
		out.Content = append(out.Content, nodeOf(v))
	}
	return out
}

func literal(text string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: text} }

var (
	// plain are texts that need no quotes: they begin with a letter, and no mark of YAML can be in them.
	plain = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*(?:[./_-]*[A-Za-z0-9]|::?[A-Za-z])*$`)
	// notPlain are texts that some version of YAML takes for something else.
	notPlain = regexp.MustCompile(`^(?i:true|false|yes|no|on|off|y|n|null|nan|inf)$`)
	// lines are texts of several lines that can stand as they are.
	lines = regexp.MustCompile(`^[!-~]+(?: +[!-~]+)*(?:\n[!-~]+(?: +[!-~]+)*)+$`)
)

// scalar is a text.
func scalar(text string) *yaml.Node {
	out := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Style: yaml.DoubleQuotedStyle}
	switch {
	case strings.Contains(text, "\n"):
		if lines.MatchString(text) {
			out.Style = yaml.LiteralStyle
		}
	case plain.MatchString(text) && !notPlain.MatchString(text):
		out.Style = 0
	}
	return out
}
