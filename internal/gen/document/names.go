package document

import (
	"slices"

	"github.com/tierwall/tierwall/internal/diag"
)

// failAt reports a problem at a line.
func (d *decoder) failAt(at diag.Position, summary, detail, fix string) {
	p := place{line: at.Line, column: 1, width: 1}
	if at.Line > 0 && at.Line <= len(d.lines) {
		line := d.lines[at.Line-1]
		trimmed := []rune(line)
		for len(trimmed) > 0 && trimmed[0] == ' ' {
			trimmed = trimmed[1:]
			p.column++
		}
		p.width = max(1, len(trimmed))
	}
	d.fail(p, summary, detail, fix)
}

func find[T any](list []T, is func(T) bool) (T, bool) {
	if i := slices.IndexFunc(list, is); i >= 0 {
		return list[i], true
	}
	var zero T
	return zero, false
}

func (d *Document) tier(id string) (Tier, bool) {
	return find(d.Tiers, func(t Tier) bool { return t.ID == id })
}

func (d *Document) peer(name string) (Peer, bool) {
	return find(d.Peers, func(p Peer) bool { return p.Name == name })
}

func (d *Document) resource(name string) (Resource, bool) {
	return find(d.Resources, func(r Resource) bool { return r.Name == name })
}

func (d *Document) tierIDs() []string {
	var out []string
	for _, t := range d.Tiers {
		out = append(out, t.ID)
	}
	return out
}

func (d *Document) peerNames() []string {
	var out []string
	for _, p := range d.Peers {
		out = append(out, p.Name)
	}
	return out
}

// resourcesOf returns the names of the resources of some types.
func (d *Document) resourcesOf(types ...string) []string {
	var out []string
	for _, r := range d.Resources {
		if slices.Contains(types, r.Type) {
			out = append(out, r.Name)
		}
	}
	return out
}
