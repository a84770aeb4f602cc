package reach

import (
	"cmp"
	"fmt"
	"slices"
)

// within reports whether one end is in the other's subnet.
func (e End) within(o End) bool {
	switch {
	case o.Class == nil:
		return false
	case e.Class == nil:
		return e.Outside.neighbours(o.Location.Subnet)
	}
	return e.Location.Subnet == o.Location.Subnet && !e.Location.Subnet.Several
}

// isNear reports whether neither a route nor a network ACL is between the two ends, because they are in one subnet.
func (j *journey) isNear() bool {
	return j.from.Class == nil && j.to.Class == nil || j.from.within(j.to) || j.to.within(j.from)
}

// isPlain reports whether only the VPC's own router is between the two ends.
func (j *journey) isPlain() bool {
	if j.from.Class == nil || j.to.Class == nil {
		return false
	}
	from, to := j.from.Location.Subnet, j.to.Location.Subnet
	return j.t.isPlain(from) && j.t.isPlain(to) && from.VPC == to.VPC
}

// hop is a subnet on a path, and the route by which packets leave it.
type hop struct {
	at     *Subnet
	route  Route
	target Target
	unsure string // why it may lead elsewhere
}

// hops returns the hops of a path from a subnet to a place. The last hop says how the path ends.
func (p path) hops(from *Subnet, to place) []hop {
	var out []hop
	for _, s := range append([]*Subnet{from}, p.through...) {
		h := hop{at: s}
		if s.Table != nil {
			h.route, _ = s.Table.lookup(to, s.VPC)
		}
		h.target = h.route.Target
		out = append(out, h)
	}
	last := &out[len(out)-1]
	last.target, last.unsure = p.end, p.unsure
	return out
}

// step returns what the route of a hop does.
func (h hop) step(to place, word string) Step {
	step := Step{Control: "route", Where: h.at.Name, At: h.at.Name, Passes: true, Unsure: h.unsure, Resource: h.route.Resource}
	step.Rule = word + " " + to.name()
	if h.at.Table != nil && h.at.VPC != nil {
		step.Where = h.at.Table.Name
	}
	switch {
	case h.unsure != "":
	case h.target.Kind == Nowhere:
		step.Passes, step.Rule = false, step.Rule+": "+h.target.Name
	default:
		step.Rule += " by " + h.target.Name + h.route.destination()
	}
	return step
}

// name returns the place as routes name it: addresses or a prefix list.
func (p place) name() string { return cmp.Or(p.list, p.cell.String()) }

// destination returns the destination of the route in brackets. It is empty for the VPC's own route.
func (r Route) destination() string {
	switch {
	case r.List != "":
		return " (" + r.List + ")"
	case r.Block.IsValid():
		return " (" + r.Block.String() + ")"
	}
	return ""
}

// explainWay explains the way from one end to the other.
func (j *journey) explainWay() {
	switch {
	case j.isNear():
	case j.isPlain():
		j.addLocal(j.from.Location.Subnet, j.to.seenFrom(j.from), false)
	case j.from.Class == nil:
		j.enter()
	default:
		j.leave()
	}
}

// addLocal adds that the VPC's own router sends packets from the subnet to a place.
func (j *journey) addLocal(from *Subnet, to place, isReply bool) {
	h := hop{at: from, target: Target{Kind: Local, Name: "local"}}
	step := h.step(to, toOrBack(isReply))
	step.Reply = isReply
	j.add(step)
}

func toOrBack(isReply bool) string {
	if isReply {
		return "back to"
	}
	return "to"
}

// leave follows packets from a subnet to the other end.
func (j *journey) leave() {
	start, cell, at := j.from.Location.Subnet, j.from.cell(), j.to.seenFrom(j.from)
	p := j.t.knownPath(start, at)
	borders := crossings(start, cell, at, p.through)
	hops, boxes := p.hops(start, at), 0
	for i, h := range hops {
		if i > 0 {
			j.crossAny(borders, crossing{h.at, ingress, cell})
			if hops[i-1].target.Kind == Middlebox {
				j.middlebox(p, boxes, j.talkers())
				boxes++
			} else {
				j.translate(hops[i-1].target, h.at, false)
			}
		}
		j.crossAny(borders, crossing{h.at, egress, at.cell})
		step := h.step(at, "to")
		if i+1 == len(hops) && h.unsure == "" {
			j.judgeThere(&step, p, at)
		}
		j.add(step)
	}
	for ; boxes < len(p.middleboxes); boxes++ { // The subnet of the last middlebox may not be known.
		j.middlebox(p, boxes, j.talkers())
	}
	if at.subnet != nil {
		j.crossAny(borders, crossing{at.subnet, ingress, cell})
	}
}

