package importer

import (
	"fmt"
	"slices"
	"time"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/reach"
)

// Options are the choices of an import.
type Options struct {
	// Name is the name of the architecture: "Shop". Empty takes the name of the first stack.
	Name string
	// Exact keeps, as exceptions, traffic that is carried although no rule means it. Without it such traffic is closed.
	Exact bool
	// Today decides which flows have expired.
	Today time.Time
}

// Report is what happened in an import.
type Report struct {
	Tiers []Evidence
	// Residual lists what the document does not say, with the place in the templates.
	Residual []Residual
	// Assumptions are what was taken for granted.
	Assumptions []string
	Verdict     Verdict
}

// Evidence is a tier with the reasons for its kind.
type Evidence struct {
	ID, Kind string
	Groups   []string // as the templates name them
	Why      string
}

// Residual is something in the templates that has no place in the document.
type Residual struct {
	At   string // "network.yaml:12"; empty if it has no line
	Text string
}

// Import makes the document of an assembly. The document is nil if the templates have no security groups, or if nothing could be made
// of them; the report says why.
func Import(a *cfn.Assembly, o Options) (*document.Document, Report) {
	i := &importer{
		options: o, assembly: a, top: reach.BuildWith(a, reach.Options{GapsAside: true}),
		gaveUp: map[[2]string]string{}, controls: controls{}, noted: map[*cfn.Resource]bool{}, subnetWords: map[subnetName][][]string{},
	}
	i.top.AssumeOpenPlaces()
	i.settleDoubts()
	i.findTiers()
	i.oneVPC()
	i.assumeLists()
	i.findRuleTiers()
	if len(i.tiers) == 0 {
		i.residual(nil, "the templates have no security group that interfaces wear or that rules name, so there is no tier to make")
		i.leftOver()
		i.report.oneLine()
		return nil, i.report
	}
	i.findFamilies()
	i.findTraffic()
	i.keepFamilies()
	i.findDomains()
	i.findKinds()
	i.nameTiers()
	i.findEndpoints()
	i.withoutLists()
	i.makeDocument()
	i.makeControls()
	i.leftOver()
	d := i.settle()
	i.evidence()
	i.report.oneLine()
	return d, i.report
}

// importer holds one import.
type importer struct {
	options  Options
	assembly *cfn.Assembly
	top      *reach.Topology
	tiers    []*tier
	// strangers are interfaces that are in no tier of the document; what tiers exchange with them is closed.
	strangers []*tier
	traffic   []pair
	has6      bool            // the VPC has IPv6; without it IPv6 does not count
	keeps6    bool            // the document has it too
	exists    map[string]bool // the doubts about resources that are taken to exist
	vague     []Difference    // rules that are not imported because only a deployment knows their ports
	// gaveUp has the reasons why traffic between two ends is closed that could not be kept.
	gaveUp map[[2]string]string
	doc    *document.Document
	report Report

	controls controls
	noted    map[*cfn.Resource]bool // resources that are not in the document, and of which the report says why
	special  []specialRule
	// subnetWords are the words that wordsOf has found.
	subnetWords map[subnetName][][]string
	rulesOnly   *rulesOnly // nil if the templates have security groups

	manyNames      bool // firewalls name more hosts than flows are made for
	protections    []*protection
	endpointsFound []*endpoint
	lists          map[string]string // prefix lists by service, that the catalogue does not know
	symbols        map[string]string // names of resources by their symbols in policies
}

func (i *importer) residual(at *cfn.Resource, format string, args ...any) {
	i.report.Residual = append(i.report.Residual, Residual{At: position(at, 0), Text: fmt.Sprintf(format, args...)})
}

// assume notes an assumption once.
func (i *importer) assume(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(i.report.Assumptions, text) {
		i.report.Assumptions = append(i.report.Assumptions, text)
	}
}

// position returns the place of a resource, or of a line in its template.
func position(r *cfn.Resource, line int) string {
	if r == nil || r.Stack == nil {
		return ""
	}
	if line == 0 {
		line = r.Line
	}
	return fmt.Sprintf("%s:%d", r.Stack.File, line)
}

func (i *importer) evidence() {
	for _, t := range i.tiers {
		e := Evidence{ID: t.id, Kind: t.kindText(), Why: t.why}
		for _, g := range t.groups {
			e.Groups = append(e.Groups, g.Label())
		}
		i.report.Tiers = append(i.report.Tiers, e)
	}
}
