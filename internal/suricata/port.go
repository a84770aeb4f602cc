package suricata

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/traffic"
)

var allPorts = traffic.AllPorts()

// Ports resolves a port of a rule's header: "any", "80", "[80,8000:8010,!8005]", "$WEB_PORTS".
func (g Group) Ports(text string) (traffic.PortSet, error) { return g.ports(text, 0) }

// ports is Ports at a depth of nesting.
func (g Group) ports(text string, depth int) (traffic.PortSet, error) {
	if depth > maxNesting {
		return traffic.PortSet{}, fmt.Errorf("%.40q is nested too deeply", text)
	}
	text = strings.TrimSpace(text)
	switch {
	case strings.EqualFold(text, "any"):
		return allPorts, nil
	case strings.HasPrefix(text, "!"):
		inner, err := g.ports(text[1:], depth+1)
		if err != nil {
			return traffic.PortSet{}, err
		}
		out := allPorts.Minus(inner)
		if out.IsEmpty() {
			return traffic.PortSet{}, fmt.Errorf("%.60q matches no port", text)
		}
		return out, nil
	case strings.HasPrefix(text, "["):
		return g.portList(text, depth)
	case strings.HasPrefix(text, "$"):
		values, ok := g.PortSets[text[1:]]
		if !ok {
			return traffic.PortSet{}, undefinedError{"the variable " + text}
		}
		return g.ports("["+strings.Join(values, ",")+"]", depth+1)
	}
	return portRange(text)
}

// portList returns the ports of a list: those of its other items without those of its negated items. If all items are negated, they are
// removed from all ports.
func (g Group) portList(text string, depth int) (traffic.PortSet, error) {
	items, err := splitList(text)
	if err != nil {
		return traffic.PortSet{}, err
	}
	var plus, minus traffic.PortSet
	negatedOnly := true
	for _, item := range items {
		item = strings.TrimSpace(item)
		if rest, negated := strings.CutPrefix(item, "!"); negated {
			inner, err := g.ports(rest, depth+1)
			if err != nil {
				return traffic.PortSet{}, err
			}
			minus = minus.Union(inner)
			continue
		}
		negatedOnly = false
		inner, err := g.ports(item, depth+1)
		if err != nil {
			return traffic.PortSet{}, err
		}
		plus = plus.Union(inner)
	}
	if negatedOnly {
		plus = allPorts
	}
	out := plus.Minus(minus)
	if out.IsEmpty() {
		return traffic.PortSet{}, fmt.Errorf("%.60q matches no port", text)
	}
	return out, nil
}

// portRange reads one port or one range of ports: "80", "8000:8010", "1024:".
func portRange(text string) (traffic.PortSet, error) {
	from, to, isRange := strings.Cut(text, ":")
	number := func(s string, otherwise int) (int, error) {
		if s == "" && isRange {
			return otherwise, nil
		}
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || n > traffic.LastPort || s[0] == '+' {
			return 0, fmt.Errorf("%.40q is not a port; allowed are 0 to 65535, as in 80 or 8000:8010", text)
		}
		return n, nil
	}
	a, err := number(from, 0)
	if err != nil {
		return traffic.PortSet{}, err
	}
	b := a
	if isRange {
		if b, err = number(to, traffic.LastPort); err != nil {
			return traffic.PortSet{}, err
		}
	}
	if a > b {
		return traffic.PortSet{}, fmt.Errorf("%.40q is a range whose first port is larger than its last", text)
	}
	return traffic.PortsFrom(a, b), nil
}
