package reach_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// build reads resources in YAML, without the line "Resources:", as the stack t.
func build(t *testing.T, resources string) *reach.Topology {
	t.Helper()
	return buildTemplate(t, "Resources:\n"+resources)
}

func buildTemplate(t *testing.T, template string) *reach.Topology {
	t.Helper()
	a, err := cfn.Read("t.yaml", []byte(template), nil)
	require.NoError(t, err, template)
	return reach.Build(a)
}

// verdict is what the topology says about some traffic.
type verdict string

const (
	allow   verdict = "allow"
	deny    verdict = "deny"
	unknown verdict = "unknown"
	partly  verdict = "partly" // between some places, or some of the services, only
)

// row is one statement about packets. An end is the logical id of a group, or of a resource with interfaces. "@Subnet" after the id means
// one subnet only, and "@4" or "@6" one family only. An end may also be "web+app" for interfaces with several groups, an address, or a
// prefix list that rules or routes name.
type row struct {
	want     verdict
	from, to string
	service  string // "tcp/443", "tcp/1-9", "icmp/8/0", "icmp/8", "protocol/47", "all"
}

// check tests rows one by one, and what must be true of any topology.
func check(t *testing.T, top *reach.Topology, rows []row) {
	t.Helper()
	for _, r := range rows {
		got, why := answer(t, top, r)
		assert.Equal(t, string(r.want), string(got), "%s -> %s %s\n%s", r.from, r.to, r.service, why)
	}
	checkPairs(t, top)
}

// answer returns the verdict about a row, with the steps that explain it.
func answer(t *testing.T, top *reach.Topology, r row) (verdict, string) {
	t.Helper()
	services := parseTraffic(t, r.service)
	froms, tos := ends(t, top, r.from, r.to), ends(t, top, r.to, r.from)
	var verdicts []verdict
	var why strings.Builder
	for _, from := range froms {
		for _, to := range tos {
			asked := services.Intersect(reach.FamilyOf(to))
			if from.Is6() != to.Is6() || asked.IsEmpty() {
				continue
			}
			carried := top.Carried(from, to)
			require.True(t, carried.Maybe.Contains(carried.Sure), "what surely passes may pass: %v", carried)
			v := judge(carried, asked)
			if !slices.Contains(verdicts, v) {
				verdicts = append(verdicts, v)
			}
			steps := explain(t, top, from, to, asked, v)
			fmt.Fprintf(&why, "%s %s -> %s: %s: sure %s, maybe %s\n%s", v, from.Address(), to.Address(), asked, carried.Sure, carried.Maybe, steps)
		}
	}
	require.NotEmpty(t, verdicts, "%s -> %s: no two ends of one family", r.from, r.to)
	if len(verdicts) > 1 {
		return partly, why.String()
	}
	return verdicts[0], why.String()
}

func judge(c traffic.Carried, asked traffic.Set) verdict {
	switch {
	case c.Sure.Contains(asked):
		return allow
	case !c.Maybe.Overlaps(asked):
		return deny
	case c.Maybe.Contains(asked) && !c.Sure.Overlaps(asked):
		return unknown
	}
	return partly
}

// explain returns the steps as text. The steps must agree with the verdict. If traffic passes, no step stops it. If it is stopped, a step
// stops it. If it is not known, a step says why.
func explain(t *testing.T, top *reach.Topology, from, to reach.End, asked traffic.Set, v verdict) string {
	t.Helper()
	service, _ := asked.First()
	steps := top.Explain(from, to, service)
	var out strings.Builder
	stopped, unsure := false, false
	for _, s := range steps {
		stopped, unsure = stopped || !s.Passes, unsure || s.Unsure != ""
		fmt.Fprintf(&out, "\t%s %s: passes %v, %s, unsure %q\n", s.Control, s.Where, s.Passes, s.Rule, s.Unsure)
	}
	for _, c := range []*reach.Class{from.Class, to.Class} {
		unsure = unsure || c != nil && c.Unsure != ""
	}
	switch v {
	case allow:
		assert.False(t, stopped, "it passes, and a step stops it:\n%s", out.String())
	case deny:
		assert.True(t, stopped, "it is stopped, and no step stops it:\n%s", out.String())
	case unknown:
		assert.True(t, unsure, "it is not known, and no step says why:\n%s", out.String())
	}
	return out.String()
}

// ends returns the ends that a name of a row stands for, as seen from the other end.
func ends(t *testing.T, top *reach.Topology, name, other string) []reach.End {
	t.Helper()
	parts := strings.Split(name, "@")
	classes := findClasses(top, parts[0])
	if len(classes) == 0 {
		return outside(t, top, name, other)
	}
	var out []reach.End
	for _, class := range classes {
		for _, s := range class.Locations() {
			if !slices.ContainsFunc(parts[1:], func(p string) bool { return !isAt(s, p) }) {
				out = append(out, reach.End{Class: class, Location: s})
			}
		}
	}
	require.NotEmpty(t, out, "%s is nowhere", name)
	return out
}

func isAt(s reach.Location, where string) bool {
	switch where {
	case "4", "6":
		return s.Cell.Is6() == (where == "6")
	}
	if a, err := netip.ParseAddr(where); err == nil {
		return s.Cell.Is6() == a.Is6() && !a.Less(s.Cell.From) && !s.Cell.To.Less(a)
	}
	return s.Subnet.Name == "t/"+where || s.Subnet.Name == where
}

