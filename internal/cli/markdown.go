package cli

import (
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// markdownList writes texts as a list.
func markdownList(texts []string) string {
	var b strings.Builder
	for _, t := range texts {
		b.WriteString("- " + escapeMarkdown(t) + "\n")
	}
	return b.String()
}

// escapeMarkdown escapes a text so that Markdown shows it unchanged, on one line, inside or outside a table: without links, HTML or
// emphasis.
//
// Code hosts search the rendered text, where the escapes are gone, for mentions, issues, addresses, formulas and emoji. They do not
// search code, so a word that may contain one of these becomes code.
func escapeMarkdown(s string) string {
	words := strings.FieldsFunc(printable(newlines.Replace(s)), func(r rune) bool { return r == ' ' })
	for i, word := range words {
		switch {
		case strings.ContainsAny(word, "@#-.$:") && specialToCodeHosts.MatchString(word): // Each match has one of these.
			words[i] = asCode(word)
		case i == 0:
			words[i] = escapeFirst(word)
		default:
			words[i] = markdownEscapes.Replace(word)
		}
	}
	return strings.Join(words, " ")
}

var newlines = strings.NewReplacer("\r\n", " ", "\n", " ")

// specialToCodeHosts matches mentions and mail addresses, issues, formulas, emoji and web addresses.
var specialToCodeHosts = lazyregexp.New(`(?i:@\w|#\d|\bgh-\d|www\.)|\$|:[a-z0-9_+-]+:|://`)

// markdownEscapes escapes the characters with a meaning anywhere in a line.
var markdownEscapes = strings.NewReplacer(
	`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "~", `\~`, "#", `\#`, "<", "&lt;", ">", "&gt;", "&",
	"&amp;", "!", `\!`,
)

// bullet and numbered match the beginning of list items. A bullet can also underline a heading.
var (
	bullet   = lazyregexp.New(`^[-+=]`)
	numbered = lazyregexp.New(`^\d+[.)]$`)
)

// escapeFirst escapes the first word of a line, where more characters have a meaning.
func escapeFirst(word string) string {
	switch {
	case bullet.MatchString(word):
		return `\` + word[:1] + markdownEscapes.Replace(word[1:])
	case numbered.MatchString(word):
		return word[:len(word)-1] + `\` + word[len(word)-1:]
	}
	return markdownEscapes.Replace(word)
}

// asCode writes a word as code. Backticks and the bars of tables have a meaning in code too, so they stay outside.
func asCode(word string) string {
	var b strings.Builder
	for word != "" {
		end := strings.IndexAny(word, "`|")
		switch {
		case end < 0:
			end = len(word)
			fallthrough
		case end > 0:
			b.WriteString("`" + word[:end] + "`")
		default:
			end = 1
			b.WriteString(`\` + word[:end])
		}
		word = word[end:]
	}
	return b.String()
}
