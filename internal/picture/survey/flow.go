package survey

import (
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// bundle is all traffic from one box to another.
type bundle struct {
	from, to  string
	carried   traffic.Carried
	inspected bool
	why       []string
}

// addRows makes flows of the rows of the matrix: one bundle for each pair of boxes.
func (s *survey) addRows() {
	found := map[[2]string]int{}
	var bundles []bundle
	outside := map[sideKey][]reach.Row{}
	var sides []sideKey
	for _, r := range s.matrix.Rows {
		if r.FromPeer == "" || r.ToPeer == "" {
			k := sideKey{r.FromPeer + r.ToPeer, r.FromPeer != ""}
			if outside[k] == nil {
				sides = append(sides, k)
			}
			outside[k] = append(outside[k], r)
			continue
		}
		key := [2]string{r.FromPeer, r.ToPeer}
		i, known := found[key]
		if !known {
			i = len(bundles)
			found[key] = i
			bundles = append(bundles, bundle{from: r.FromPeer, to: r.ToPeer, inspected: s.inspectedBetween(r.FromPeer, r.ToPeer)})
		}
		bundles[i].add(r)
	}
	for _, k := range sides {
		bundles = append(bundles, s.outsideOf(k, outside[k])...)
	}
	for _, b := range bundles {
		s.addBundle(b)
	}
}

func (b *bundle) add(r reach.Row) {
	b.carried = b.carried.Union(r.Carried)
	for _, why := range r.Unsure {
		if !slices.Contains(b.why, why) {
			b.why = append(b.why, why)
		}
	}
}

// addBundle makes the flows of a bundle: exceptions, what is wider, the rest, and what is unknown.
func (s *survey) addBundle(b bundle) {
	add := func(f picture.Flow) {
		if f.Traffic.IsEmpty() {
			return
		}
		f.From, f.To, f.Inspected = b.from, b.to, b.inspected
		s.flows = append(s.flows, f)
		s.used[b.from], s.used[b.to] = true, true
	}
	rest := b.carried.Sure
	excess := s.excess(b).Intersect(rest)
	add(picture.Flow{Traffic: excess, State: picture.Excess})
	rest = rest.Minus(excess)
	wider, why := s.wider(b)
	add(picture.Flow{Traffic: wider.Intersect(rest), State: picture.Wider, Why: []string{why}})
	rest = rest.Minus(wider)
	for _, e := range s.declared(b) {
		if !e.Exception {
			continue
		}
		add(picture.Flow{Traffic: rest.Intersect(e.set), Exception: true, Until: e.Expires, Why: []string{e.Reason}})
		rest = rest.Minus(e.set)
	}
	add(picture.Flow{Traffic: rest})
	add(picture.Flow{Traffic: b.carried.Maybe.Minus(b.carried.Sure), State: picture.Possible, Why: b.why})
}

// excess returns the traffic of a bundle that the proof finds to be carried but not declared.
func (s *survey) excess(b bundle) traffic.Set {
	var out traffic.Set
	if s.Report == nil {
		return out
	}
	for _, f := range s.Report.Findings {
		if f.Verdict == proof.Excess && s.isEnd(f.Network, f.From, b.from) && s.isEnd(f.Network, f.To, b.to) {
			out = out.Union(f.Traffic)
		}
	}
	return out
}

// wider returns the traffic of a bundle that no flow or rule between its two ends means, and says why it is carried.
func (s *survey) wider(b bundle) (wide traffic.Set, why string) {
	if s.Declaration == nil {
		for _, u := range s.unmeant {
			if u.From == s.nameOf(b.from) && u.To == s.nameOf(b.to) {
				wide = wide.Union(u.Traffic)
			}
		}
		return wide, "rules on addresses meet; no rule names both ends"
	}
	if !s.isDeclarable(b.from) || !s.isDeclarable(b.to) {
		return wide, ""
	}
	wide = b.carried.Sure
	for _, d := range s.declared(b) {
		wide = wide.Minus(d.set)
	}
	return wide, "flows with addresses or names open it, because rules know addresses only"
}

// isDeclarable reports whether a box is a declared tier, the internet, or a block of addresses, so that flows can name it.
func (s *survey) isDeclarable(id string) bool {
	if b := s.outside[id]; b != nil {
		return b.Name == picture.Internet
	}
	return s.isTier[id]
}

func (s *survey) nameOf(id string) string {
	if b := s.boxes[id]; b != nil {
		return b.Name
	}
	return ""
}

// isEnd reports whether a name that the proof gives to an end is that of a box.
func (s *survey) isEnd(network, name, id string) bool {
	if b := s.outside[id]; b != nil {
		return b.Name == outsideName(name)
	}
	label, ok := s.networks[network][name]
	return ok && label == id || !ok && name == id
}

// declaredFlow is a declared flow with its traffic.
type declaredFlow struct {
	arch.Flow
	set traffic.Set
}

// declared returns the declared flows between the two ends of a bundle.
func (s *survey) declared(b bundle) []declaredFlow {
	if s.Declaration == nil {
		return nil
	}
	var out []declaredFlow
	for _, n := range s.Declaration.Networks {
		path := n.Architecture.Network.Path
		for _, f := range n.Architecture.Flows {
			if !s.isEnd(path, f.From.String(), b.from) || !s.isEnd(path, f.To.String(), b.to) {
				continue
			}
			ports, err := arch.ParseService(f.Service)
			if err != nil {
				continue
			}
			d := declaredFlow{Flow: f}
			for _, p := range ports {
				d.set = d.set.Union(proof.TrafficOf(p))
			}
			out = append(out, d)
		}
	}
	return out
}

// addMissing draws what is declared but not carried, as far as its ends are drawn.
func (s *survey) addMissing() {
	if s.Report == nil {
		return
	}
	for _, f := range s.Report.Findings {
		if f.Verdict != proof.Missing {
			continue
		}
		from, to := s.endOf(f.Network, f.From, false), s.endOf(f.Network, f.To, true)
		if from == "" || to == "" || f.Traffic.IsEmpty() {
			continue
		}
		s.flows = append(s.flows, picture.Flow{From: from, To: to, Traffic: f.Traffic, State: picture.Missing, Why: []string{f.Reason}})
		s.used[from], s.used[to] = true, true
	}
}

// endOf returns the id of the box of an end that the proof names.
func (s *survey) endOf(network, name string, reached bool) string {
	if label, ok := s.networks[network][name]; ok {
		return label
	}
	if s.boxes[name] != nil {
		return name
	}
	return s.outsideBox(outsideName(name), reached)
}

// undrawn counts the findings that are about no line of the picture.
func (s *survey) undrawn() []string {
	if s.Report == nil {
		return nil
	}
	n := 0
	for _, f := range s.Report.Findings {
		if f.Verdict != proof.Excess && f.Verdict != proof.Missing && f.Verdict != proof.Unknown {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return []string{counted(n, "finding") + " about controls that no line shows; run tierwall prove."}
}

// inspectedBetween reports whether a firewall is on every way by which two peers exchange traffic.
func (s *survey) inspectedBetween(from, to string) bool {
	some := false
	for _, a := range s.classes[from] {
		for _, b := range s.classes[to] {
			if !reach.MayTalk(a, b) {
				continue
			}
			locationsA, locationsB := s.Topology.Representatives(a, b)
			for _, x := range locationsA {
				for _, y := range locationsB {
					if x.Cell.Is6() != y.Cell.Is6() || s.Topology.Between(a, x, b, y).Maybe.IsEmpty() {
						continue
					}
					if _, ok := s.Topology.Inspected(reach.End{Class: a, Location: x}, reach.End{Class: b, Location: y}); !ok {
						return false
					}
					some = true
				}
			}
		}
	}
	return some
}