// findClasses returns interfaces by a resource that has them, or by their groups.
func findClasses(top *reach.Topology, name string) []*reach.Class {
	var out []*reach.Class
	for _, c := range top.Classes {
		if slices.ContainsFunc(c.Members, func(m *cfn.Resource) bool { return m.ID == name }) {
			out = append(out, c)
		}
	}
	if len(out) > 0 {
		return out
	}
	var groups []*reach.Group
	for id := range strings.SplitSeq(name, "+") {
		i := slices.IndexFunc(top.Groups, func(g *reach.Group) bool { return g.Name == "t/"+id || g.Name == id })
		if i < 0 {
			return nil
		}
		groups = append(groups, top.Groups[i])
	}
	return []*reach.Class{top.Class(name, groups, top.GroupClass(groups[0]).Subnets)}
}

// outside returns the one part of the outside, as the class at the other end sees it, that an address or list is in.
func outside(t *testing.T, top *reach.Topology, name, other string) []reach.End {
	t.Helper()
	classes := findClasses(top, strings.Split(other, "@")[0])
	require.NotEmpty(t, classes, "neither %s nor %s is known", name, other)
	addr, err := netip.ParseAddr(name)
	var out []reach.End
	for _, o := range top.Outsides(classes[0], nil) {
		switch {
		case err == nil && o.List == "" && o.Cell.Base == "" && o.Cell.Is6() == addr.Is6() && !addr.Less(o.Cell.From) && !o.Cell.To.Less(addr):
			out = append(out, reach.End{Outside: o})
		case err != nil && (o.List == name || o.Cell.Base == name):
			out = append(out, reach.End{Outside: o})
		}
	}
	require.NotEmpty(t, out, "no part of the outside holds %s", name)
	if err == nil {
		require.Len(t, out, 1, "the parts of the outside overlap at %s", name)
	}
	return out
}

// checkPairs tests that Pairs and Representatives leave out nothing that is carried, and that a topology does not differ from itself.
func checkPairs(t *testing.T, top *reach.Topology) {
	t.Helper()
	classes := slices.Clone(top.Classes)
	for _, g := range top.Groups {
		classes = append(classes, top.GroupClass(g))
	}
	listed := map[[2]int]bool{}
	for _, p := range reach.Pairs(classes) {
		listed[p] = true
	}
	for i, a := range classes {
		for j, b := range classes {
			all := carriedBetween(top, a, a.Locations(), b, b.Locations())
			assert.True(t, listed[[2]int{i, j}] || len(all) == 0 || len(all) == 1 && all[nothing], "%s -> %s is carried and no pair", a.Name, b.Name)
			from, to := top.Representatives(a, b)
			assert.Equal(t, all, carriedBetween(top, a, from, b, to), "%s -> %s at locations that are alike", a.Name, b.Name)
		}
	}
	assert.Empty(t, reach.Diff(top, top))
}

// nothing is the text of carriedBetween if nothing is carried.
const nothing = "sure nothing, maybe nothing"

// carriedBetween returns what is carried between any two of the locations, as texts.
func carriedBetween(top *reach.Topology, a *reach.Class, from []reach.Location, b *reach.Class, to []reach.Location) map[string]bool {
	out := map[string]bool{}
	for _, x := range from {
		for _, y := range to {
			if c := top.Between(a, x, b, y); x.Cell.Is6() == y.Cell.Is6() {
				out[fmt.Sprintf("sure %s, maybe %s", c.Sure, c.Maybe)] = true
			}
		}
	}
	return out
}

// parseList reads the text of a set.
func parseList(t require.TestingT, text string) traffic.Set {
	switch except, ok := strings.CutPrefix(text, "all traffic except "); {
	case ok:
		return traffic.Everything().Minus(parseList(t, except))
	case text == "all traffic":
		return traffic.Everything()
	case text == "nothing":
		return traffic.Set{}
	}
	var out traffic.Set
	for term := range strings.SplitSeq(text, ", ") {
		out = out.Union(parseTraffic(t, term))
	}
	return out
}

// parseTraffic reads the text of a service.
func parseTraffic(t require.TestingT, text string) traffic.Set {
	if text == "all" {
		return traffic.Everything()
	}
	name, rest, detailed := strings.Cut(text, "/")
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		require.NoError(t, err, text)
		return n
	}
	span := func(s string) (int, int) {
		first, last, ok := strings.Cut(s, "-")
		if !ok {
			last = first
		}
		return number(first), number(last)
	}
	protocols := map[string]int{"tcp": traffic.TCP, "udp": traffic.UDP, "icmp": traffic.ICMP, "icmpv6": traffic.ICMPv6}
	protocol, known := protocols[name]
	switch {
	case name == "protocol":
		from, to := span(rest)
		var out traffic.Set
		for p := from; p <= to; p++ {
			out = out.Union(traffic.Protocol(p))
		}
		return out
	case !known:
		require.Fail(t, "no protocol", text)
	case !detailed:
		return traffic.Protocol(protocol)
	case protocol == traffic.TCP || protocol == traffic.UDP:
		from, to := span(rest)
		return traffic.Ports(protocol, from, to)
	}
	kind, code, hasCode := strings.Cut(rest, "/")
	if !hasCode {
		from, to := span(kind)
		return traffic.Ports(protocol, from<<8, to<<8|255)
	}
	from, to := span(code)
	return traffic.Ports(protocol, number(kind)<<8|from, number(kind)<<8|to)
}
