package flowlog

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
)

// Problem is something in a file that cannot be read.
type Problem struct {
	File string `json:"file"`
	// Line is the first line with the problem, the first row of a Parquet file, or the first event of an export of CloudWatch Logs as
	// JSON. It is 0 if the problem is the whole file's.
	Line  int64  `json:"line,omitempty"`
	Count int64  `json:"count"` // of lines with the problem
	Text  string `json:"text"`
	// Lost says that records may be lost, so that nothing may be said to be absent from the log.
	Lost bool `json:"lost,omitempty"`
}

// String writes the problem with its place.
func (p Problem) String() string {
	text := p.File
	if p.Line > 0 {
		text += ":" + strconv.FormatInt(p.Line, 10)
	}
	text += ": " + p.Text
	switch {
	case p.Count == 2:
		text += " (and 1 more line)"
	case p.Count > 2:
		text += fmt.Sprintf(" (and %d more lines)", p.Count-1)
	}
	return text
}

// problems collects the problems of one file.
type problems struct {
	file  string
	found map[problemKey]*Problem
}

// problemKey is what problems have in common that are counted as one.
type problemKey struct {
	field *field
	what  string
}

// add counts a problem. Its text is made for the first one only.
func (p *problems) add(line int64, key problemKey, text func() string) {
	known, ok := p.found[key]
	if !ok {
		if p.found == nil {
			p.found = map[problemKey]*Problem{}
		}
		p.found[key] = &Problem{File: p.file, Line: line, Count: 1, Text: text(), Lost: true}
		return
	}
	known.Count++
}

// addText counts a problem whose text is always the same.
func (p *problems) addText(line int64, text string) {
	p.add(line, problemKey{what: text}, func() string { return text })
}

// addValue counts a value that a field cannot have.
func (p *problems) addValue(line int64, f *field, value []byte) {
	p.add(line, problemKey{field: f}, func() string { return fmt.Sprintf("%s cannot be %s", f.name, quote(value)) })
}

// list returns the problems by their lines.
func (p *problems) list() []Problem {
	var out []Problem
	for _, found := range p.found {
		out = append(out, *found)
	}
	slices.SortFunc(out, compareProblems)
	return out
}

func compareProblems(a, b Problem) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Text, b.Text))
}

// quote writes the begin of a text in quotes.
func quote(text []byte) string {
	const longest = 40
	if len(text) > longest {
		return strconv.Quote(string(text[:longest])) + "..."
	}
	return strconv.Quote(string(text))
}
