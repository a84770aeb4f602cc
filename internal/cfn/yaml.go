package cfn

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// yamlReader turns what the YAML parser gives into nodes. Scalars stay as they are written: CloudFormation takes dates,
// yes and no for texts, and only true and false for booleans.
type yamlReader struct {
	depth       int
	count       int
	aliased     int          // nodes that aliases added
	openAnchors []*yaml.Node // anchors whose aliases are being read
	remarks     []remark
}

// parseYAML reads one YAML document, which data must hold and nothing else.
func parseYAML(data []byte) (*node, []remark, error) {
	if isBinary(data) {
		return nil, nil, errors.New("this is no template: it is no text in JSON or YAML")
	}
	if len(data) > maxYAMLSize {
		return nil, nil, fmt.Errorf("the file has more than %d MB; templates of that size are read as JSON only", maxYAMLSize>>20)
	}
	doc, err := decodeYAML(data)
	if err != nil {
		return nil, nil, explainTab(data, err)
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return nil, nil, &syntaxError{1, "this is no CloudFormation template: it is empty"}
	}
	r := &yamlReader{}
	root, err := r.node(doc.Content[0])
	if err != nil {
		return nil, nil, err
	}
	return &root, r.remarks, nil
}

// isBinary reports whether data is text neither in UTF-8 nor in UTF-16, which begins with a mark.
func isBinary(data []byte) bool {
	if bytes.HasPrefix(data, []byte("\xFF\xFE")) || bytes.HasPrefix(data, []byte("\xFE\xFF")) {
		return false
	}
	return bytes.IndexByte(data, 0) >= 0 || !utf8.Valid(data)
}

// explainTab names the tab that a line begins with, where the parser could make nothing of it.
func explainTab(data []byte, err error) error {
	mistake := (*syntaxError)(nil)
	if !errors.As(err, &mistake) {
		mistake = &syntaxError{line: 1} // The parser names no line if it is the first.
	}
	number := 0
	for line := range bytes.Lines(data) {
		if number++; number > mistake.line+1 {
			break
		}
		start := line[:len(line)-len(bytes.TrimLeft(line, " \t"))]
		if number >= mistake.line && bytes.IndexByte(start, '\t') >= 0 {
			return &syntaxError{number, "a tab stands in the indentation, which YAML does not take; indent with spaces"}
		}
	}
	return err
}

// decodeYAML parses the only document in data.
func decodeYAML(data []byte) (doc *yaml.Node, err error) {
	// The parser tells of mistakes by panics of its own, and of some it did not foresee by others.
	defer func() {
		if e := recover(); e != nil {
			doc, err = nil, fmt.Errorf("this is no YAML: %v", e)
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	doc = new(yaml.Node)
	if err := decoder.Decode(doc); err != nil && !errors.Is(err, io.EOF) {
		return nil, yamlMistake(err)
	}
	var next yaml.Node
	switch err := decoder.Decode(&next); {
	case err == nil:
		return nil, &syntaxError{next.Line, "a second document begins; a template is one"}
	case !errors.Is(err, io.EOF):
		return nil, yamlMistake(err)
	}
	return doc, nil
}

// yamlMistake takes the line out of the parser's message: "yaml: line 3: did not find expected key".
func yamlMistake(err error) error {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(message, "line "); ok {
		if number, text, ok := strings.Cut(rest, ": "); ok {
			if line, err := strconv.Atoi(number); err == nil {
				return &syntaxError{line, text}
			}
		}
	}
	return errors.New(message)
}

func (r *yamlReader) fail(y *yaml.Node, format string, args ...any) (node, error) {
	return node{}, &syntaxError{y.Line, fmt.Sprintf(format, args...)}
}

// node turns y into a node; a short form like !Ref becomes the object it stands for.
func (r *yamlReader) node(y *yaml.Node) (node, error) {
	r.count++
	if len(r.openAnchors) > 0 {
		r.aliased++
	}
	if r.count > maxNodes {
		return r.fail(y, "more than %d values; a template has far fewer", maxNodes)
	}
	if r.aliased > maxAliased {
		return r.fail(y, "aliases stand for more than %d values; write the template out", maxAliased)
	}
	if r.depth++; r.depth > maxNesting {
		return r.fail(y, "nested more than %d deep", maxNesting)
	}
	defer func() { r.depth-- }()
	if y.Kind == yaml.AliasNode {
		return r.alias(y)
	}
	name, short := shortForm(y.Tag)
	if !short {
		return r.untagged(y)
	}
	argument, err := r.untagged(y)
	argument.key = name
	return node{kind: objectNode, line: int32(y.Line), items: []node{argument}}, err
}

// shortForm returns the function that a tag stands for.
func shortForm(tag string) (function string, ok bool) {
	name, ok := strings.CutPrefix(tag, "!")
	if !ok || name == "" || strings.HasPrefix(name, "!") {
		return "", false
	}
	if name == "Ref" || name == "Condition" {
		return name, true
	}
	return "Fn::" + name, true
}

func (r *yamlReader) alias(y *yaml.Node) (node, error) {
	for _, anchor := range r.openAnchors {
		if anchor == y.Alias {
			return r.fail(y, "the alias *%s is a part of what it stands for", y.Value)
		}
	}
	r.openAnchors = append(r.openAnchors, y.Alias)
	n, err := r.node(y.Alias)
	r.openAnchors = r.openAnchors[:len(r.openAnchors)-1]
	n.line = int32(y.Line)
	return n, err
}

// untagged turns y into a node, its tag aside.
func (r *yamlReader) untagged(y *yaml.Node) (node, error) {
	n := node{line: int32(y.Line)}
	switch y.Kind {
	case yaml.SequenceNode:
		n.kind, n.items = listNode, make([]node, 0, len(y.Content))
		for _, item := range y.Content {
			value, err := r.node(item)
			if err != nil {
				return n, err
			}
			n.items = append(n.items, value)
		}
		return n, nil
	case yaml.MappingNode:
		return r.object(y, n)
	case yaml.ScalarNode:
		if y.ShortTag() != "!!null" {
			n.kind, n.text = textNode, y.Value
		}
		if y.ShortTag() == "!!bool" {
			n.text = strings.ToLower(y.Value)
		}
		return n, nil
	}
	return r.fail(y, "this is neither a scalar nor a list nor an object")
}

func (r *yamlReader) object(y *yaml.Node, n node) (node, error) {
	n.kind, n.items = objectNode, make([]node, 0, len(y.Content)/2)
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := y.Content[i]
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		if key.Kind != yaml.ScalarNode {
			return r.fail(key, "a name must be a text")
		}
		if key.ShortTag() == "!!merge" {
			return r.fail(key, "CloudFormation does not merge objects by <<; write the fields out")
		}
		value, err := r.node(y.Content[i+1])
		if err != nil {
			return n, err
		}
		value.key, value.line = key.Value, int32(y.Content[i].Line)
		n.items = append(n.items, value)
	}
	var twice []node
	n.items, twice = keepLast(n.items)
	if len(r.openAnchors) == 0 {
		r.remarks = remarkDuplicates(r.remarks, twice)
	}
	return n, nil
}
