package reach

import "slices"

// explainReplies explains the way of replies. Groups and firewalls let replies pass, because they know the connection.
func (j *journey) explainReplies() {
	switch {
	case j.isNear():
	case j.isPlain():
		j.addLocal(j.to.Location.Subnet, j.from.seenFrom(j.to), true)
	case j.from.Class == nil:
		j.exit()
	case j.to.Class == nil:
		j.comeBack()
	default:
		j.giveBack()
	}
}

// exit follows replies to somebody outside.
func (j *journey) exit() {
	s, to := j.to.Location.Subnet, j.from.seenFrom(j.to)
	j.crossBack(crossing{s, ingress, j.from.cell()})
	p := j.t.path(s, to)
	hops := p.hops(s, to)
	for i, h := range hops {
		if i > 0 && hops[i-1].target.Kind == NATGateway && p.end.Kind == Local {
			j.translate(hops[i-1].target, h.at, true)
		} else if i > 0 && p.unsure == "" && p.isEntrance(to) {
			j.crossBack(crossing{h.at, egress, j.to.cell()})
			j.crossBack(crossing{h.at, ingress, j.from.cell()})
		}
		step := h.step(to, "back to")
		step.Reply = true
		isLast := i+1 == len(hops) && h.unsure == "" && step.Passes && !p.isEntrance(to)
		if isLast || h.target.Kind == NATGateway && h.unsure == "" && p.unsure != "" && p.translated() && !to.inside {
			step.Passes, step.Rule = false, step.Rule+", by which nobody outside can open connections"
		}
		j.add(step)
	}
}

// isEntrance reports whether somebody outside can open connections by the way that replies take.
func (p path) isEntrance(to place) bool {
	if p.end.Kind == Local {
		return to.inside
	}
	return !p.translated() && (p.end.Kind == InternetGateway || p.end.Kind == Attachment)
}

// giveBack follows replies from one subnet to another.
func (j *journey) giveBack() {
	start, end := j.to.Location.Subnet, j.from.Location.Subnet
	there := j.t.knownPath(end, j.to.seenFrom(j.from))
	borders := crossings(end, j.from.cell(), j.to.seenFrom(j.from), there.through)
	to := j.from.seenFrom(j.to)
	p := j.t.knownPath(start, to)
	hops := p.hops(start, to)
	for i, h := range hops {
		if i > 0 {
			j.crossAnyBack(borders, crossing{h.at, egress, j.to.cell()})
			if hops[i-1].target.Kind == NATGateway {
				j.translate(hops[i-1].target, h.at, true)
			}
		}
		j.crossAnyBack(borders, crossing{h.at, ingress, j.from.cell()})
		step := h.step(to, "back to")
		step.Reply = true
		if i+1 == len(hops) && h.unsure == "" {
			j.judgeBack(&step, there, p)
		}
		j.add(step)
	}
	j.crossAnyBack(borders, crossing{end, egress, j.to.cell()})
}

// judgeBack says whether the last route leads replies back by the way by which the packets came.
func (j *journey) judgeBack(step *Step, there, back path) {
	from, to := j.from.Location.Subnet.VPC, j.to.Location.Subnet.VPC
	want := Local
	if from != to {
		want = Attachment
	}
	switch {
	case !step.Passes:
	case back.end.Kind != want:
		step.Passes = false
	case want == Attachment && there.unsure == "" && there.end != back.end:
		step.Rule += ", another way than by " + there.end.Name
		step.Passes = !there.isPeering()
		if step.Passes {
			step.Unsure = "what " + back.end.Name + " carries between networks is not evaluated"
		}
	case there.unsure == "" && !sameMiddleboxes(there.middleboxes, back.middleboxes):
		step.Rule += ": replies take another way back"
		step.Unsure = "asymmetric routes by a middlebox are not supported"
	}
}

// comeBack follows replies from outside to a subnet.
func (j *journey) comeBack() {
	s, to := j.from.Location.Subnet, j.to.seenFrom(j.from)
	p := j.t.path(s, to)
	borders := crossings(s, j.from.cell(), to, p.through)
	if p.unsure == "" && leaves(p.end.Kind, to) {
		j.returnGateway(p)
	}
	for _, at := range slices.Backward(p.through) {
		j.crossAnyBack(borders, crossing{at, egress, to.cell})
		j.crossAnyBack(borders, crossing{at, ingress, j.from.cell()})
		if at == p.nat && p.unsure == "" && leaves(p.end.Kind, to) {
			j.returnNAT(p)
		}
	}
	j.crossAnyBack(borders, crossing{s, egress, to.cell})
}

// returnGateway explains where the gateway sends replies.
func (j *journey) returnGateway(p path) {
	if !p.translated() {
		j.gateway(p, j.from.Location, j.t.edge(p, place{subnet: j.from.Location.Subnet}), true)
		return
	}
	beyond := path{end: p.end, middleboxes: p.middleboxes[p.beforeNAT:]}
	location := Location{Subnet: p.nat}
	if cells := p.nat.Cells; len(cells) > 0 {
		location.Cell = cells[0]
	}
	j.gateway(beyond, location, j.t.edge(beyond, place{subnet: p.nat}), true)
}

// returnNAT explains where the routes of a NAT gateway's subnet send replies.
func (j *journey) returnNAT(p path) {
	to := place{subnet: j.from.Location.Subnet, cell: j.from.cell(), inside: true}
	if p.beforeNAT == 0 && j.t.isPlain(p.nat) {
		j.addLocal(p.nat, to, true)
		return
	}
	back := j.t.path(p.nat, to)
	step := back.hops(p.nat, to)[0].step(to, "back to")
	step.Reply = true
	switch {
	case back.unsure != "":
		step.Unsure = back.unsure
	case !sameMiddleboxes(p.middleboxes, back.middleboxes):
		step.Passes, step.Unsure = true, "replies from "+p.nat.Name+" do not take the way back through "+p.end.Name
	}
	j.add(step)
}
