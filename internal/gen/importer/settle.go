package importer

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/stack"
	"github.com/tierwall/tierwall/internal/traffic"
)

// portZero is a port that nobody uses and that the format does not have.
var portZero = traffic.Ports(6, 0, 0).Union(traffic.Ports(17, 0, 0))

// fileName is the name of the document in messages.
const fileName = document.FileName

// settle checks the document as its reader would, and gives up what cannot be kept, one thing at a time. It returns nil if nothing is left
// to give up.
func (i *importer) settle() *document.Document {
	if id, rules := i.mostRules(); rules > catalog.RaisedRulesPerGroup {
		i.residual(nil, "no architecture could be made: the group of %s would have %d rules or more, and AWS allows %d at most; "+
			"join their blocks, or put them into a prefix list", id, rules, catalog.RaisedRulesPerGroup)
		return nil
	}
	fallbacks := i.fallbacks()
	for {
		d, s, problems := i.build()
		if s != nil {
			i.settleControls(s)
			i.report.Verdict = i.compare(s)
			i.assumeQuota()
			return d
		}
		if i.dropControls(d, problems) || i.dropFlows(d, problems) {
			continue
		}
		used := slices.IndexFunc(fallbacks, func(f fallback) bool { return f.answers(problems) && f.use(tiersWithErrors(d, problems)) })
		why := firstLine(problems)
		if used < 0 {
			i.residual(nil, "no architecture of %d groups could be made: %s", len(i.tiers), why)
			return nil
		}
		if !fallbacks[used].losesNothing {
			i.residual(nil, "given up because of: %s", why)
		}
	}
}

// mostRules returns the tier with the most flows from or to blocks in one direction: its group needs a rule for each.
func (i *importer) mostRules() (id string, rules int) {
	count := map[[2]string]int{}
	for _, p := range i.traffic {
		way := [2]string{p.from.name(), "out"}
		if p.from.tier == nil {
			way = [2]string{p.to.name(), "in"}
		}
		if p.from.kind != arch.CIDR && p.to.kind != arch.CIDR {
			continue
		}
		if count[way]++; count[way] > rules {
			id, rules = way[0], count[way]
		}
	}
	return id, rules
}

func firstLine(problems diag.List) string {
	for _, p := range problems {
		if p.Severity == diag.Error {
			return p.Summary + ": " + p.Detail
		}
	}
	return ""
}

// build writes the document, reads it and makes its stack.
func (i *importer) build() (*document.Document, *stack.Stack, diag.List) {
	planBlocks(i.doc)
	d, problems := document.Parse(fileName, i.doc.Write())
	if problems.HasErrors() {
		return nil, nil, problems.List()
	}
	s, diags := stack.Make(d.Environments[0].Document, d.Environments[0], ".json", i.options.Today)
	return d, s, diags
}

// dropFlows makes exceptions of the flows that have errors, and removes exceptions that have errors.
func (i *importer) dropFlows(d *document.Document, problems diag.List) bool {
	if d == nil {
		return false
	}
	found := map[int]string{}
	for _, p := range problems {
		for _, at := range p.At {
			if p.Severity == diag.Error {
				found[at.Line] = p.Summary + ": " + p.Detail
			}
		}
	}
	dropped := false
	var kept []document.Flow
	var moved []document.Flow
	for n, f := range d.Flows {
		if found[f.At.Line] == "" {
			kept = append(kept, i.doc.Flows[n])
			continue
		}
		g := i.doc.Flows[n]
		g.Owner = "import"
		moved, dropped = append(moved, g), true
	}
	i.doc.Flows = kept
	kept = nil
	for n, f := range d.Exceptions {
		if found[f.At.Line] == "" {
			kept = append(kept, i.doc.Exceptions[n])
			continue
		}
		dropped = true
		i.giveUp(i.doc.Exceptions[n], strings.TrimSpace(found[f.At.Line]))
	}
	i.doc.Exceptions = slices.Concat(kept, moved)
	return dropped
}

// giveUp remembers why a flow cannot be kept.
func (i *importer) giveUp(f document.Flow, why string) {
	i.gaveUp[[2]string{f.From, f.To}] = why
	i.residual(nil, "%s is closed: %s", f.Key(), why)
}
