package reach

import (
	"cmp"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach/address"
)

// explainPublicAccess explains what stands between an interface and the internet beside groups, ACLs and routes. The interface needs a
// public address, and public access may be blocked. e is the end with interfaces; in says that it receives the packets.
func (j *journey) explainPublicAccess(e, other End, in bool) {
	if e.Class == nil || other.Class != nil || j.isNear() {
		return
	}
	s := e.Location.Subnet
	if other.Outside.Private && s.VPC.mayHold(other.Outside.Cell) {
		j.add(Step{Control: "VPC", Where: s.VPC.Name, Passes: true, Rule: "its blocks", Resource: s.VPC.Resource,
			Unsure: "whether " + other.Outside.Cell.String() + " is an address of " + s.VPC.Name + " is not known"})
	}
	p := j.t.path(s, other.seenFrom(e))
	if p.unsure != "" || in && p.isOneWay() {
		return
	}
	if o := other.Outside; p.end.Kind == InternetGateway && o.Private && o.List == "" && address.IsUnroutable(o.Cell) {
		j.add(Step{Control: "internet gateway", Where: p.end.Name, Rule: "it does not carry private addresses", Resource: p.end.Resource})
	}
	if p.end.Kind == InternetGateway && !p.translated() && !e.Is6() {
		j.address(e)
	}
	if by := p.exit(s); by != nil {
		j.access(by, in, p.isOneWay())
	}
}

// address says that an interface has no public address, or may have none.
func (j *journey) address(e End) {
	step := Step{
		Control: "public address", Where: e.Class.Label(), At: e.Location.Subnet.Name, Resource: cmp.Or(e.Class.member(), e.Class.public.of),
	}
	switch e.Class.publicAt(e.Location.Subnet) {
	case address.No:
		step.Rule = "it has none, and the internet gateway needs one: " + e.Class.public.remedy(step.Resource)
	case address.Perhaps:
		step.Passes, step.Rule = true, "the internet gateway needs one"
		step.Unsure = "whether it has a public address is not in the templates" + e.Class.public.decidedBy(step.Resource)
	default:
		return
	}
	j.add(step)
}

// member returns the first member of the class, or nil if it has none.
func (c *Class) member() *cfn.Resource {
	if len(c.Members) == 0 {
		return nil
	}
	return c.Members[0]
}

// access explains where VPC Block Public Access stops packets.
func (j *journey) access(s *Subnet, in, byNAT bool) {
	stops, by, why := j.t.blocked(s, in, byNAT)
	if stops == address.No {
		return
	}
	j.add(Step{
		Control: "block public access", Where: by.resource.String(), At: s.Name, Passes: stops == address.Perhaps, Unsure: why,
		Rule: by.mode, Resource: by.resource,
	})
}
