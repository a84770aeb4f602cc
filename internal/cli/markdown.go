package cli

import (
	"regexp"
	"strings"
)

// markdownList writes texts as a list.
func markdownList(texts []string) string {
	var b strings.Builder
	for _, t := range texts {
		b.WriteString("- " + escapeMarkdown(t) + "\n")
	}
	return b.String()
}

// escapeMarkdown writes a text so that Markdown shows it as it is, on one line, in a table or outside, and makes nothing of it: no
// link, no HTML, no emphasis.
//
// Code hosts look for mentions, issues, addresses, formulas and emoji in what Markdown has made of the text, where escapes
// are gone. They leave code alone: a word that may hold one of these becomes code.
func escapeMarkdown(s string) string {
	words := strings.FieldsFunc(printable(newlines.Replace(s)), func(r rune) bool { return r == ' ' })
	for i, word := range words {
		switch {
		case meansMore.MatchString(word):
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

// meansMore finds mentions and mail addresses, issues, formulas, emoji and addresses of pages.
var meansMore = regexp.MustCompile(`(?i:@\w|#\d|\bgh-\d|www\.)|\$|:[a-z0-9_+-]+:|://`)

// markdownEscapes are the characters that mean something anywhere in a line.
var markdownEscapes = strings.NewReplacer(
	`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "~", `\~`, "#", `\#`, "<", "&lt;", ">", "&gt;", "&",
	"&amp;", "!", `\!`,
)

// bullet and numbered begin the items of lists; the former underlines headings as well.
var (
	bullet   = regexp.MustCompile(`^[-+=]`)
	numbered = regexp.MustCompile(`^\d+[.)]$`)
)

// escapeFirst escapes the first word of a line, where more characters mean something.
func escapeFirst(word string) string {
	switch {
	case bullet.MatchString(word):
		return `\` + word[:1] + markdownEscapes.Replace(word[1:])
	case numbered.MatchString(word):
		return word[:len(word)-1] + `\` + word[len(word)-1:]
	}
	return markdownEscapes.Replace(word)
}

// asCode writes a word as code. Backticks and the bars of tables mean something in code as well and stay outside.
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
