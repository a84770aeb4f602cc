package suricata

import (
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// memo remembers the result of checking each address and port of a group: thousands of rules name the same few of them, and a variable may
// hold thousands of blocks.
type memo struct {
	group     Group
	addresses map[string]error
	ports     map[string]portResult
	lengths   map[string]int // the length of a variable's values as text, by name with the dollar sign
}

var variable = lazyregexp.New(`\$[A-Za-z0-9_]+`)

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

// address returns what is wrong with an address; nil if it is good.
func (m *memo) address(text string) error {
	err, known := m.addresses[text]
	if !known {
		_, err = m.group.Addresses(text)
		m.addresses[text] = err
	}
	return err
}

// port reports whether a port stands for all ports, and what is wrong with it.
func (m *memo) port(text string) (all bool, err error) {
	result, known := m.ports[text]
	if !known {
		ports, err := m.group.Ports(text)
		result = portResult{ports.Equal(allPorts), err}
		m.ports[text] = result
	}
	return result.all, result.err
}

// variablesLength returns the length of the values of the variables that a field names.
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
