package suricata

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"go4.org/netipx"
)

// Addresses is a set of addresses, as far as it is known.
type Addresses struct {
	// Set holds the addresses that are known; never nil when there is no error.
	Set *netipx.IPSet
	// Unknown are names of what only a deployment knows, sorted: "@LIST" of an IP set reference, or a value of a variable that
	// holds a token. The set holds more by those, or less where they are negated.
	Unknown []string
}

// maxNesting is how deeply lists and variables may contain each other, which a variable that contains itself exceeds.
const maxNesting = 16

var (
	everyIPv4 = netip.MustParsePrefix("0.0.0.0/0")
	everyIPv6 = netip.MustParsePrefix("::/0")
)

// Addresses resolves an address of a rule's header: "any", "10.0.0.0/8", "[$WEB,!10.0.1.5]", "@LIST". HOME_NET and EXTERNAL_NET
// are unknown unless the group sets them: the policy or the firewall's VPC does otherwise.
func (g Group) Addresses(text string) (Addresses, error) {
	var b addressBuilder
	if err := b.add(g, text, false, 0); err != nil {
		return Addresses{}, err
	}
	return b.addresses(text)
}

// addressBuilder collects what a list holds and what it takes away.
type addressBuilder struct {
	plus, minus netipx.IPSetBuilder
	positive    bool // something is held, not only taken away
	unknown     []string
}

func (b *addressBuilder) addresses(text string) (Addresses, error) {
	if !b.positive {
		b.plus.AddPrefix(everyIPv4)
		b.plus.AddPrefix(everyIPv6)
	}
	minus, err := b.minus.IPSet()
	if err != nil {
		return Addresses{}, err
	}
	b.plus.RemoveSet(minus)
	set, err := b.plus.IPSet()
	if err != nil {
		return Addresses{}, err
	}
	if len(set.Ranges()) == 0 && len(b.unknown) == 0 {
		return Addresses{}, fmt.Errorf("%.60q is no address at all", text)
	}
	slices.Sort(b.unknown)
	return Addresses{Set: set, Unknown: slices.Compact(b.unknown)}, nil
}

// add adds an item; negated takes it away.
func (b *addressBuilder) add(g Group, text string, negated bool, depth int) error {
	text = strings.TrimSpace(text)
	if depth > maxNesting {
		return fmt.Errorf("%.40q is nested too deeply", text)
	}
	if rest, not := strings.CutPrefix(text, "!"); not {
		return b.add(g, rest, !negated, depth+1)
	}
	switch {
	case strings.EqualFold(text, "any"):
		return b.any(negated)
	case strings.HasPrefix(text, "["):
		return b.list(g, text, negated, depth)
	case strings.HasPrefix(text, "@"):
		if !slices.Contains(g.References, text[1:]) {
			return fmt.Errorf("the reference %s is not defined", text)
		}
		b.note(text, negated)
		return nil
	case strings.Contains(text, "${"), strings.HasPrefix(text, "#{"): // A token, or one for a list.
		b.note(text, negated)
		return nil
	case strings.HasPrefix(text, "$"):
		return b.variable(g, text, negated, depth)
	}
	return b.block(text, negated)
}

func (b *addressBuilder) any(negated bool) error {
	if negated {
		return fmt.Errorf("!any is no address at all")
	}
	b.positive = true
	b.plus.AddPrefix(everyIPv4)
	b.plus.AddPrefix(everyIPv6)
	return nil
}

// note records something that only a deployment knows.
func (b *addressBuilder) note(name string, negated bool) {
	if negated {
		name = "!" + name
	} else {
		b.positive = true
	}
	b.unknown = append(b.unknown, name)
}

// list adds a list. A negated one is what it does not hold: its own negations are within it.
func (b *addressBuilder) list(g Group, text string, negated bool, depth int) error {
	items, err := splitList(text)
	if err != nil {
		return err
	}
	if !negated {
		for _, item := range items {
			if err := b.add(g, item, false, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	var inner addressBuilder
	for _, item := range items {
		if err := inner.add(g, item, false, depth+1); err != nil {
			return err
		}
	}
	set, err := inner.addresses(text)
	if err != nil {
		return err
	}
	b.minus.AddSet(set.Set)
	for _, name := range set.Unknown {
		b.unknown = append(b.unknown, "!"+name)
	}
	return nil
}

// builtIn are the variables that AWS defines (measured: all others are refused unless the group sets them).
var builtIn = []string{"HOME_NET", "EXTERNAL_NET"}

func (b *addressBuilder) variable(g Group, text string, negated bool, depth int) error {
	values, ok := g.IPSets[text[1:]]
	switch {
	case !ok && slices.Contains(builtIn, text[1:]):
		b.note(text, negated)
		return nil
	case !ok:
		return fmt.Errorf("the variable %s is not defined", text)
	}
	return b.list(g, "["+strings.Join(values, ",")+"]", negated, depth+1)
}

func (b *addressBuilder) block(text string, negated bool) error {
	prefix, err := parseBlock(text)
	if err != nil {
		return err
	}
	if negated {
		b.minus.AddPrefix(prefix)
	} else {
		b.positive = true
		b.plus.AddPrefix(prefix)
	}
	return nil
}

// parseBlock reads an address or a block without host bits.
func parseBlock(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil && addr.Zone() == "" && !addr.Is4In6() {
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	switch {
	case err != nil || prefix.Addr().Is4In6():
		return netip.Prefix{}, fmt.Errorf("%.60q is neither an address nor a block in CIDR notation", text)
	case prefix != prefix.Masked():
		return netip.Prefix{}, fmt.Errorf("%s has host bits set; the block is %s", text, prefix.Masked())
	}
	return prefix, nil
}

// splitList splits "[a,[b,c],d]" into its items.
func splitList(text string) ([]string, error) {
	if !strings.HasSuffix(text, "]") {
		return nil, fmt.Errorf("%.60q has no closing bracket", text)
	}
	var items []string
	depth, start := 0, 1
	for i := 1; i < len(text)-1; i++ {
		switch text[i] {
		case '[':
			depth++
		case ']':
			depth--
		case ',':
			if depth == 0 {
				items = append(items, text[start:i])
				start = i + 1
			}
		}
		if depth < 0 {
			return nil, fmt.Errorf("%.60q has brackets that do not match", text)
		}
	}
	items = append(items, text[start:len(text)-1])
	if depth != 0 {
		return nil, fmt.Errorf("%.60q has brackets that do not match", text)
	}
	for _, item := range items {
		if strings.TrimSpace(item) == "" {
			return nil, fmt.Errorf("%.60q has an empty item", text)
		}
	}
	return items, nil
}
