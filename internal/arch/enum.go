package arch

import (
	"fmt"
	"slices"
	"strings"
)

// Enumerated values are words in files. Unknown words are rejected.

var (
	natNames         = []string{"per zone", "single"}
	layoutNames      = []string{"one stack", "nested stacks"}
	networkACLsNames = []string{"on", "off"}
	egressNames      = []string{"unknown", "open", "restricted"}
	pathKindNames    = []string{"direct", "inspected", "through gateway", "by gateway endpoint"}
	policiesNames    = []string{"by owner", "derived", "open"}
	modeNames        = []string{"enforce", "observe", "prepare"}
)

func marshalWord(names []string, value int) ([]byte, error) {
	if value < 0 || value >= len(names) {
		return nil, fmt.Errorf("%d is none of %s", value, strings.Join(names, ", "))
	}
	return []byte(names[value]), nil
}

func unmarshalWord[T ~int](names []string, text []byte, value *T) error {
	i := slices.Index(names, string(text))
	if i < 0 {
		return fmt.Errorf("%q is not known; allowed are %s", text, strings.Join(names, ", "))
	}
	*value = T(i)
	return nil
}

// MarshalText writes the kind's name.
func (k Kind) MarshalText() ([]byte, error) {
	if _, ok := kindNames[k]; !ok {
		return nil, fmt.Errorf("%d is no kind of peer", int(k))
	}
	return []byte(k.String()), nil
}

// UnmarshalText reads a kind's name.
func (k *Kind) UnmarshalText(text []byte) error {
	var names []string
	for _, kind := range Kinds() {
		if kind.String() == string(text) {
			*k = kind
			return nil
		}
		names = append(names, kind.String())
	}
	return fmt.Errorf("%q is no kind of peer; allowed are %s", text, strings.Join(names, ", "))
}

// MarshalText writes "per zone" or "single".
func (n NAT) MarshalText() ([]byte, error) { return marshalWord(natNames, int(n)) }

// UnmarshalText reads what MarshalText writes.
func (n *NAT) UnmarshalText(text []byte) error { return unmarshalWord(natNames, text, n) }

// MarshalText writes "one stack" or "nested stacks".
func (l Layout) MarshalText() ([]byte, error) { return marshalWord(layoutNames, int(l)) }

// UnmarshalText reads what MarshalText writes.
func (l *Layout) UnmarshalText(text []byte) error { return unmarshalWord(layoutNames, text, l) }

// MarshalText writes "on" or "off".
func (n NetworkACLs) MarshalText() ([]byte, error) { return marshalWord(networkACLsNames, int(n)) }

// UnmarshalText reads what MarshalText writes.
func (n *NetworkACLs) UnmarshalText(text []byte) error {
	return unmarshalWord(networkACLsNames, text, n)
}

// MarshalText writes "unknown", "open" or "restricted".
func (e Egress) MarshalText() ([]byte, error) { return marshalWord(egressNames, int(e)) }

// UnmarshalText reads what MarshalText writes.
func (e *Egress) UnmarshalText(text []byte) error { return unmarshalWord(egressNames, text, e) }

// MarshalText writes "direct", "inspected" or "through gateway".
func (k PathKind) MarshalText() ([]byte, error) { return marshalWord(pathKindNames, int(k)) }

// UnmarshalText reads what MarshalText writes.
func (k *PathKind) UnmarshalText(text []byte) error { return unmarshalWord(pathKindNames, text, k) }

// String returns "enforce", "observe" or "prepare", or "unknown" for a value that is no mode.
func (m Mode) String() string {
	if m < 0 || int(m) >= len(modeNames) {
		return "unknown"
	}
	return modeNames[m]
}

// MarshalText writes "enforce", "observe" or "prepare".
func (m Mode) MarshalText() ([]byte, error) { return marshalWord(modeNames, int(m)) }

// UnmarshalText reads what MarshalText writes.
func (m *Mode) UnmarshalText(text []byte) error { return unmarshalWord(modeNames, text, m) }

// MarshalText writes "by owner", "derived" or "open".
func (p Policies) MarshalText() ([]byte, error) { return marshalWord(policiesNames, int(p)) }

// UnmarshalText reads what MarshalText writes.
func (p *Policies) UnmarshalText(text []byte) error { return unmarshalWord(policiesNames, text, p) }

var (
	technologyNames = []string{"none", "linux", "windows", "php", "wordpress", "java"}
	sqlNames        = []string{"by flows", "behind", "none"}
)

// MarshalText writes the technology's name.
func (t Technology) MarshalText() ([]byte, error) { return marshalWord(technologyNames, int(t)) }

// UnmarshalText reads what MarshalText writes.
func (t *Technology) UnmarshalText(text []byte) error { return unmarshalWord(technologyNames, text, t) }

// MarshalText writes "by flows", "behind" or "none".
func (s SQL) MarshalText() ([]byte, error) { return marshalWord(sqlNames, int(s)) }

// UnmarshalText reads what MarshalText writes.
func (s *SQL) UnmarshalText(text []byte) error { return unmarshalWord(sqlNames, text, s) }

var gatewayNames = []string{"none", "transit gateway", "peering connection", "virtual private gateway"}

// MarshalText writes the kind's words.
func (k GatewayKind) MarshalText() ([]byte, error) { return marshalWord(gatewayNames, int(k)) }

// UnmarshalText reads what MarshalText writes.
func (k *GatewayKind) UnmarshalText(text []byte) error { return unmarshalWord(gatewayNames, text, k) }

var pathNames = []string{"egress", "ingress", "east-west"}

// String lists the paths: "egress, east-west".
func (p Paths) String() string {
	var out []string
	for i, name := range pathNames {
		if p&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, ", ")
}

// MarshalText writes the paths, separated by commas.
func (p Paths) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (p *Paths) UnmarshalText(text []byte) error {
	*p = 0
	if string(text) == "none" {
		return nil
	}
	for name := range strings.SplitSeq(string(text), ",") {
		i := slices.Index(pathNames, strings.TrimSpace(name))
		if i < 0 {
			return fmt.Errorf("%q is no path; allowed are %s", name, strings.Join(pathNames, ", "))
		}
		*p |= 1 << i
	}
	return nil
}
