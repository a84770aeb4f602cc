package cli

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// hostile lists texts with a meaning in Markdown or on a code host.
var hostile = []string{
	strings.Repeat("a\x91", 80),
	"", "plain words", "<!-- hidden", "<script>alert(1)</script>", "[a](http://x.test)", "![a](b)", "<http://x.test>", "http://x.test/a_b",
	"HTTPS://X.test", "ftp://x.test",
	"www.x.test", "a www.x.test/?q=1", "mail@x.test", "@everyone", "a@b", "#123", "owner/repo#1", "GH-12", "~~gone~~", "~one~", "$x^2$",
	"$$x$$", "`code`", "``", "a`b|c`d",
	"a|b", `a\|b`, `\`, `a\`, `\\|`, "- item", "+ item", "* item", "1. item", "12) item", "# heading", "#", "> quote", "---", "===", "***",
	"___", "```", "~~~", "    code",
	"a\nb", "a\r\n\r\nb", "a\n---", "a\tb", "&amp; &lt; &#64;", ":tada:", "arn:aws:s3:::a/*", "[^1]", "[ ] task", "[x]", "a_b_c", "__a__",
	"*a*", "**a**", "|---|", "a | b", "\u202eabc",
	"a\u200bb", "\x9b31m", "a\xff", "é ü \u00a0 日本", "!", "![", "tcp/443 from 10.0.0.0/8", "a@b|c@d", "`@x`", "|@x|", "\\@x",
	"x@y\\", "-",
	"+", "=", "1.", "<", ">", "&", "[a]: b", "[a]",
}

// afterwards matches what code hosts look for in text outside of code.
var afterwards = regexp.MustCompile(`(?i:@\w|#\d|\bgh-\d|www\.)|\$|:[a-z0-9_+-]+:|://`)

// rendered parses Markdown as GitHub does. It returns the visible text, the part of it outside of code, and the kinds of all nodes that
// are more than text.
func rendered(source string) (seen, plain string, more []string) {
	data := []byte(source)
	doc := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(data))
	var b, outside strings.Builder
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			value := n.Segment.Value(data)
			if _, code := n.Parent().(*ast.CodeSpan); !code {
				value = util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(value)))
				outside.Write(value)
			}
			b.Write(value)
			if n.SoftLineBreak() {
				b.WriteString("\n")
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.CodeSpan:
			outside.WriteString("\x00")
		case *ast.Document, *ast.Paragraph, *ast.TextBlock, *ast.List, *ast.ListItem, *ast.Heading, *east.Table, *east.TableHeader,
			*east.TableRow:
		case *east.TableCell:
			b.WriteString("\x00")
			outside.WriteString("\x00")
		default:
			more = append(more, n.Kind().String())
		}
		return ast.WalkContinue, nil
	})
	return b.String(), outside.String(), more
}

// visible returns a text in the form in which it must be shown.
func visible(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", " "), "\n", " ")
	return strings.Trim(regexp.MustCompile(" +").ReplaceAllString(printable(s), " "), " ")
}

// holdMarkdown checks that a text is shown unchanged wherever a command writes it.
func holdMarkdown(t *testing.T, s string) {
	t.Helper()
	escaped, want := escapeMarkdown(s), visible(s)
	for place, c := range map[string]struct{ source, seen string }{
		"a paragraph": {escaped + "\n", want},
		"a list":      {"- " + escaped + "\n", want},
		"a heading":   {"### Proof: " + escaped + "\n", strings.TrimRight("Proof: "+want, " ")},
		"a table": {
			(&table{head: []string{"A", "B"}, rows: [][]string{{s, s}}}).markdown(),
			"\x00A\x00B\x00" + shortWords(want) + "\x00" + shortWords(want),
		},
	} {
		seen, plain, more := rendered(c.source)
		assert.Equal(t, c.seen, seen, "%s: %q from %q", place, c.source, s)
		assert.Empty(t, more, "%s: %q from %q", place, c.source, s)
		assert.NotRegexp(t, afterwards, plain, "%s: %q from %q", place, c.source, s)
	}
}

func TestEscapeMarkdown(t *testing.T) {
	t.Parallel()
	for _, s := range hostile {
		holdMarkdown(t, s)
		holdMarkdown(t, "before "+s+" after")
	}
	for in, want := range map[string]string{
		"a_b [c]": `a\_b \[c\]`, "see @x now": "see `@x` now", "a@b|c": "`a@b`\\|`c`", "- x": `\- x`, "2. x": `2\. x`, "a\nb": "a b",
		"<!-- x": `&lt;\!-- x`, "\u202ex": `\\u202ex`,
	} {
		assert.Equal(t, want, escapeMarkdown(in))
	}
}

func FuzzEscapeMarkdown(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 300 {
			t.Skip("long texts are short ones one after the other")
		}
		holdMarkdown(t, s)
	})
}
