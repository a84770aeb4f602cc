package suricata

import (
	"regexp"
	"strings"
)

// memo keeps what the addresses and ports of a group's rules come to: thousands of rules name the same few, and a variable may hold
// thousands of blocks.
type memo struct {
	group     Group
	addresses map[string]error
	ports     map[string]portResult
	lengths   map[string]int // of a variable's values, by name with the dollar sign
}

var variable = regexp.MustCompile(`\$[A-Za-z0-9_]+`)

type portResult struct {
	all bool
	err error
}

func newMemo(g Group) *memo {
	m := &memo{group: g, addresses: map[string]error{}, ports: map[string]portResult{}, lengths: map[string]int{}}
	for _, sets := range []map[string][]string{g.IPSets, g.PortSets} {
		for name, values := range sets {
			m.lengths["$"+name] = len(strings.Join(values, ","))
		}
	}
	return m
}

// address says what is wrong with an address; nil if nothing is.
func (m *memo) address(text string) error {
	err, known := m.addresses[text]
	if !known {
		_, err = m.group.Addresses(text)
		m.addresses[text] = err
	}
	return err
}

// port says whether a port is any port, and what is wrong with it.
func (m *memo) port(text string) (all bool, err error) {
	result, known := m.ports[text]
	if !known {
		ports, err := m.group.Ports(text)
		result = portResult{ports.Equal(allPorts), err}
		m.ports[text] = result
	}
	return result.all, result.err
}

// variablesLength is by how much the values of the variables in a field lengthen a rule.
func (m *memo) variablesLength(field string) int {
	if !strings.Contains(field, "$") {
		return 0
	}
	n := 0
	for _, name := range variable.FindAllString(field, -1) {
		n += m.lengths[name]
	}
	return n
}
