package compliance

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	endpoints "github.com/tierwall/tierwall/internal/iam/deployed"
	firewalls "github.com/tierwall/tierwall/internal/networkfirewall/deployed"
	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
	webacls "github.com/tierwall/tierwall/internal/webacl/deployed"
)

// collector collects the evidence of one page.
type collector struct {
	Input
	rows      []Evidence // of the requirement at hand
	boxes     map[string]picture.Box
	acls      []webacls.WebACL
	firewalls []*firewalls.Firewall
	endpoints []endpoints.Endpoint
	scopes    []scope
}

func newCollector(in Input) *collector {
	c := &collector{Input: in, boxes: map[string]picture.Box{}, firewalls: firewalls.Read(in.Assembly).Firewalls,
		endpoints: endpoints.Read(in.Assembly), scopes: scopesOf(in)}
	c.acls, _ = webacls.Read(in.Assembly)
	for _, b := range in.Survey.Picture.Boxes {
		c.boxes[b.ID] = b
	}
	return c
}

// add adds evidence. It is called from so many places that a copy in each would make the command larger.
//
//go:noinline
func (c *collector) add(e Evidence) { c.rows = append(c.rows, e) }

// ofType returns the resources of a type.
//
//go:noinline
func (c *collector) ofType(kind string) []*cfn.Resource {
	return slices.Collect(c.Assembly.OfType(kind))
}

// resource adds what a resource shows. A resource that may not exist, or that a macro may change, is not sure to act.
func (c *collector) resource(state State, r *cfn.Resource, shows string) {
	if doubt := doubtOf(r); doubt != "" && (state == Acts || state == Idle) {
		state, shows = Unknown, shows+"; "+doubt
	}
	c.add(Evidence{State: state, Object: pathOf(r), ID: r.ID, At: lineOf(r), Shows: shows})
}

// doubtOf says why a resource may not be as it was read.
func doubtOf(r *cfn.Resource) string {
	switch {
	case r.Condition != "":
		return "it may not exist: " + r.Doubt()
	case r.Rewritten != "":
		return "the macro " + r.Rewritten + " may change it"
	case len(r.Stack.Macros) > 0:
		return "the macro " + r.Stack.Macros[0] + " may change it"
	}
	return ""
}

// pathOf names a resource by its path, without the parts that CDK adds.
func pathOf(r *cfn.Resource) string {
	name := r.Name()
	for strings.HasSuffix(name, "/Resource") {
		name = strings.TrimSuffix(name, "/Resource")
	}
	return name
}

func lineOf(r *cfn.Resource) string { return fmt.Sprintf("%s:%d", r.Stack.File, r.Line) }

// says adds what is no resource.
//
//go:noinline
func (c *collector) says(state State, object, shows string) {
	c.add(Evidence{State: state, Object: object, Shows: shows})
}

// attach adds what only a person can give.
func (c *collector) attach(what string) { c.says(Attach, "", what) }

// gaps adds the parts of the templates that are not understood and may change what a requirement is about.
func (c *collector) gaps(touches func(reach.Gap) bool) {
	for _, g := range c.Topology.Gaps {
		if !g.Copies && !g.IsIdle() && touches(g) {
			c.add(Evidence{State: Unknown, Object: pathOf(g.Resource), ID: g.Resource.ID, At: lineOf(g.Resource), Shows: g.Reason})
		}
	}
}

// trafficGaps adds everything that may change which traffic passes.
func (c *collector) trafficGaps() {
	c.gaps(func(reach.Gap) bool { return true })
	for _, label := range c.Topology.Matrix().Foreign {
		c.says(Unknown, label, "its own rules are not in the templates")
	}
	if m := c.Topology.Matrix(); m.Pairs > reach.MaxPairs {
		c.says(Unknown, "flows between tiers", strconv.Itoa(m.Pairs)+" pairs may exchange traffic; they are too many to look at")
	}
}

