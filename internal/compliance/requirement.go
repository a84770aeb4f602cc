package compliance

import (
	"slices"
	"time"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/picture/survey"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
)

// Input is what is known of templates.
type Input struct {
	Assembly *cfn.Assembly
	Topology *reach.Topology // of the assembly
	Survey   survey.Survey   // of the topology
	// Declaration and Proof are nil if nothing was declared.
	Declaration *proof.Declaration
	Proof       *proof.Report
	// Today decides which flows have expired.
	Today time.Time
}

// Page is the evidence for one standard.
type Page struct {
	Name  string // "sec05": what the command line calls it
	Title string
	// Notes say what the page is, and what its words mean.
	Notes        []string
	Requirements []Requirement // in the order of the standard; none is ever left out
}

// Count returns how many requirements have a status.
func (p Page) Count(s Status) int {
	n := 0
	for _, r := range p.Requirements {
		if r.Status == s {
			n++
		}
	}
	return n
}

// Requirement is one requirement of a standard, with everything that was found for it.
type Requirement struct {
	ID    string // "1.2.5"
	Group string // what it is a part of: "Inbound traffic"
	Title string // a summary in our own words
	// Status follows from Evidence.
	Status   Status
	Evidence []Evidence
}

// Status says in a few words what was found for a requirement.
type Status string

// The statuses.
const (
	Found      Status = "evidence found"           // something serves the requirement, and nothing is against it
	Against    Status = "evidence against it"      // something contradicts it, whatever else serves it
	InPart     Status = "in part"                  // something serves it, and something is missing, does not act or is not known
	Inactive   Status = "present, does not act"    // what is there stops, logs or tells nothing
	Nothing    Status = "nothing found"            // nothing serves it
	NotKnown   Status = "not known"                // the templates or the declaration do not say
	NotVisible Status = "not visible in templates" // no template can show it: a reviewer needs what is to attach
)

// Statuses lists all statuses.
func Statuses() []Status {
	return []Status{Found, InPart, Inactive, Nothing, Against, NotKnown, NotVisible}
}

// Evidence is one thing that was found, or that is missing.
type Evidence struct {
	State  State
	Object string // the resource by its path, the flow, the tier or the control; empty for what is to attach, or was not found
	ID     string // the logical id; empty if it is no resource
	At     string // the line in the template: "Shop.template.json:12"; empty if it is no resource
	Shows  string // what it does, or what is missing
	// From, To and Service are those of a flow.
	From, To, Service string
	// Reason, Owner and Expires are those of a declared flow, and Declared the lines that declare it.
	Reason, Owner, Expires, Declared string
}

// State says what a piece of evidence counts for.
type State string

// The states.
const (
	Acts    State = "serves"
	Idle    State = "does not act"
	Lacks   State = "missing"
	Opposes State = "against it" // it contradicts the requirement
	Unknown State = "not known"
	Attach  State = "to attach" // only a person can give it
)

// statusOf returns the status that follows from evidence.
func statusOf(rows []Evidence) Status {
	has := func(states ...State) bool {
		return slices.ContainsFunc(rows, func(e Evidence) bool { return slices.Contains(states, e.State) })
	}
	switch {
	case has(Opposes):
		return Against
	case has(Acts) && !has(Idle, Lacks, Unknown, Attach):
		return Found
	case has(Acts):
		return InPart
	case has(Unknown):
		return NotKnown
	case has(Idle):
		return Inactive
	case has(Attach) && !has(Lacks):
		return NotVisible
	}
	return Nothing
}

// standard is a standard that evidence can be collected for.
type standard struct {
	name, title  string
	notes        []string
	requirements []requirement
}

// requirement is a requirement with the function that collects evidence for it.
type requirement struct {
	id, group, title string
	collect          func(c *collector)
	// sought is what was looked for, if nothing was found.
	sought string
}

func standards() []standard { return []standard{sec05, pci} }

// Names lists the standards that [Make] knows.
func Names() []string {
	var out []string
	for _, s := range standards() {
		out = append(out, s.name)
	}
	return out
}

// Make collects the evidence for a standard. The name must be one of [Names]; otherwise the page is empty.
func Make(name string, in Input) Page {
	all := standards()
	i := slices.IndexFunc(all, func(s standard) bool { return s.name == name })
	if i < 0 {
		return Page{}
	}
	s := all[i]
	c := newCollector(in)
	page := Page{Name: s.name, Title: s.title, Notes: s.notes}
	for _, r := range s.requirements {
		c.rows = nil
		r.collect(c)
		if len(c.rows) == 0 {
			c.says(Lacks, "", "Looked for, not found: "+r.sought)
		}
		c.addHidden()
		page.Requirements = append(page.Requirements,
			Requirement{ID: r.id, Group: r.group, Title: r.title, Status: statusOf(c.rows), Evidence: c.rows})
	}
	return page
}

// Title is a requirement's place in the list of a standard.
type Title struct{ ID, Group, Title string }

// Titles lists the requirements of a standard.
func Titles(name string) []Title {
	var out []Title
	for _, s := range standards() {
		if s.name == name {
			for _, r := range s.requirements {
				out = append(out, Title{r.id, r.group, r.title})
			}
		}
	}
	return out
}