// translate explains a NAT gateway. NAT gateways are made for packets to the outside.
func (j *journey) translate(gateway Target, at *Subnet, isReply bool) {
	step := Step{Control: "NAT gateway", Where: gateway.Name, At: at.Name, Reply: isReply, Passes: true, Resource: gateway.Resource}
	step.Rule = "packets have its address from here on"
	if j.to.Class != nil {
		step.Unsure = "a NAT gateway gives the packets its own address"
	}
	j.add(step)
}

// crossAny explains a crossing if packets really cross there.
func (j *journey) crossAny(borders []crossing, x crossing) {
	if slices.Contains(borders, x) {
		j.cross(x)
	}
}

func (j *journey) crossAnyBack(borders []crossing, x crossing) {
	if slices.Contains(borders, x) {
		j.crossBack(x)
	}
}

// talkers returns the two ends, as firewalls see them.
func (j *journey) talkers() talkers {
	to := j.to.seenFrom(j.from)
	if j.from.Class == nil {
		v := to.subnet.VPC
		return talkers{partyAt(j.from.seenFrom(j.to), v), partyAt(place{subnet: to.subnet, cell: to.cell}, v)}
	}
	from := j.from.Location.Subnet
	client := place{subnet: from, cell: j.from.cell(), inside: to.subnet == nil || to.subnet.VPC == from.VPC}
	server := partyAt(to, from.VPC)
	if to.subnet != nil {
		server.VPC = to.subnet.VPC.blocksOf()
	}
	return talkers{partyAt(client, from.VPC), server}
}

// knownPath returns the path from one end to the other. If the network of one of the subnets is not known, the path ends where it begins.
func (t *Topology) knownPath(from *Subnet, to place) path {
	p := t.path(from, to)
	if to.subnet == nil || from.VPC != nil && to.subnet.VPC != nil || p.unsure != "" && len(p.through) == 0 {
		return p
	}
	unknown := to.subnet
	if from.VPC == nil {
		unknown = from
	}
	return path{unsure: "the network of " + unknown.Name + " is not in the templates"}
}

// judgeThere says whether the last route leads to the other end.
func (j *journey) judgeThere(step *Step, p path, to place) {
	from := j.from.Location.Subnet
	switch {
	case to.subnet == nil:
		if step.Passes && !leaves(p.end.Kind, to) {
			step.Passes, step.Rule = false, step.Rule+", which does not lead there"
		}
	case from.VPC != to.subnet.VPC:
		j.judgeAcross(step, p, to)
	case p.end.Kind != Local:
		step.Passes = false
	}
}

// judgeAcross says whether the last route leads to another VPC.
func (j *journey) judgeAcross(step *Step, p path, to place) {
	switch {
	case p.end.Kind != Attachment:
		step.Passes = false
	case !p.isPeering():
		step.Unsure = "what " + p.end.Name + " carries between networks is not evaluated"
	case !j.t.joins(p.end.Resource, j.from.Location.Subnet.VPC, to.subnet.VPC):
		step.Passes, step.Rule = false, step.Rule+", which is between other networks"
	}
}

// enter follows packets from outside. They come in by the way that replies take.
func (j *journey) enter() {
	s, other := j.to.Location.Subnet, j.from.seenFrom(j.to)
	p := j.t.path(s, other)
	if p.unsure == "" && (p.end.Kind == InternetGateway || p.end.Kind == Attachment) {
		j.gateway(p, j.to.Location, j.t.edge(p, place{subnet: s}), false)
	}
	j.explainPublicAccess(j.to, j.from, true)
	for i := len(p.middleboxes) - 1; i >= 0; i-- {
		if i < len(p.through) {
			j.cross(crossing{p.through[i], ingress, j.from.cell()})
		}
		j.middlebox(p, i, j.talkers())
		if i < len(p.through) {
			j.cross(crossing{p.through[i], egress, j.to.cell()})
		}
	}
	j.cross(crossing{s, ingress, j.from.cell()})
}

// gateway explains where a gateway sends packets that come in for a location: by its route table, if it has one. doubt says why that may
// not be their way.
func (j *journey) gateway(p path, to Location, doubt string, isReply bool) {
	g := j.t.gateways[p.end.Name]
	if p.end.Kind != InternetGateway || g == nil || g.edge == nil {
		if !isReply || doubt != "" {
			step := Step{Control: "gateway", Where: p.end.Name, Reply: isReply, Passes: true, Unsure: doubt, Resource: p.end.Resource}
			step.Rule = "packets come in by it"
			j.add(step)
		}
		return
	}
	if !to.Cell.From.IsValid() {
		return // The addresses of the subnet are not known.
	}
	at := place{subnet: to.Subnet, cell: to.Cell, inside: true}
	route, _ := g.edge.lookup(at, to.Subnet.VPC)
	rule := fmt.Sprintf("%s %s by %s%s", toOrBack(isReply), at.name(), route.Target.Name, route.destination())
	j.add(Step{Control: "route", Where: g.edge.Name, Reply: isReply, Passes: true, Unsure: doubt, Rule: rule, Resource: route.Resource})
}
