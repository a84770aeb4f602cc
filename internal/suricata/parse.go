package suricata

import (
	"fmt"
	"slices"
	"strings"
)

// Parse reads one rule. An error names the column, and what was expected there.
func Parse(line string) (Rule, error) {
	p := parser{text: line}
	r := p.header()
	r.Options = p.options()
	return r, p.err
}

// parser reads a rule from left to right and keeps the first error.
type parser struct {
	text string
	at   int
	err  error
}

// fail records an error at the current column, unless there is one already.
func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf("column %d: %s", p.at+1, fmt.Sprintf(format, args...))
	}
}

func (p *parser) spaces() {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == '\t') {
		p.at++
	}
}

// header reads the part of the rule before its options.
func (p *parser) header() Rule {
	var r Rule
	start := p.at
	r.Action = Action(strings.ToLower(p.word("an action: pass, drop, reject or alert")))
	if p.err == nil && !r.Action.Decides() && r.Action != Alert {
		p.at = start
		p.fail("got the action %.20q; allowed are pass, drop, reject and alert", string(r.Action))
	}
	start = p.at
	protocol := p.word("a protocol")
	r.Protocol = strings.ToLower(protocol)
	if p.err == nil && protocol != r.Protocol && !slices.Contains(lowProtocols, r.Protocol) {
		p.at = start
		p.fail("got the protocol %.20q; Suricata accepts it only in lower case", protocol)
	}
	r.Source, r.SourcePort = p.word("a source"), p.word("a source port")
	p.spaces()
	direction := p.at
	switch p.word("a direction, ->") {
	case "->":
	case "<>":
		r.Bidirectional = true
	default:
		p.at = direction
		p.fail("expected the direction ->")
	}
	r.Destination, r.DestinationPort = p.word("a destination"), p.word("a destination port")
	if p.err == nil && p.text[p.at] == '(' {
		p.fail("expected a space before the options")
	}
	return r
}

// word reads up to the next space outside brackets, or up to the parenthesis that begins the options.
func (p *parser) word(what string) string {
	p.spaces()
	start, depth := p.at, 0
	for p.at < len(p.text) && p.err == nil {
		c := p.text[p.at]
		switch {
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == '(' || depth <= 0 && (c == ' ' || c == '\t'):
			if p.at == start {
				p.fail("expected %s", what)
			} else if depth != 0 {
				p.fail("expected a closing bracket")
			}
			return p.text[start:p.at]
		case c < ' ' || c > '~':
			p.fail("a character that is not printable ASCII")
		}
		p.at++
	}
	if p.err == nil {
		if p.at == start {
			p.fail("expected %s", what)
		} else {
			p.fail("expected the options in parentheses")
		}
	}
	return p.text[start:min(p.at, len(p.text))]
}

// options reads the options and the parentheses around them.
func (p *parser) options() []Option {
	p.spaces()
	if p.err != nil {
		return nil
	}
	if p.at >= len(p.text) || p.text[p.at] != '(' {
		p.fail("expected the options in parentheses")
		return nil
	}
	p.at++
	var out []Option
	for p.err == nil {
		p.spaces()
		if p.at < len(p.text) && p.text[p.at] == ')' {
			p.at++
			p.spaces()
			if p.at < len(p.text) {
				p.fail("expected nothing after the options, got %.20q", p.text[p.at:])
			}
			return out
		}
		out = append(out, p.option())
	}
	return nil
}

// option reads up to the next semicolon that is not escaped. As in Suricata, a semicolon inside quotes ends the option too.
func (p *parser) option() Option {
	start := p.at
	for ; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; {
		case c == '\\' && p.at+1 < len(p.text):
			p.at++
			if next := p.text[p.at]; next < ' ' || next > '~' {
				p.fail("a character that is not printable ASCII")
				return Option{}
			}
		case c == ';':
			text := strings.TrimSpace(p.text[start:p.at])
			p.at++
			return p.keyword(text, start)
		case c < ' ' && c != '\t' || c > '~':
			p.fail("a character that is not printable ASCII")
			return Option{}
		}
	}
	p.at = start
	p.fail("expected an option that ends with a semicolon, or the closing parenthesis")
	return Option{}
}

// keyword splits the text of an option into keyword and value.
func (p *parser) keyword(text string, start int) Option {
	keyword, value, ok := strings.Cut(text, ":")
	o := Option{Keyword: strings.ToLower(strings.TrimSpace(keyword)), Value: strings.TrimSpace(value)}
	switch {
	case o.Keyword == "" || strings.ContainsAny(o.Keyword, " \t\"()\\!"):
		p.at = start
		p.fail("expected a keyword, got %.20q", text)
	case strings.HasSuffix(strings.ReplaceAll(o.Value, `\\`, ""), `\`):
		p.at = start
		p.fail("the value of %s ends with a backslash", o.Keyword)
	case ok && o.Value == "":
		p.at = start
		p.fail("expected a value after %s:", o.Keyword)
	}
	return o
}
