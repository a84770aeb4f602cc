package cfn

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// givenSet holds parameter values from one source. A key is "Name" or "Stack.Name".
type givenSet struct {
	file   string // empty for the command line
	values map[string]givenValue
	// isContext marks CDK's context file, most of which is meant for the app.
	isContext  bool
	duplicates []remark // about names that appear twice
}

type givenValue struct {
	text string
	// previous says that the parameter keeps its deployed value, which is unknown here.
	previous bool
	line     int
}

// givenSets returns the sets of given values, in ascending precedence.
func (l *loader) givenSets() []givenSet {
	var sets []givenSet
	for _, file := range l.options.Files {
		if set, ok := l.parameterFile(file); ok {
			sets = append(sets, set)
		}
	}
	flags := givenSet{values: map[string]givenValue{}}
	for name, text := range l.options.Parameters {
		flags.values[name] = givenValue{text: text}
	}
	return append(sets, flags)
}

// parameterFile reads a file of parameter values.
func (l *loader) parameterFile(file string) (givenSet, bool) {
	data, err := ReadNamed(file)
	if err != nil {
		l.failAt(file, 0, "the parameter file cannot be read: %v", err)
		return givenSet{}, false
	}
	root, remarks, err := parseAny(data)
	var set givenSet
	if err == nil {
		set, err = parseParameters(root)
	}
	if err != nil {
		line, mistake := 0, (*syntaxError)(nil)
		if errors.As(err, &mistake) {
			line, err = mistake.line, errors.New(mistake.message)
		}
		l.failAt(file, line, "%v", err)
		return givenSet{}, false
	}
	l.warnRemarks(file, append(remarks, set.duplicates...))
	set.file = file
	set.isContext = set.isContext || filepath.Base(file) == "cdk.context.json"
	return set, true
}

// parameterFileForms describes the accepted formats of a parameter file.
const parameterFileForms = `[{"ParameterKey": "Name", "ParameterValue": "Value"}], ["Name=Value"], ` +
	`{"Parameters": {"Name": "Value"}}, {"Name": "Value"}, or CDK's {"context": {"Stack:Name": "Value"}}`

// parseParameters reads values in the formats of the AWS CLI, CodePipeline, plain objects, and CDK's context.
func parseParameters(root *node) (givenSet, error) {
	set := givenSet{values: map[string]givenValue{}}
	if context := root.field("context"); context != nil && context.kind == objectNode {
		set.isContext = true
		root = context
	} else if nested := root.field("Parameters"); nested != nil && nested.kind != textNode {
		root = nested
	}
	if root.kind != listNode && root.kind != objectNode {
		message := fmt.Sprintf("this is not a parameter file: got %v, but it must be one of %s", root.kind, parameterFileForms)
		return set, &syntaxError{int(root.line), message}
	}
	for i := range root.items {
		var err error
		if root.kind == listNode {
			err = set.addItem(&root.items[i])
		} else {
			err = set.addField(root.items[i].key, &root.items[i])
		}
		if err != nil {
			return set, err
		}
	}
	return set, nil
}

// addItem adds an element of a list: an object with a key and a value, or a text "Name=Value".
func (g *givenSet) addItem(n *node) error {
	if name, text, ok := strings.Cut(n.text, "="); n.kind == textNode && ok {
		g.add(name, givenValue{text: text, line: int(n.line)})
		return nil
	}
	name := n.literal("ParameterKey")
	switch value := n.field("ParameterValue"); {
	case name == "":
		return &syntaxError{int(n.line), "an entry has no ParameterKey; a parameter file must be one of " + parameterFileForms}
	case strings.EqualFold(n.literal("UsePreviousValue"), "true"):
		g.add(name, givenValue{previous: true, line: int(n.line)})
		return nil
	case value == nil:
		return &syntaxError{int(n.line), fmt.Sprintf("the parameter %s has neither ParameterValue nor UsePreviousValue", clip(name))}
	default:
		return g.addField(name, value)
	}
}

// addField adds a value: a text, or a list of texts, which are joined with commas. Other values in a context are
// ignored.
func (g *givenSet) addField(name string, n *node) error {
	value := givenValue{text: n.text, line: int(n.line)}
	switch {
	case !isPlain(n) && g.isContext || strings.Contains(name, "="): // CDK's own lookups: "availability-zones:account=...".
		return nil
	case !isPlain(n):
		return &syntaxError{int(n.line), fmt.Sprintf("the value of %s must be a string or a list of strings, got %v", clip(name), n.kind)}
	case n.kind == listNode:
		var texts []string
		for _, item := range n.items {
			texts = append(texts, item.text)
		}
		value.text = strings.Join(texts, ",")
	}
	g.add(name, value)
	return nil
}

// add adds a value. If a parameter has two values, the later one is used.
func (g *givenSet) add(name string, value givenValue) {
	name = stackDotName(name)
	if _, again := g.values[name]; again {
		g.duplicates = append(g.duplicates, remark{value.line, fmt.Sprintf("%q appears twice; the last one is used", clip(name))})
	}
	g.values[name] = value
}

// stackDotName writes "Stack:Name" as "Stack.Name". The double colon of AWS::Region is kept.
func stackDotName(name string) string {
	i := strings.Index(name, ":")
	if i <= 0 || strings.HasPrefix(name[i:], "::") {
		return name
	}
	return name[:i] + "." + name[i+1:]
}
