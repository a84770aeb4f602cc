package docs

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

// The measures of a picture of a terminal, in pixels. Each run of text is stretched to the width of its characters, whatever the font.
const (
	charWidth, lineHeight, fontSize = 8, 18, 13
	margin                          = 16
)

// escapes are the codes that the command writes, with the looks of the text behind them.
var escapes = map[string]string{
	"\x1b[0m": "", "\x1b[1m": ` font-weight="bold" fill="#ffffff"`, "\x1b[2m": ` fill="#8b949e"`, "\x1b[31m": ` fill="#ff7b72"`,
	"\x1b[32m": ` fill="#7ee787"`, "\x1b[33m": ` fill="#e3b341"`,
}

var escapeCode = regexp.MustCompile(`\x1b\[[0-9]*m`)

// terminalSVG draws what a terminal shows.
func terminalSVG(text string) string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	widest := 0
	for _, line := range lines {
		widest = max(widest, utf8.RuneCountInString(escapeCode.ReplaceAllString(line, "")))
	}
	width, height := 2*margin+widest*charWidth, 2*margin+len(lines)*lineHeight
	var b strings.Builder
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n",
		width, height, width, height)
	fmt.Fprintf(&b, "<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#0d1117\"/>\n", width, height)
	fmt.Fprintf(&b, "<g font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" "+
		"font-size=\"%d\" fill=\"#e6edf3\">\n", fontSize)
	for i, line := range lines {
		column, look := 0, ""
		write := func(text string) {
			if strings.TrimSpace(text) != "" {
				n := utf8.RuneCountInString(text)
				fmt.Fprintf(&b, "<text x=\"%d\" y=\"%d\" textLength=\"%d\" xml:space=\"preserve\"%s>", margin+column*charWidth,
					margin+i*lineHeight+fontSize, n*charWidth, look)
				_ = xml.EscapeText(&b, []byte(text))
				b.WriteString("</text>\n")
			}
			column += utf8.RuneCountInString(text)
		}
		at := 0
		for _, code := range escapeCode.FindAllStringIndex(line, -1) {
			write(line[at:code[0]])
			look, at = escapes[line[code[0]:code[1]]], code[1]
		}
		write(line[at:])
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

func TestTerminalSVG(t *testing.T) {
	t.Parallel()
	got := terminalSVG("a <\x1b[31mred\x1b[0m &\nb\n")
	assert.NoError(t, xml.Unmarshal([]byte(got), new(any)))
	for _, want := range []string{`>a &lt;</text>`, ` fill="#ff7b72">red</text>`, `> &amp;</text>`, `y="47"`, `width="96"`} {
		assert.Contains(t, got, want)
	}
	assert.NotContains(t, got, "\x1b")
}
