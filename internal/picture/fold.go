package picture

import (
	"fmt"
	"slices"
	"strings"
)

// The sizes beyond which a picture cannot be read.
const (
	maxBoxes = 80
	maxFlows = 200
)

// IsLarge reports whether a picture has too many boxes or flows to be read.
func IsLarge(p *Picture) bool { return len(p.Boxes) > maxBoxes || len(p.Flows) > maxFlows }

// Fold joins boxes that are alike until the picture is not too large any more.
func (p *Picture) Fold(tooLarge func(*Picture) bool) {
	if p.Compared && tooLarge(p) {
		p.focus()
	}
	if !tooLarge(p) {
		return
	}
	boxes, whole := len(p.Boxes), p.copy()
	for {
		before := len(p.Boxes)
		p.join(p.twins(), nil, false)
		if len(p.Boxes) == before {
			break
		}
	}
	if !tooLarge(p) {
		p.Notes = append(p.Notes, fmt.Sprintf("%d boxes are drawn as %d: boxes that exchange the same with the same others are one box.",
			boxes, len(p.Boxes)))
		return
	}
	for _, key := range []func(*Box) string{whole.reached(), func(*Box) string { return "" }} {
		*p = *whole.copy()
		p.join(keys(p, key), key, true)
		if !tooLarge(p) {
			break
		}
	}
	p.Notes = append([]string{fmt.Sprintf("This is a summary: %d boxes are drawn as %d. A line with a count of pairs stands for some "+
		"pairs of tiers, not for all. --around NAME draws one tier in full.", boxes, len(p.Boxes))}, p.Notes...)
}

func (p *Picture) copy() *Picture {
	out := *p
	out.Boxes, out.Flows, out.Notes = slices.Clone(p.Boxes), slices.Clone(p.Flows), slices.Clone(p.Notes)
	return &out
}

// keys groups the boxes by lane and key.
func keys(p *Picture, key func(*Box) string) map[string]string {
	out := map[string]string{}
	for i := range p.Boxes {
		b := &p.Boxes[i]
		out[b.ID] = fmt.Sprintf("%d %d %s", b.Lane, b.Change, key(b))
		if !b.Lane.IsInside() && b.Name == Internet {
			out[b.ID] = b.ID // Nobody shall overlook it among others.
		}
	}
	return out
}

// twins groups the boxes that exchange the same with the same others.
func (p *Picture) twins() map[string]string {
	all := map[string][]string{}
	for _, f := range p.Flows {
		mark := fmt.Sprintf("%s %v %s", f.Traffic, f.Inspected, f.Label())
		all[f.From] = append(all[f.From], "to "+f.To+" "+mark)
		all[f.To] = append(all[f.To], "from "+f.From+" "+mark)
	}
	return keys(p, func(b *Box) string {
		slices.Sort(all[b.ID])
		return strings.Join(all[b.ID], "\x00")
	})
}

// reachedNames are the names of lanes within a sentence.
var reachedNames = [...]string{
	Outside: "outside", Edge: "edge", Bastion: "bastion", Web: "web", App: "app", Data: "data", Endpoint: "VPC endpoints", Reached: "outside",
}

// reached tells boxes apart by the lanes that they reach: "reach App, Data".
func (p *Picture) reached() func(*Box) string {
	lane := map[string]Lane{}
	for _, b := range p.Boxes {
		lane[b.ID] = b.Lane
	}
	lanes := map[string][]Lane{}
	for _, f := range p.Flows {
		if to := lane[f.To]; !slices.Contains(lanes[f.From], to) {
			lanes[f.From] = append(lanes[f.From], to)
		}
	}
	return func(b *Box) string {
		if len(lanes[b.ID]) == 0 || !b.Lane.IsInside() {
			return ""
		}
		slices.Sort(lanes[b.ID])
		var names []string
		for _, l := range lanes[b.ID] {
			names = append(names, reachedNames[l])
		}
		return "reach " + strings.Join(names, ", ")
	}
}

// join makes one box of the boxes in each group. In a summary, flows say how many pairs they stand for.
// alike says what the boxes of a group have in common; it may be nil.
func (p *Picture) join(groups map[string]string, alike func(*Box) string, summary bool) {
	first := map[string]int{} // the box that stands for a group, by its place in the new list
	var boxes []Box
	id := map[string]string{}
	for _, b := range p.Boxes {
		i, known := first[groups[b.ID]]
		if !known {
			i = len(boxes)
			first[groups[b.ID]] = i
			boxes = append(boxes, b)
		} else {
			boxes[i].add(b)
		}
		id[b.ID] = boxes[i].ID
	}
	for i := range boxes {
		boxes[i].nameGroup(alike)
	}
	p.joinFlows(id, summary)
	p.Boxes = boxes
	p.Sort()
}

func (b *Box) add(o Box) {
	if len(b.Names) == 0 {
		b.Names = []string{b.Name}
	}
	if len(o.Names) == 0 {
		o.Names = []string{o.Name}
	}
	b.Names = append(slices.Clip(b.Names), o.Names...)
	b.Why = ""
}

// groupNames is how many names the box of a group lists.
const groupNames = 2

func (b *Box) nameGroup(alike func(*Box) string) {
	if len(b.Names) == 0 {
		return
	}
	slices.Sort(b.Names)
	b.Name = fmt.Sprintf("%d tiers", len(b.Names))
	if b.Lane == Endpoint {
		b.Name = fmt.Sprintf("%d endpoints", len(b.Names))
	} else if !b.Lane.IsInside() {
		b.Name = fmt.Sprintf("%d peers", len(b.Names))
	}
	b.Holds, b.Details = nil, nil
	if alike != nil && alike(b) != "" {
		b.Holds = append(b.Holds, alike(b))
	}
	listed := strings.Join(b.Names[:min(groupNames, len(b.Names))], ", ")
	if more := len(b.Names) - groupNames; more > 0 {
		listed += fmt.Sprintf(" and %d more", more)
	}
	b.Holds = append(b.Holds, listed)
}

// joinFlows leads flows to the boxes that stand for their ends, and joins those that are then between the same two.
func (p *Picture) joinFlows(id map[string]string, summary bool) {
	type key struct {
		from, to             string
		state                State
		change               Change
		inspected, exception bool
		services             string
	}
	found := map[key]int{}
	var out []Flow
	for _, f := range p.Flows {
		f.From, f.To = id[f.From], id[f.To]
		k := key{f.From, f.To, f.State, f.Change, f.Inspected, f.Exception, ""}
		if !summary {
			k.services = f.Traffic.String() + f.Until
		}
		i, known := found[k]
		switch {
		case !known:
			found[k] = len(out)
			if summary {
				f.Pairs = max(f.Pairs, 1)
			}
			out = append(out, f)
		case summary:
			out[i].Traffic = out[i].Traffic.Union(f.Traffic)
			out[i].Pairs += max(f.Pairs, 1)
			if out[i].Until != f.Until {
				out[i].Until = ""
			}
		}
	}
	p.Flows = out
	size := map[string]int{}
	for _, to := range id {
		size[to]++
	}
	for i := range p.Flows {
		if f := &p.Flows[i]; f.Pairs == size[f.From]*size[f.To] {
			f.Pairs = 0
		}
	}
}
