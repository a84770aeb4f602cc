// Package manpage writes manual pages in the format of man(7) from kong's model: from the same texts as the help of a command. It must
// not know the commands themselves.
package manpage

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// Page returns the page of a command, or of the whole program if n is its root.
func Page(n *kong.Node, version string) string {
	b := &page{}
	name := Name(n)
	b.line(".TH " + quoted(strings.ToUpper(name)) + ` 1 "" ` + quoted(version))
	summary, detail := n.Help, n.Detail
	if n.Parent == nil { // The help of the program has its summary as the first paragraph.
		summary, detail, _ = strings.Cut(n.Help, "\n\n")
		summary = strings.TrimPrefix(strings.Join(strings.Fields(summary), " "), n.Name+" ")
	}
	b.section("NAME")
	b.line(escaped(name) + ` \- ` + escaped(strings.TrimSuffix(summary, ".")))
	b.section("SYNOPSIS")
	b.line(`.B ` + escaped(n.FullPath()))
	b.text(strings.TrimSpace(strings.TrimPrefix(n.Summary(), n.Path())))
	b.section("DESCRIPTION")
	b.detail(detail, func() { b.arguments(n); b.options(n); b.commands(n) })
	b.seeAlso(n)
	return b.String()
}

// Name returns the name of the page of a command, such as tierwall-show.
func Name(n *kong.Node) string {
	if n.Parent == nil {
		return n.Name
	}
	return Name(n.Parent) + "-" + n.Name
}

// page collects the lines of a page.
type page struct{ strings.Builder }

func (b *page) line(s string)       { b.WriteString(s + "\n") }
func (b *page) section(name string) { b.line(".SH " + quoted(name)) }

// text writes a line of text, which a full stop at its start does not make a request.
func (b *page) text(s string) {
	if s == "" {
		return
	}
	s = escaped(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, `\(aq`) {
		s = `\&` + s
	}
	b.line(s)
}

// item writes a term with its explanation.
func (b *page) item(term, text string) {
	b.line(".TP")
	b.line(".B " + escaped(term))
	b.text(text)
}

func (b *page) arguments(n *kong.Node) {
	if len(n.Positional) == 0 {
		return
	}
	b.section("ARGUMENTS")
	for _, p := range n.Positional {
		b.item(p.Summary(), p.Help)
	}
}

func (b *page) options(n *kong.Node) {
	b.section("OPTIONS")
	for _, group := range n.AllFlags(true) {
		for _, f := range group {
			b.item(option(f), f.Help)
		}
	}
}

// option writes a flag with its value, as the help does.
func option(f *kong.Flag) string {
	out := "--" + f.Name
	if f.Short != 0 {
		out = "-" + string(f.Short) + ", " + out
	}
	if !f.IsBool() && !f.IsCounter() {
		out += "=" + f.FormatPlaceHolder()
	}
	return out
}

func (b *page) commands(n *kong.Node) {
	first := true
	for _, c := range n.Children {
		if c.Hidden {
			continue
		}
		if first {
			b.section("COMMANDS")
			first = false
		}
		b.item(c.Name, c.Help)
	}
}

// seeAlso names the pages of the commands above and below.
func (b *page) seeAlso(n *kong.Node) {
	var out []string
	if n.Parent != nil {
		out = append(out, Name(n.Parent))
	}
	for _, c := range n.Children {
		if !c.Hidden {
			out = append(out, Name(c))
		}
	}
	if len(out) == 0 {
		return
	}
	b.section("SEE ALSO")
	for i, name := range out {
		comma := ","
		if i == len(out)-1 {
			comma = ""
		}
		b.line(".BR " + escaped(name) + " (1)" + comma)
	}
}

// detail writes a long help. The headings "Exit codes:" and "Examples:" become sections, and indented lines stay as they are. It calls
// beforeSections at the end of the description.
func (b *page) detail(text string, beforeSections func()) {
	called := false
	for _, paragraph := range strings.Split(strings.Trim(text, "\n"), "\n\n") {
		section := map[string]string{"Exit codes:": "EXIT STATUS", "Examples:": "EXAMPLES"}[paragraph]
		if section != "" && !called {
			beforeSections()
			called = true
		}
		switch {
		case section != "":
			b.section(section)
		case strings.HasPrefix(paragraph, "    "):
			b.verbatim(paragraph)
		default:
			b.line(".PP")
			for _, line := range strings.Split(paragraph, "\n") {
				b.text(line)
			}
		}
	}
	if !called {
		beforeSections()
	}
}

// verbatim writes lines that keep their breaks.
func (b *page) verbatim(paragraph string) {
	b.line(".PP")
	b.line(".RS 4")
	b.line(".nf")
	for _, line := range strings.Split(paragraph, "\n") {
		b.text(strings.TrimPrefix(line, "    "))
	}
	b.line(".fi")
	b.line(".RE")
}

// escaped makes roff print a text as it is. A plain "-" or "'" would become a typographic one, which nobody can copy.
func escaped(s string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(s)
}

// quoted makes one argument of a request.
func quoted(s string) string { return `"` + strings.ReplaceAll(escaped(s), `"`, `\(dq`) + `"` }

// Find returns the command with a path of names, or an error that lists the commands there are.
func Find(app *kong.Application, path []string) (*kong.Node, error) {
	n := app.Node
	for _, name := range path {
		var next *kong.Node
		var names []string
		for _, c := range n.Children {
			if c.Name == name {
				next = c
			}
			if !c.Hidden {
				names = append(names, c.Name)
			}
		}
		switch {
		case next == nil && len(names) == 0:
			return nil, fmt.Errorf("%s has no commands, got %q", n.FullPath(), name)
		case next == nil:
			return nil, fmt.Errorf("%s has no command %q; allowed are %s", n.FullPath(), name, strings.Join(names, ", "))
		}
		n = next
	}
	return n, nil
}
