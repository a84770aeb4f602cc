package document

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/tierwall/tierwall/internal/arch"
)

const (
	maxFile  = 1 << 20 // bytes
	maxLines = 20_000  // the time to read a file grows with their square
	maxDepth = 32      // of maps and lists
	maxText  = 4096    // bytes of a text
	maxKey   = 1000    // bytes of a key; readers of YAML stop at 1024
)

// source is the text of the file and what is wrong with it.
type source struct {
	name     string
	lines    []string
	problems Problems
	refs     []reference // all that were read, for edits
}

// add adds a problem at a place.
func (s *source) add(at place, p Problem) {
	p.File, p.Line, p.Column, p.Width = s.name, at.line, at.column, at.width
	if at.line > 0 && at.line <= len(s.lines) {
		p.Source = s.lines[at.line-1]
	}
	s.problems = append(s.problems, p)
}

func (s *source) fail(at place, summary, detail, fix string) {
	s.add(at, Problem{Summary: summary, Detail: detail, Fix: fix})
}

// parse reads the file's YAML. It returns nil if the file has none that can be used.
func (s *source) parse(data []byte) (root *node) {
	if !s.readable(data) {
		return nil
	}
	defer func() {
		if recover() != nil {
			s.fail(place{}, "the file is no YAML that can be read", "", "write it as in the examples of the documentation")
			root = nil
		}
	}()
	tokens := lexer.Tokenize(strings.TrimPrefix(string(data), "\ufeff"))
	if !s.plain(tokens) {
		return nil
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		s.syntax(err)
		return nil
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		s.fail(place{line: 1, column: 1, width: 1}, "the file is empty", "", "start with version: 1; tierwall new writes a first file")
		return nil
	}
	if len(file.Docs) > 1 {
		s.fail(place{}, "the file has several documents", "an architecture is one document", "remove --- and what follows it")
		return nil
	}
	return s.node(file.Docs[0].Body)
}

// readable refuses bytes that no reader shows as they are.
func (s *source) readable(data []byte) bool {
	if len(data) > maxFile {
		s.fail(place{}, "the file is too large", fmt.Sprintf("got %d bytes, allowed are %d", len(data), maxFile), "")
		return false
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	s.lines = strings.Split(text, "\n")
	if len(s.lines) > maxLines {
		s.fail(place{}, "the file has too many lines", fmt.Sprintf("got %d, allowed are %d", len(s.lines), maxLines), "")
		return false
	}
	if strings.ContainsRune(text, 0) {
		s.fail(place{}, "the file is not text", "it has a NUL byte", "name the file of an architecture, or save it as UTF-8")
		return false
	}
	for i, line := range s.lines {
		s.lines[i] = strings.TrimSuffix(line, "\r")
		if !utf8.ValidString(line) {
			s.fail(place{i + 1, 1, 1}, "a line is not UTF-8", "", "save the file as UTF-8")
			continue
		}
		for column, r := range []rune(s.lines[i]) {
			if r != '\t' && hidden(r) {
				s.fail(place{i + 1, column + 1, 1}, "a hidden character",
					fmt.Sprintf("got U+%04X; readers of the file would not see it, or see the line in another order", r), "remove it")
			}
		}
	}
	return len(s.problems) == 0
}

// hidden reports whether a character has no shape of its own: control characters, and those that change the order of a line.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError
}

// refused are the parts of YAML that an architecture does not use.
var refused = map[token.Type]struct{ what, why string }{
	token.AnchorType:     {"an anchor", "what a line says must stand on the line"},
	token.AliasType:      {"an alias", "what a line says must stand on the line"},
	token.MergeKeyType:   {"a merge key", "what a line says must stand on the line"},
	token.TagType:        {"a tag", "the format decides what a value is"},
	token.DirectiveType:  {"a directive", "the format needs none"},
	token.MappingKeyType: {"a complex key", "keys are texts"},
	token.InvalidType:    {"a character that YAML does not allow here", "it has a meaning of its own in YAML"},
}

// plain refuses anchors, tags and whatever else makes a file mean more than it shows, and deep nesting.
func (s *source) plain(tokens token.Tokens) bool {
	before := len(s.problems)
	depth, dashes := 0, 0
	for _, t := range tokens {
		if r, ok := refused[t.Type]; ok {
			fix := "write the value itself, or quote the text if it begins so"
			if t.Type == token.InvalidType {
				r.why, fix = fmt.Sprintf("%s: %s", r.why, firstLine(t.Error)), invalidFix(t)
			}
			if at := placeOf(t); t.Type == token.InvalidType && s.isTab(at) {
				s.fail(at, "a tab in the indentation", "YAML does not allow it", "indent with spaces")
			} else {
				s.fail(at, r.what, r.why, fix)
			}
		}
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			depth++
		case token.MappingEndType, token.SequenceEndType:
			depth--
		case token.SequenceEntryType:
			dashes++
		case token.CommentType:
			s.comment(t)
		}
		if t.Prev != nil && t.Prev.Position.Line != t.Position.Line {
			dashes = 0
		}
		if depth > maxDepth || dashes > maxDepth || t.Position.Column > maxText && t.Type == token.SequenceEntryType {
			s.fail(placeOf(t), "maps and lists are nested too deeply", fmt.Sprintf("allowed are %d levels", maxDepth), "")
			return false
		}
	}
	for i, line := range s.lines {
		if i > 0 && (strings.HasPrefix(line, "--- ") || line == "---") && s.hasContentBefore(i) {
			s.fail(place{i + 1, 1, 3}, "the file has several documents", "an architecture is one document", "remove --- and what follows it")
		}
	}
	return !s.problems[before:].HasErrors()
}

