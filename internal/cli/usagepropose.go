package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/stack"
	"github.com/tierwall/tierwall/internal/usage"
	"github.com/tierwall/tierwall/internal/usage/removal"
)

// propose writes what to remove: for a file the file without the unused flows, for a CDK app the lines.
func (u usageCommand) propose(c console, s usageSource, m *arch.Model, r *usage.Result) error {
	atLeast, err := parsePeriod(u.UnusedFor)
	if err != nil {
		return err
	}
	p := removal.Propose(m, r, atLeast)
	notes := []string{fmt.Sprintf("the logs are from %s to %s", moment(r.From), moment(r.To))}
	var text string
	if file, ok := s.(fileSource); ok {
		var more []string
		text, more, err = file.without(p)
		notes = append(notes, more...)
	} else {
		text = removalLines(p)
	}
	if err != nil {
		return err
	}
	for _, k := range p.Keep {
		notes = append(notes, fmt.Sprintf("kept: %s: %s", k.SubjectString(), k.Why))
	}
	if len(p.Remove) == 0 {
		notes = append(notes, "there is nothing to remove")
	}
	if u.Out != "-" {
		if err := writeFile(u.Out, []byte(text), u.Force); err != nil {
			return err
		}
		notes = append(notes, "wrote "+u.Out)
	}
	for i, note := range notes {
		notes[i] = printable(newlines.Replace(note))
	}
	if err := c.tell(strings.Join(notes, "\n")); err != nil || u.Out != "-" {
		return err
	}
	return c.file(text)
}

// parsePeriod reads a duration in hours, days or weeks: "12h", "30d", "4w".
func parsePeriod(text string) (time.Duration, error) {
	units := map[string]int{"h": 1, "d": 24, "w": 7 * 24}
	if text != "" {
		n, err := strconv.Atoi(text[:len(text)-1])
		if unit := units[text[len(text)-1:]]; err == nil && n > 0 && n < 10_000 && unit > 0 {
			return time.Duration(n*unit) * time.Hour, nil
		}
	}
	return 0, fmt.Errorf("--unused-for: got %q; allowed are hours, days and weeks, as in 12h, 30d and 4w", text)
}

// removalLines lists the lines of an app that declare flows to remove.
func removalLines(p removal.Proposal) string {
	var b strings.Builder
	for _, f := range p.Remove {
		for _, l := range f.Lines {
			text := fmt.Sprintf("%s: remove %s -> %s %s", l.At, f.From, f.To, f.Service)
			if f.Owner != "" {
				text += "; its owner is " + f.Owner
			}
			if len(l.Others) > 0 {
				text += "; the line also declares " + subjectsOf(l.Others) + ", which must stay"
			}
			b.WriteString(printable(text) + "\n")
		}
	}
	return b.String()
}

func subjectsOf(flows []arch.CheckedFlow) string {
	var out []string
	for _, f := range flows {
		out = append(out, f.SubjectString())
	}
	return strings.Join(out, ", ")
}

// without returns the file without the flows to remove. A removal that makes the file unusable is not made.
func (s fileSource) without(p removal.Proposal) (text string, notes []string, err error) {
	path, data, err := readArchitecture(s.file)
	if err != nil {
		return "", nil, err
	}
	path = filepath.ToSlash(path)
	d, problems := document.Parse(path, data)
	if d == nil {
		return "", nil, problems
	}
	if others := slices.DeleteFunc(slices.Clone(d.Environments), func(e document.Environment) bool {
		return e.Name == s.environment
	}); len(others) > 0 && len(p.Remove) > 0 {
		var names []string
		for _, e := range others {
			names = append(names, e.Name)
		}
		notes = append(notes, fmt.Sprintf("flows are the same in all environments, but the logs are of %s only: check the logs of %s before "+
			"you use the file", s.environment, strings.Join(names, ", ")))
	}
	if err := s.check(path, data); err != nil {
		return "", nil, err
	}
	for _, f := range p.Remove {
		changed, err := withoutFlow(d, path, data, f)
		if err == nil {
			err = s.check(path, changed)
			if err != nil {
				err = fmt.Errorf("without it, %w", err)
			}
		}
		if err != nil {
			notes = append(notes, fmt.Sprintf("kept: %s: %v", f.SubjectString(), err))
			continue
		}
		notes = append(notes, fmt.Sprintf("removed: %s (%s)", f.SubjectString(), f.Lines[0].At))
		data = changed
	}
	return string(data), notes, nil
}

// withoutFlow returns a file without one flow. d is the file as it was.
func withoutFlow(d *document.Document, path string, data []byte, f removal.Flow) ([]byte, error) {
	edit, problems := document.NewEdit(path, data)
	if edit == nil {
		return nil, problems
	}
	for _, line := range f.Lines {
		at := func(of document.Flow) bool { return of.At == line.At }
		var err error
		if i := slices.IndexFunc(d.Flows, at); i >= 0 {
			err = edit.RemoveFlow(d.Flows[i].Key())
		} else if i := slices.IndexFunc(d.Exceptions, at); i >= 0 {
			err = edit.RemoveException(d.Exceptions[i].Key())
		} else {
			err = fmt.Errorf("it follows from something else that %s declares", line.At)
		}
		if err != nil {
			return nil, err
		}
	}
	return edit.Bytes(), nil
}

// check returns an error if a changed file cannot be used in one of its environments.
func (s fileSource) check(path string, data []byte) error {
	d, problems := document.Parse(path, data)
	if d == nil || problems.HasErrors() {
		return fmt.Errorf("the file has errors: %s", problems.Error())
	}
	beside, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer func() { _ = beside.Close() }()
	for _, e := range d.Environments {
		if made, diags := stack.MakeIn(beside.FS(), e.Document, e, ".json", time.Now()); made == nil {
			return fmt.Errorf("the file has errors: %s", diags.With(diag.Error))
		}
	}
	return nil
}
