package cli

import (
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// next returns a last line that names the one next thing to do, as a command that a shell takes. Only people at a terminal see it: pipes
// and the other formats have the answer alone. It is empty without words, which is right when there is nothing to do.
func (c console) next(words ...string) string {
	if len(words) == 0 || !c.toPerson {
		return ""
	}
	line := "\nnext: tierwall"
	for _, word := range words {
		line += " " + quoted(word)
	}
	return line + "\n"
}

var plainWord = lazyregexp.New(`^[A-Za-z0-9_@%+=:,./-]+$`)

// quoted writes a word so that a POSIX shell takes it as it is.
func quoted(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// words returns the flags, as they are given.
func (t templateFlags) words() []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(t.Parameter)) {
		out = append(out, "-p", name+"="+t.Parameter[name])
	}
	for _, file := range t.Parameters {
		out = append(out, "--parameters", file)
	}
	return out
}

func (f reachFlags) words() []string {
	if f.AssumeOpen {
		return []string{"--assume-open"}
	}
	return nil
}

// whyWords returns the command that explains one service of the traffic between two peers. It returns nil if it could not answer: the
// names are ambiguous, or there is no traffic.
func whyWords(top *reach.Topology, from, to string, services traffic.Set, more ...string) []string {
	first, ok := services.First()
	if !ok {
		return nil
	}
	service := first.String()
	if _, err := arch.ParseService(service); err != nil {
		return nil
	}
	for _, name := range []string{from, to} {
		if _, err := top.Find(name); err != nil || strings.HasPrefix(name, "-") {
			return nil
		}
	}
	return append([]string{"why", from, to, service}, more...)
}

// outsideName names the outside end of a row for why: the internet, or one of the addresses.
func outsideName(parts []reach.Outside) string {
	switch {
	case len(parts) == 0:
		return ""
	case isPublic(parts[0]) && !parts[0].IsName():
		return "internet"
	case parts[0].List == "" && parts[0].Cell.Base == "":
		return parts[0].Cell.From.String()
	}
	return parts[0].String()
}

// next returns the command that explains the first unknown of the matrix.
func (v matrixView) next(top *reach.Topology, more ...string) []string {
	for _, g := range v.groups() {
		doubt := g.row.Carried.Maybe.Minus(g.row.Carried.Sure)
		from, to := g.row.FromPeer, g.row.ToPeer
		if from == "" {
			from = outsideName(g.row.Parts)
		}
		if to == "" {
			to = outsideName(g.row.Parts)
		}
		if words := whyWords(top, from, to, doubt, more...); words != nil {
			return words
		}
	}
	return nil
}

// nextOfProof returns the command that explains the first pair that is not exact.
func nextOfProof(r *proof.Report, top *reach.Topology, more ...string) []string {
	for _, p := range r.Pairs {
		differs := p.Carried.Minus(p.Declared).Union(p.Declared.Minus(p.Carried))
		if p.Verdict == proof.Exact {
			continue
		}
		name := func(peer string) string {
			if peer == "the internet" {
				return "internet"
			}
			return peer
		}
		if words := whyWords(top, name(p.From), name(p.To), differs, more...); words != nil {
			return words
		}
	}
	return nil
}

// nextOfDiff returns the command that explains the first traffic that is newly allowed.
func nextOfDiff(changes []reach.Change, now *reach.Topology, more ...string) []string {
	for _, c := range changes {
		from, to := c.From, c.To
		if len(c.Parts) > 0 && from == reach.DescribeParts(c.Parts) {
			from = outsideName(c.Parts)
		}
		if len(c.Parts) > 0 && to == reach.DescribeParts(c.Parts) {
			to = outsideName(c.Parts)
		}
		if words := whyWords(now, from, to, c.Opens(), more...); words != nil {
			return words
		}
	}
	return nil
}