// invalidFix says what to do about something that YAML does not allow.
func invalidFix(t *token.Token) string {
	if origin := strings.TrimLeft(t.Origin, " \n"); strings.HasPrefix(origin, "\"") || strings.HasPrefix(origin, "'") {
		return "close the quote on the same line"
	}
	return "quote the text: \"...\""
}

// isTab reports whether a tab is in the indentation of a place's line.
func (s *source) isTab(at place) bool {
	if at.line < 1 || at.line > len(s.lines) {
		return false
	}
	line := s.lines[at.line-1]
	return strings.Contains(line[:len(line)-len(strings.TrimLeft(line, " \t"))], "\t")
}

// hasContentBefore reports whether a line before line i has more than a comment.
func (s *source) hasContentBefore(i int) bool {
	for _, line := range s.lines[:i] {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			return true
		}
	}
	return false
}

// comment warns of a text that YAML cuts off: "reason: ticket #42" is "ticket".
func (s *source) comment(t *token.Token) {
	before := t.Prev
	if before == nil || before.Position.Line != t.Position.Line || t.Value == "" || strings.HasPrefix(t.Value, " ") || t.Value[0] == '#' {
		return
	}
	s.add(placeOf(t), Problem{
		Warning: true, Summary: "a comment without a space", Detail: fmt.Sprintf("#%.40s is not part of the text before it", t.Value),
		Fix: "quote the text if # belongs to it; otherwise write a space after #",
	})
}

// syntax explains an error of the YAML parser.
func (s *source) syntax(err error) {
	var syntax interface {
		GetToken() *token.Token
		GetMessage() string
	}
	if !errors.As(err, &syntax) || syntax.GetToken() == nil {
		s.fail(place{}, "the file is no YAML", firstLine(err.Error()), "")
		return
	}
	at := placeOf(syntax.GetToken())
	fix := "look for a missing quote, bracket or indentation at this line or the one before"
	switch message := syntax.GetMessage(); {
	case strings.Contains(message, "mapping value is not allowed"):
		fix = "quote a text that has a colon and a space: \"...\""
	case strings.Contains(message, "tab"):
		fix = "indent with spaces"
	}
	s.fail(at, "the file is no YAML: "+firstLine(syntax.GetMessage()), "", fix)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return printable(line)
}

func placeOf(t *token.Token) place {
	if t == nil || t.Position == nil {
		return place{}
	}
	return place{t.Position.Line, t.Position.Column, max(1, utf8.RuneCountInString(firstLine(strings.TrimSpace(t.Origin))))}
}

// node converts a syntax tree.
func (s *source) node(n ast.Node) *node {
	switch n := n.(type) {
	case *ast.MappingNode:
		return s.mapping(n)
	case *ast.MappingValueNode:
		return s.mapping(&ast.MappingNode{Values: []*ast.MappingValueNode{n}})
	case *ast.SequenceNode:
		out := &node{kind: list, place: placeOf(n.GetToken())}
		for _, item := range n.Values {
			out.items = append(out.items, s.node(item))
		}
		return out
	case *ast.NullNode:
		kind := null
		if t := n.GetToken(); t == nil || t.Type == token.ImplicitNullType {
			kind = nothingAt
		}
		return &node{kind: kind, place: placeOf(n.GetToken())}
	case *ast.LiteralNode:
		text := n.Value.GetToken().Value
		return s.text(&node{kind: scalar, text: strings.TrimSuffix(text, "\n"), quoted: true, place: placeOf(n.GetToken())})
	case nil:
		return &node{kind: nothingAt}
	}
	t := n.GetToken()
	quoted := t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType
	return s.text(&node{kind: scalar, text: t.Value, quoted: quoted, place: placeOf(t)})
}

func (s *source) mapping(n *ast.MappingNode) *node {
	out := &node{kind: mapping, place: placeOf(n.GetToken())}
	if len(n.Values) > 0 {
		out.place = placeOf(n.Values[0].Key.GetToken())
	}
	first := map[string]place{}
	for _, v := range n.Values {
		key := s.node(v.Key)
		if at, twice := first[key.text]; twice {
			s.fail(key.place, fmt.Sprintf("%q is there twice", printable(key.text)), fmt.Sprintf("the first one is on line %d", at.line),
				"keep one of the two")
			continue
		}
		if first[key.text] = key.place; len(key.text) > maxKey {
			s.fail(key.place, "a key is too long", fmt.Sprintf("got %d bytes, allowed are %d", len(key.text), maxKey), "")
		}
		value := s.node(v.Value)
		if value.line == 0 || value.kind == nothingAt {
			value.place = key.place
		}
		if value.kind == nothingAt && n.IsFlowStyle {
			s.fail(key.place, fmt.Sprintf("%q has no value", printable(key.text)), "a comma ends a text in {}", "quote the text that has the comma")
			continue
		}
		out.entries = append(out.entries, entry{key, value})
	}
	return out
}

// text refuses texts that would be more than a text later.
func (s *source) text(n *node) *node {
	switch {
	case strings.ContainsFunc(n.text, hidden):
		s.fail(n.place, "a text has hidden characters or several lines",
			"reasons, names and patterns are one line of characters that readers see", "write it on one line")
	case len(n.text) > maxText:
		s.fail(n.place, "a text is too long", fmt.Sprintf("got %d bytes, allowed are %d", len(n.text), maxText), "")
	case arch.HasDynamicReference(n.text):
		s.fail(n.place, "a text has a dynamic reference", arch.DynamicReference, "write words, without {{resolve:")
	case arch.IsToken(n.text):
		s.fail(n.place, "a text looks like a value of the CDK that is known later", "the file holds literal texts", "write the value itself")
	}
	return n
}
