package cli

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/change"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/picture/mermaid"
)

// maxComment is how many bytes a comment has at most. GitHub takes 65,536 characters; GitLab and others take more.
const maxComment = 65_000

// comment writes a change as Markdown for a pull request. The riskiest line comes first. If the text is too long, lists are shortened from
// the end, each with a count of what it leaves out, and then the picture goes.
func comment(c *change.Change, name string) string {
	text, drawn := "", drawing(c)
	for _, size := range []commentSize{{300, 300}, {100, 300}, {30, 200}, {10, 120}, {3, 60}} {
		w := commentWriter{c: c, commentSize: size, drawn: drawn}
		if text = marker(name) + "\n" + w.write(); len(text) <= maxComment {
			break
		}
		if size.rows == 30 {
			drawn = "The picture is too large for a comment; the report has it."
		}
	}
	return text
}

// marker is the hidden first line by which a pipeline finds the comment again.
func marker(name string) string {
	id := strings.Trim(strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "-"), "-")
	if id != "" {
		id = " " + id[:min(len(id), 100)]
	}
	return "<!-- tierwall change" + id + " -->"
}

// commentWriter writes a comment of some size.
type commentWriter struct {
	strings.Builder
	commentSize
	c     *change.Change
	drawn string // the picture
}

// commentSize is how many rows a table has at most, and how many characters a cell.
type commentSize struct{ rows, cell int }

func (w *commentWriter) write() string {
	c := w.c
	w.part("### " + escapeMarkdown(w.cut(c.Headline())))
	w.part(escapeMarkdown(w.cut(c.Title)) + ": " + escapeMarkdown(c.Picture.Summary))
	w.lines()
	w.calls()
	w.hazards("Findings", c.Findings)
	w.hazards("Hazards of the update", c.Update.Findings)
	w.part(w.drawn)
	w.values()
	w.notes()
	return w.String()
}

// isFull reports whether the comment is too long already, so that what is left is not worth its time: the next try is shorter.
func (w *commentWriter) isFull() bool { return w.Len() > maxComment }

// part writes a part of the comment, and an empty line after it.
func (w *commentWriter) part(text string) {
	if text != "" {
		w.WriteString(strings.TrimSuffix(text, "\n") + "\n\n")
	}
}

// lines writes the traffic that changes: what opens in sight, and what closes folded.
func (w *commentWriter) lines() {
	opens := &table{head: []string{"", "From", "To", "Traffic", "Risk", "Remarks"}}
	closes := &table{head: []string{"", "From", "To", "Traffic", "Remarks"}}
	for _, l := range w.c.Lines {
		remarks := w.cut(strings.Join(l.Why, "; "))
		from, to, traffic := w.cut(l.From), w.cut(l.To), w.cut(l.Traffic)
		if l.Opens {
			opens.add(l.Mark, from, to, traffic, strings.Join(l.Risks, ", "), remarks)
		} else {
			closes.add(l.Mark, from, to, traffic, remarks)
		}
	}
	w.table("", opens)
	if len(closes.rows) > 0 {
		closes.more = upperFirst(openConnectionsNote) + "."
		w.folded(counted(len(closes.rows), "line is newly denied, or may be", "lines are newly denied, or may be"), closes)
	}
}

func (w *commentWriter) calls() {
	t := &table{head: []string{"", "Endpoint", "Call"}}
	for _, c := range w.c.Calls {
		t.add(c.Mark, w.cut(c.Endpoint), w.cut(c.Call))
	}
	w.table("#### Calls of AWS services", t)
}

func (w *commentWriter) hazards(title string, list diag.List) {
	t := &table{head: []string{"Where", "What", "Fix"}}
	for _, f := range list {
		t.add(w.cut(f.Path), w.cut(f.Rule+": "+f.Summary), w.cut(f.Fix))
	}
	w.table("#### "+title, t)
}

func (w *commentWriter) values() {
	budgets := &table{head: []string{"Quota", "Before", "After", "Of"}}
	for _, v := range w.c.Budgets {
		budgets.add(w.cut(v.What), v.Before, v.After, v.Of)
	}
	costs := &table{head: []string{"US$ a month", "Before", "After"}}
	for _, v := range w.c.Costs {
		costs.add(w.cut(v.What), v.Before, v.After)
	}
	w.folded(counted(len(budgets.rows), "budget changes", "budgets change"), budgets)
	w.folded("Costs change", costs)
}

// notes lists what is not known and what was assumed. It is folded, but its title counts what is not known.
func (w *commentWriter) notes() {
	t := &table{head: []string{"", "Note"}}
	for _, d := range w.c.Update.Unknown {
		t.add("not known", w.cut(strings.ReplaceAll(d.Message(), "\n    ", "; ")))
	}
	unknown := len(t.rows)
	if w.c.Uncompared != "" {
		t.add("not compared", w.c.Uncompared)
	}
	for _, n := range w.c.Picture.Notes {
		t.add("note", w.cut(n))
	}
	for _, a := range w.c.Assumptions {
		t.add("assumed", w.cut(a))
	}
	title := "Notes and assumptions"
	if unknown > 0 {
		title = counted(unknown, "part of the update is", "parts of the update are") + " not known; notes and assumptions"
	}
	w.folded(title, t)
}

// maxDrawing is how many bytes of a comment the picture may take.
const maxDrawing = 24_000

// drawing returns the picture as Mermaid. It is empty if nothing changes.
func drawing(c *change.Change) string {
	if len(c.Lines) == 0 || len(c.Picture.Boxes) == 0 {
		return ""
	}
	p := *c.Picture
	isLarge := func(p *picture.Picture) bool { return picture.IsLarge(p) || len(mermaid.Write(p)) > maxDrawing }
	p.Fold(isLarge)
	if text := mermaid.Write(&p); len(text) <= maxDrawing {
		return "```mermaid\n" + text + "```"
	}
	return "The picture is too large for a comment; the report has it."
}

// table writes a table with a title. It leaves out rows beyond the limit, and counts them.
func (w *commentWriter) table(title string, t *table) {
	if len(t.rows) > 0 && !w.isFull() {
		w.part(title)
		w.part(w.shortened(t))
	}
}

// folded writes a table that a reader unfolds.
func (w *commentWriter) folded(title string, t *table) {
	if len(t.rows) > 0 && !w.isFull() {
		w.part("<details><summary>" + escapeMarkdown(title) + "</summary>\n\n" + w.shortened(t) + "\n</details>")
	}
}

func (w *commentWriter) shortened(t *table) string {
	short := *t
	more := len(t.rows) - w.rows
	if more > 0 {
		short.rows = t.rows[:w.rows]
	}
	text := short.markdown()
	if more > 0 {
		text += fmt.Sprintf("\n%d more; the report has all.\n", more)
	}
	return text
}

// cut shortens a long text, at the end of a word if there is one.
func (w *commentWriter) cut(text string) string {
	if len(text) <= w.cell {
		return text
	}
	n := 0
	for end := range text {
		if n == w.cell {
			kept := text[:end]
			if i := strings.LastIndex(kept, " "); i > w.cell/2 {
				kept = kept[:i]
			}
			return kept + " ..."
		}
		n++
	}
	return text
}
