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

// yamlReader turns the YAML parser's nodes into ours. Scalars keep their text: CloudFormation reads dates, yes and no
// as strings, and only true and false as booleans.
type yamlReader struct {
	depth       int
	count       int
	aliased     int          // number of nodes that aliases added
	openAnchors []*yaml.Node // anchors whose aliases are being read now
	remarks     []remark
}

// parseYAML reads data, which must be exactly one YAML document.
func parseYAML(data []byte) (*node, []remark, error) {
	if isBinary(data) {
		return nil, nil, errors.New("this is not a template: it is not JSON or YAML text")
	}
	if len(data) > maxYAMLSize {
		return nil, nil, fmt.Errorf("the file is larger than %d MB; templates of that size must be JSON", maxYAMLSize>>20)
	}
	doc, err := decodeYAML(data)
	if err != nil {
		return nil, nil, explainTab(data, err)
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return nil, nil, &syntaxError{1, "this is not a CloudFormation template: it is empty"}
	}
	r := &yamlReader{}
	root, err := r.node(doc.Content[0])
	if err != nil {
		return nil, nil, err
	}
	return &root, r.remarks, nil
}

// isBinary reports whether data is not text. Text is UTF-8, or UTF-16 with a byte order mark.
func isBinary(data []byte) bool {
	if bytes.HasPrefix(data, []byte("\xFF\xFE")) || bytes.HasPrefix(data, []byte("\xFE\xFF")) {
		return false
	}
	return bytes.IndexByte(data, 0) >= 0 || !utf8.Valid(data)
}

// explainTab reports a tab in the indentation at the error's line, if there is one. Otherwise it returns err.
func explainTab(data []byte, err error) error {
	mistake := (*syntaxError)(nil)
	if !errors.As(err, &mistake) {
		mistake = &syntaxError{line: 1} // The parser does not name the first line.
	}
	number := 0
	for line := range bytes.Lines(data) {
		if number++; number > mistake.line+1 {
			break
		}
		start := line[:len(line)-len(bytes.TrimLeft(line, " \t"))]
		if number >= mistake.line && bytes.IndexByte(start, '\t') >= 0 {
			return &syntaxError{number, "the indentation contains a tab, which YAML does not allow; indent with spaces"}
		}
	}
	return err
}

// decodeYAML parses the only document in data.
func decodeYAML(data []byte) (doc *yaml.Node, err error) {
	// The parser reports mistakes by panics of its own. A panic of another kind is a mistake that it did not foresee.
	defer func() {
		if e := recover(); e != nil {
			doc, err = nil, fmt.Errorf("this is not valid YAML: %v", e)
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
		return nil, &syntaxError{next.Line, "a second YAML document begins; a template must be a single document"}
	case !errors.Is(err, io.EOF):
		return nil, yamlMistake(err)
	}
	return doc, nil
}

// yamlMistake extracts the line from the parser's message: "yaml: line 3: did not find expected key".
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

// node converts y. A short form such as !Ref becomes the object that it stands for.
func (r *yamlReader) node(y *yaml.Node) (node, error) {
	r.count++
	if len(r.openAnchors) > 0 {
		r.aliased++
	}
	if r.count > maxNodes {
		return r.fail(y, "the file has more than %d values, the limit for a template", maxNodes)
	}
	if r.aliased > maxAliased {
		return r.fail(y, "aliases expand to more than %d values; write the template without aliases", maxAliased)
	}
	if r.depth++; r.depth > maxNesting {
		return r.fail(y, "values are nested more than %d deep", maxNesting)
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

// shortForm returns the function that a tag such as !Ref stands for.
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
			return r.fail(y, "the alias *%s refers to an anchor that contains it", y.Value)
		}
	}
	r.openAnchors = append(r.openAnchors, y.Alias)
	n, err := r.node(y.Alias)
	r.openAnchors = r.openAnchors[:len(r.openAnchors)-1]
	n.line = int32(y.Line)
	return n, err
}

// untagged converts y without regard to its tag.
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
	return r.fail(y, "expected a scalar, a list or an object")
}

func (r *yamlReader) object(y *yaml.Node, n node) (node, error) {
	n.kind, n.items = objectNode, make([]node, 0, len(y.Content)/2)
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := y.Content[i]
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		if key.Kind != yaml.ScalarNode {
			return r.fail(key, "a name must be a string")
		}
		if key.ShortTag() == "!!merge" {
			return r.fail(key, "CloudFormation does not support merging objects with <<; write the fields out")
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
