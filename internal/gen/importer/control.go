package importer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
)

// controls are the resources of firewalls, web ACLs and endpoints that the document says. Each has what the document does not say of it;
// nothing if it is there whole.
type controls map[*cfn.Resource][]string

// makeControls makes inspection, grants and web ACLs. The tiers and flows are in the document already.
func (i *importer) makeControls() {
	i.inspection()
	i.makeEndpoints()
	i.webACLs()
	i.settleSQL()
}

// import records that a resource is in the document.
func (c controls) add(all ...*cfn.Resource) {
	for _, r := range all {
		if _, known := c[r]; !known {
			c[r] = nil
		}
	}
}

// remove forgets the resources of some types: their control is given up.
func (c controls) remove(types ...string) {
	for r := range c {
		if slices.Contains(types, r.Type) {
			delete(c, r)
		}
	}
}

// not notes that a resource is not in the document, and why.
func (i *importer) not(r *cfn.Resource, path, format string, args ...any) {
	i.unsaid(r, path, format, args...)
	i.noted[r] = true
}

// lost notes something of a resource that stops traffic and that the document does not say, with its place.
func (i *importer) lost(r *cfn.Resource, path, format string, args ...any) {
	i.unsaid(r, path, format, args...)
	i.controls[r] = append(i.controls[r], position(r, r.At(path).Line))
}

// unsaid notes something of a resource that the document does not say, and that stops no traffic.
func (i *importer) unsaid(r *cfn.Resource, path, format string, args ...any) {
	at := r.At(path)
	i.report.Residual = append(i.report.Residual, Residual{At: position(r, at.Line), Text: fmt.Sprintf(format, args...)})
}

// partly says what is missing of the controls that are in the document only in part.
func (i *importer) partly() []string {
	var out []string
	for r := range i.assembly.Resources() {
		if places := i.controls[r]; len(places) > 0 {
			slices.Sort(places)
			places = slices.Compact(places)
			out = append(out, fmt.Sprintf("%s %s is only partly in the new file: see what is listed as not in it for %s", r.Type, r.ID,
				summary(places)))
		}
	}
	return out
}

// maxPlaces bounds the lines that a sentence names.
const maxPlaces = 5

func more(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(" and %d more", n)
}

// dropControls gives up the controls that the document's reader or the plan refuses, and reports whether there was one.
func (i *importer) dropControls(d *document.Document, problems diag.List) bool {
	lines := map[int]string{}
	for _, p := range problems {
		for _, at := range p.At {
			if p.Severity == diag.Error {
				lines[at.Line] = p.Summary + ": " + p.Detail
			}
		}
	}
	if d == nil {
		return false
	}
	dropped := i.dropUses(d, lines)
	dropped = i.dropWebACLs(d, lines) || dropped
	if d.Inspection != nil && lines[d.Inspection.At.Line] != "" {
		i.dropInspection(lines[d.Inspection.At.Line])
		dropped = true
	}
	return dropped
}

// dropInspection gives up inspection.
func (i *importer) dropInspection(why string) {
	if i.doc.Inspection == nil {
		return
	}
	i.doc.Inspection = nil
	i.controls.remove(firewallTypes...)
	i.residual(nil, "inspection is given up because of: %s", strings.TrimSpace(why))
}

// oneLine makes each text of the report one line, whatever characters the templates have.
func (r *Report) oneLine() {
	for n := range r.Residual {
		r.Residual[n].At, r.Residual[n].Text = line(r.Residual[n].At), line(r.Residual[n].Text)
	}
	for n := range r.Assumptions {
		r.Assumptions[n] = line(r.Assumptions[n])
	}
	for n := range r.Verdict.Unproven {
		r.Verdict.Unproven[n] = line(r.Verdict.Unproven[n])
	}
}

// line returns a text without characters that end a line, move the cursor or turn the direction of writing.
func line(text string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c < ' ' || c >= 0x7f && c < 0xa0, c == '\u2028' || c == '\u2029', c == '\ufeff',
			c >= '\u200b' && c <= '\u200f', c >= '\u202a' && c <= '\u202e', c >= '\u2066' && c <= '\u2069':
			return ' '
		}
		return c
	}, text)
}
