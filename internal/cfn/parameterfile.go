package cfn

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// givenSet holds values for parameters from one place, by name, or by stack name, a dot and name.
type givenSet struct {
	file   string // empty for the command line
	values map[string]givenValue
	// isContext says that the file is CDK's context, most of which is meant for others.
	isContext  bool
	duplicates []remark // on names that a list holds twice
}

type givenValue struct {
	text string
	// previous says that the value stays what it is where the stack is deployed, which is not known here.
	previous bool
	line     int
}

// givenSets returns all that the options give, what counts more after what counts less.
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

// parameterFile reads a file of values.
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

// parameterFileForms are what a parameter file may be.
const parameterFileForms = `[{"ParameterKey": "Name", "ParameterValue": "Value"}], ["Name=Value"], ` +
	`{"Parameters": {"Name": "Value"}}, {"Name": "Value"}, or CDK's {"context": {"Stack:Name": "Value"}}`

// parseParameters reads values in the forms of the AWS CLI, of CodePipeline, of plain objects, and of CDK's context.
func parseParameters(root *node) (givenSet, error) {
	set := givenSet{values: map[string]givenValue{}}
	if context := root.field("context"); context != nil && context.kind == objectNode {
		set.isContext = true
		root = context
	} else if nested := root.field("Parameters"); nested != nil && nested.kind != textNode {
		root = nested
	}
	if root.kind != listNode && root.kind != objectNode {
		return set, &syntaxError{int(root.line), fmt.Sprintf("this is no parameter file: got %v, and it must be one of %s", root.kind, parameterFileForms)}
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

// addItem adds an element of a list: an object with key and value, or a text with both.
func (g *givenSet) addItem(n *node) error {
	if name, text, ok := strings.Cut(n.text, "="); n.kind == textNode && ok {
		g.add(name, givenValue{text: text, line: int(n.line)})
		return nil
	}
	name := n.literal("ParameterKey")
	switch value := n.field("ParameterValue"); {
	case name == "":
		return &syntaxError{int(n.line), "an entry has no ParameterKey; a parameter file is one of " + parameterFileForms}
	case strings.EqualFold(n.literal("UsePreviousValue"), "true"):
		g.add(name, givenValue{previous: true, line: int(n.line)})
		return nil
	case value == nil:
		return &syntaxError{int(n.line), fmt.Sprintf("the parameter %s has neither ParameterValue nor UsePreviousValue", clip(name))}
	default:
		return g.addField(name, value)
	}
}

// addField adds a value: a text, or a list of them, which is written with commas. Others are left out of a context.
func (g *givenSet) addField(name string, n *node) error {
	value := givenValue{text: n.text, line: int(n.line)}
	switch {
	case !isPlain(n) && g.isContext || strings.Contains(name, "="): // CDK's own lookups: "availability-zones:account=...".
		return nil
	case !isPlain(n):
		return &syntaxError{int(n.line), fmt.Sprintf("the value of %s must be a text or a list of texts, got %v", clip(name), n.kind)}
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

// add adds a value. Of two for one parameter, the later one counts.
func (g *givenSet) add(name string, value givenValue) {
	name = stackDotName(name)
	if _, again := g.values[name]; again {
		g.duplicates = append(g.duplicates, remark{value.line, fmt.Sprintf("%q is there twice; the last one counts", clip(name))})
	}
	g.values[name] = value
}

// stackDotName writes "Stack:Name" as "Stack.Name". The colons of AWS::Region are others.
func stackDotName(name string) string {
	i := strings.Index(name, ":")
	if i <= 0 || strings.HasPrefix(name[i:], "::") {
		return name
	}
	return name[:i] + "." + name[i+1:]
}