// findings adds findings of the proof.
func (c *collector) findings(about func(proof.Finding) bool) {
	if c.Proof == nil {
		return
	}
	for _, f := range c.Proof.Findings {
		if about(f) {
			d := f.Diagnostic()
			c.add(Evidence{State: stateOf(f.Verdict), Object: d.Path, Shows: f.Verdict.String() + ": " + d.Summary, Declared: positions(f.At)})
		}
	}
}

func stateOf(v proof.Verdict) State {
	switch v {
	case proof.Unknown:
		return Unknown
	case proof.Missing:
		return Idle
	}
	return Opposes
}

// aboutTraffic reports whether a finding is about traffic that is carried and should not be, or is not known.
func aboutTraffic(f proof.Finding) bool {
	return f.Verdict == proof.Excess || f.Verdict == proof.Unknown && f.Control == "" && f.Policy == ""
}

// weakened returns whether a finding is about a control whose name holds one of the words.
func weakened(words ...string) func(proof.Finding) bool {
	return func(f proof.Finding) bool {
		text := strings.ToLower(f.Control + " " + f.What)
		return f.Verdict == proof.Weakened && slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
	}
}

// addHidden says which unread parts may hold evidence, if none was found.
func (c *collector) addHidden() {
	if slices.ContainsFunc(c.rows, func(e Evidence) bool { return e.State == Acts || e.State == Attach || e.State == Opposes }) {
		return
	}
	for _, s := range c.Assembly.Stacks {
		if len(s.Macros) > 0 {
			c.says(Unknown, s.Name, "the macro "+s.Macros[0]+" may add resources that the template does not show")
		}
	}
	for _, r := range c.ofType("AWS::CloudFormation::Stack") {
		if !slices.ContainsFunc(c.Assembly.Stacks, func(s *cfn.Stack) bool { return s.Parent == r }) {
			c.add(Evidence{State: Unknown, Object: pathOf(r), ID: r.ID, At: lineOf(r), Shows: "the template of this nested stack was not read"})
		}
	}
}

// flowsOf returns the flows of the picture between boxes that both functions accept.
func (c *collector) flowsOf(from, to func(picture.Box) bool) []picture.Flow {
	var out []picture.Flow
	for _, f := range c.Survey.Picture.Flows {
		if from(c.boxes[f.From]) && to(c.boxes[f.To]) {
			out = append(out, f)
		}
	}
	return out
}

func inside(b picture.Box) bool     { return b.Lane.IsInside() }
func isInternet(b picture.Box) bool { return !b.Lane.IsInside() && b.Name == picture.Internet }
func isOutside(b picture.Box) bool  { return b.Lane == picture.Outside }
func isReached(b picture.Box) bool  { return b.Lane == picture.Reached }

// flow adds a flow of the picture, with the reasons and owners of the declared flows behind it.
func (c *collector) flow(state State, f picture.Flow, shows string) {
	e := Evidence{State: state, From: c.boxes[f.From].Name, To: c.boxes[f.To].Name, Service: picture.Services(f.Traffic),
		Shows: shows}
	e.Object = e.From + " → " + e.To + " " + e.Service
	for _, d := range c.Survey.Declared(f.From, f.To) {
		e.Reason, e.Owner = joined(e.Reason, d.Reason), joined(e.Owner, d.Owner)
		e.Expires, e.Declared = joined(e.Expires, d.Expires), joined(e.Declared, positions(d.At))
	}
	c.add(e)
}

// joined joins texts that are not there yet.
func joined(text, more string) string {
	switch {
	case more == "" || slices.Contains(strings.Split(text, "; "), more):
		return text
	case text == "":
		return more
	}
	return text + "; " + more
}

func positions(at []diag.Position) string {
	out := make([]string, len(at))
	for i, p := range at {
		out[i] = p.String()
	}
	return strings.Join(out, ", ")
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// literal returns the text of a property; empty if only a deployment knows it.
func literal(v cfn.Value) string {
	text, _ := v.Literal()
	return text
}

// isTrue reports whether a property is known to be true.
func isTrue(v cfn.Value) bool {
	value, ok := v.Bool()
	return ok && value
}
