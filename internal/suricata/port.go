package suricata

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// PortRange is an inclusive range of ports.
type PortRange struct{ From, To uint16 }

var allPorts = []PortRange{{0, 65535}}

// Ports resolves a port of a rule's header: "any", "80", "[80,8000:8010,!8005]", "$WEB_PORTS". The ranges are sorted and neither
// overlap nor touch.
func (g Group) Ports(text string) ([]PortRange, error) { return g.ports(text, 0) }

// ports is Ports at a depth of nesting.
func (g Group) ports(text string, depth int) ([]PortRange, error) {
	if depth > maxNesting {
		return nil, fmt.Errorf("%.40q is nested too deeply", text)
	}
	text = strings.TrimSpace(text)
	switch {
	case strings.EqualFold(text, "any"):
		return allPorts, nil
	case strings.HasPrefix(text, "!"):
		inner, err := g.ports(text[1:], depth+1)
		if err != nil {
			return nil, err
		}
		out := minusPorts(allPorts, inner)
		if len(out) == 0 {
			return nil, fmt.Errorf("%.60q matches no port", text)
		}
		return out, nil
	case strings.HasPrefix(text, "["):
		return g.portList(text, depth)
	case strings.HasPrefix(text, "$"):
		values, ok := g.PortSets[text[1:]]
		if !ok {
			return nil, undefinedError{"the variable " + text}
		}
		return g.ports("["+strings.Join(values, ",")+"]", depth+1)
	}
	return portRange(text)
}

// portList returns the ports of a list: those of its other items without those of its negated items. If all items are negated, they are
// removed from all ports.
func (g Group) portList(text string, depth int) ([]PortRange, error) {
	items, err := splitList(text)
	if err != nil {
		return nil, err
	}
	var plus, minus []PortRange
	negatedOnly := true
	for _, item := range items {
		item = strings.TrimSpace(item)
		if rest, negated := strings.CutPrefix(item, "!"); negated {
			inner, err := g.ports(rest, depth+1)
			if err != nil {
				return nil, err
			}
			minus = append(minus, inner...)
			continue
		}
		negatedOnly = false
		inner, err := g.ports(item, depth+1)
		if err != nil {
			return nil, err
		}
		plus = append(plus, inner...)
	}
	if negatedOnly {
		plus = allPorts
	}
	out := minusPorts(joinPorts(plus), joinPorts(minus))
	if len(out) == 0 {
		return nil, fmt.Errorf("%.60q matches no port", text)
	}
	return out, nil
}

// portRange reads one port or one range of ports: "80", "8000:8010", "1024:".
func portRange(text string) ([]PortRange, error) {
	from, to, isRange := strings.Cut(text, ":")
	number := func(s string, otherwise int) (int, error) {
		if s == "" && isRange {
			return otherwise, nil
		}
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || n > 65535 || s[0] == '+' {
			return 0, fmt.Errorf("%.40q is not a port; allowed are 0 to 65535, as in 80 or 8000:8010", text)
		}
		return n, nil
	}
	a, err := number(from, 0)
	if err != nil {
		return nil, err
	}
	b := a
	if isRange {
		if b, err = number(to, 65535); err != nil {
			return nil, err
		}
	}
	if a > b {
		return nil, fmt.Errorf("%.40q is a range whose first port is larger than its last", text)
	}
	return []PortRange{{uint16(a), uint16(b)}}, nil
}

// joinPorts sorts ranges and joins those that overlap or touch.
func joinPorts(in []PortRange) []PortRange {
	sorted := slices.Clone(in)
	slices.SortFunc(sorted, func(a, b PortRange) int { return int(a.From) - int(b.From) })
	var out []PortRange
	for _, r := range sorted {
		if n := len(out); n > 0 && int(r.From) <= int(out[n-1].To)+1 {
			out[n-1].To = max(out[n-1].To, r.To)
			continue
		}
		out = append(out, r)
	}
	return out
}

// minusPorts returns the ports of a that are not in b, as sorted ranges.
func minusPorts(a, b []PortRange) []PortRange {
	b = joinPorts(b)
	var out []PortRange
	for _, r := range joinPorts(a) {
		from, to := int(r.From), int(r.To)
		for _, cut := range b {
			if int(cut.To) < from || int(cut.From) > to {
				continue
			}
			if int(cut.From) > from {
				out = append(out, PortRange{uint16(from), cut.From - 1})
			}
			from = int(cut.To) + 1
		}
		if from <= to {
			out = append(out, PortRange{uint16(from), uint16(to)})
		}
	}
	return out
}
