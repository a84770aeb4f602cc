package refusal

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/reach/address"
	"github.com/tierwall/tierwall/internal/traffic"
	"github.com/tierwall/tierwall/internal/usage"
)

// Judge explains the rejected traffic of one network.
type Judge struct {
	top   *reach.Topology
	model *arch.Model
}

// New returns a judge. top is what the templates of the network carry; nil if there are no templates.
func New(top *reach.Topology, m *arch.Model) *Judge { return &Judge{top, m} }

// Cause says why traffic is rejected.
type Cause struct {
	// Steps are the controls of the templates that stop the traffic, or may stop it.
	Steps []reach.Step
	// Doubt says why Steps do not explain the log. It is empty if they do.
	Doubt string
	// Declare says how to declare the traffic. It is empty if the traffic is declared, and if no declaration is known that would do.
	Declare string
}

// NoTemplates is the doubt of a judge without templates.
const NoTemplates = "there are no templates to look for the control in"

// Cause explains one row of rejected traffic.
func (j *Judge) Cause(r usage.Row) Cause {
	out := Cause{Declare: j.Declare(r)}
	switch {
	case r.Late:
		out.Doubt = "it opens nothing: AWS rejects packets that come after the end of their connection"
	case r.Reason != "":
		out.Doubt = reasonText(r.Reason)
	case r.Guessed:
		out.Doubt = "the log does not show who opened the connection"
	case j.top == nil:
		out.Doubt = NoTemplates
	default:
		out.Steps, out.Doubt = j.search(r)
	}
	return out
}

// reasonText says what a reject-reason means.
func reasonText(reason string) string {
	switch reason {
	case "BPA":
		return "VPC Block Public Access rejects it, as the log says (reject-reason BPA)"
	case "EC":
		return "the encryption controls of the VPC reject it, as the log says (reject-reason EC)"
	}
	return "AWS rejects it for a reason that is not known here (reject-reason)"
}

// search finds the controls that stop the traffic of a row.
func (j *Judge) search(r usage.Row) (steps []reach.Step, doubt string) {
	from, err := j.ends(r.FromEnd, r.Source)
	if err != nil {
		return nil, err.Error()
	}
	to, err := j.ends(r.ToEnd, r.Destination)
	if err != nil {
		return nil, err.Error()
	}
	s := &search{judge: j, row: r, traffic: trafficOf(r)}
	for _, f := range from {
		for _, t := range to {
			s.between(f, t)
		}
	}
	return s.result()
}

// ends returns the ends that an address stands for. The tier of an address says which groups its interfaces have.
func (j *Judge) ends(of usage.End, addr netip.Addr) ([]reach.End, error) {
	if len(of.Tiers) == 0 && of.Inside {
		return nil, fmt.Errorf("%s is no address of a tier, so its groups are not known", addr)
	}
	if len(of.Tiers) == 0 {
		return j.top.Find(addr.String())
	}
	var out []reach.End
	for _, id := range of.Tiers {
		found, err := j.top.Find(j.model.Network.Path + "/" + id)
		if err != nil {
			found, err = j.top.Find(id)
		}
		if err != nil {
			return nil, fmt.Errorf("the templates have nothing that is called %s", id)
		}
		for _, e := range found {
			if e.Class != nil && mayHave(e.Location.Cell, addr) {
				out = append(out, e)
			}
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("the templates place no interface of %s at %s", strings.Join(of.Tiers, " or "), addr)
	}
	return out, nil
}

// mayHave reports whether an address may be in a cell. The addresses of some cells are only known at deployment.
func mayHave(c reach.Cell, addr netip.Addr) bool {
	return c.Base != "" && c.Is6() == addr.Is6() || c.Overlaps(address.Cell{From: addr, To: addr})
}

// trafficOf returns the traffic of the first record of a row. Flow logs do not tell types of ICMP.
func trafficOf(r usage.Row) traffic.Set {
	switch protocol := int(r.Protocol); {
	case traffic.HasPorts(protocol):
		return traffic.Ports(protocol, int(r.Port), int(r.Port))
	case traffic.IsICMP(protocol):
		return traffic.ICMPTypes(protocol, -1, -1)
	default:
		return traffic.Protocol(protocol)
	}
}

// search collects the controls that stop the traffic of a row between all places where its two ends may be.
type search struct {
	judge   *Judge
	row     usage.Row
	traffic traffic.Set
	asked   bool
	carried bool         // surely, between some places
	here    []reach.Step // where the log recorded it
	others  []reach.Step // elsewhere on the way of the same packets
	before  bool         // one of the others surely stops the packets before they come to where the log recorded them
}

// between follows the traffic between one place of each end.
func (s *search) between(from, to reach.End) {
	asked := s.traffic.Intersect(reach.FamilyOf(to))
	if from.Is6() != to.Is6() || from.Class == nil && to.Class == nil || asked.IsEmpty() {
		return
	}
	s.asked = true
	c := s.judge.top.Carried(from, to)
	if c.Sure.Contains(asked) {
		s.carried = true
		return
	}
	witness, _ := asked.Minus(c.Sure).First()
	for _, step := range s.judge.top.Explain(from, to, witness) {
		if step.Passes && step.Unsure == "" || step.Reply != s.row.Reply {
			continue
		}
		at := placeOf(step, from, to)
		if at != "" && (slices.Contains(s.row.Places, at) || slices.Contains(s.row.Places, usage.Passing)) {
			s.here = addStep(s.here, step)
			continue
		}
		s.others = addStep(s.others, step)
		s.before = s.before || at != "" && !step.Passes && !step.Inbound
	}
}

// placeOf returns the side at which a control decides about packets: at an interface of it, or at the border of its subnet. Flow logs
// record as rejected what groups and network ACLs stop there, and nothing else.
func placeOf(step reach.Step, from, to reach.End) usage.Place {
	place, end := usage.Opener, from
	if step.Inbound != step.Reply { // Replies leave the server and come to the opener.
		place, end = usage.Server, to
	}
	switch {
	case step.Control == "security group":
		return place
	case step.Control == "network ACL" && end.Class != nil && end.Location.Subnet.Name == step.At:
		return place
	}
	return ""
}

// addStep adds a step that is not there yet.
func addStep(to []reach.Step, step reach.Step) []reach.Step {
	if slices.ContainsFunc(to, func(o reach.Step) bool {
		return o.Control == step.Control && o.Where == step.Where && o.Rule == step.Rule && o.Unsure == step.Unsure
	}) {
		return to
	}
	return append(to, step)
}

// result returns what was found.
func (s *search) result() (steps []reach.Step, doubt string) {
	const differs = "what is deployed differs from the templates, or the interfaces have other groups"
	switch {
	case !s.asked:
		return nil, "the templates give the two ends no addresses of a common IP version"
	case len(s.here) > 0 && s.before:
		return s.here, "but the templates stop it already where it leaves its source, and it came through there: " + differs
	case len(s.here) > 0:
		return s.here, ""
	case len(s.others) > 0:
		return s.others, "but the log recorded it at the " + s.places() + ", where the templates let it through: " + differs
	case s.carried:
		return nil, "the templates let it through: " + differs
	}
	return nil, "the templates do not show which control it is"
}

// places names where the log recorded the packets.
func (s *search) places() string {
	names := map[usage.Place]string{usage.Opener: "side that opened it", usage.Server: "side that it was for", usage.Passing: "interface"}
	var out []string
	for _, p := range s.row.Places {
		out = append(out, names[p])
	}
	return strings.Join(out, " and the ")
}
