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
	// Unknown names, sorted, what only a deployment knows: "@LIST" for an IP set reference, or a value of a variable that contains a
	// token. The addresses of these names come in addition to the set; those of a negated name are missing from it.
	Unknown []string
}

// maxNesting bounds how deeply lists and variables are nested. A variable that contains itself exceeds it.
const maxNesting = 16

var (
	everyIPv4 = netip.MustParsePrefix("0.0.0.0/0")
	everyIPv6 = netip.MustParsePrefix("::/0")
)

// Addresses resolves an address of a rule's header: "any", "10.0.0.0/8", "[$WEB,!10.0.1.5]", "@LIST". HOME_NET and EXTERNAL_NET
// are unknown unless the group sets them: otherwise their values come from the policy or from the firewall's VPC.
func (g Group) Addresses(text string) (Addresses, error) {
	var b addressBuilder
	if err := b.add(g, text, false, 0); err != nil {
		return Addresses{}, err
	}
	return b.addresses(text)
}

// addressBuilder collects the addresses that the items of a list add and remove.
type addressBuilder struct {
	added, removed netipx.IPSetBuilder
	adds           bool // some item adds addresses; a list of negated items begins with every address
	unknown        []string
}

// addresses returns the set of what was collected. The text is for the error.
func (b *addressBuilder) addresses(text string) (Addresses, error) {
	if !b.adds {
		b.added.AddPrefix(everyIPv4)
		b.added.AddPrefix(everyIPv6)
	}
	removed, err := b.removed.IPSet()
	if err != nil {
		return Addresses{}, err
	}
	b.added.RemoveSet(removed)
	set, err := b.added.IPSet()
	if err != nil {
		return Addresses{}, err
	}
	if len(set.Ranges()) == 0 && len(b.unknown) == 0 {
		return Addresses{}, fmt.Errorf("%.60q matches no address", text)
	}
	slices.Sort(b.unknown)
	return Addresses{Set: set, Unknown: slices.Compact(b.unknown)}, nil
}

// add adds the addresses of an item, or removes them if the item is negated.
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
			return undefinedError{"the reference " + text}
		}
		b.note(text, negated)
		return nil
	case strings.Contains(text, "${"), strings.HasPrefix(text, "#{"): // A token, or a token of a list.
		b.note(text, negated)
		return nil
	case strings.HasPrefix(text, "$"):
		return b.variable(g, text, negated, depth)
	}
	return b.block(text, negated)
}

func (b *addressBuilder) any(negated bool) error {
	if negated {
		return fmt.Errorf("!any matches no address")
	}
	b.adds = true
	b.added.AddPrefix(everyIPv4)
	b.added.AddPrefix(everyIPv6)
	return nil
}

// note records a name whose addresses only a deployment knows.
func (b *addressBuilder) note(name string, negated bool) {
	if negated {
		name = "!" + name
	} else {
		b.adds = true
	}
	b.unknown = append(b.unknown, name)
}

// list adds the items of a list. A negated list removes the set that it stands for, after its own negated items.
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
	b.removed.AddSet(set.Set)
	for _, name := range set.Unknown {
		b.unknown = append(b.unknown, "!"+name)
	}
	return nil
}

// builtIn lists the variables that AWS defines (measured: AWS rejects all others unless the group sets them).
var builtIn = []string{"HOME_NET", "EXTERNAL_NET"}

func (b *addressBuilder) variable(g Group, text string, negated bool, depth int) error {
	values, ok := g.IPSets[text[1:]]
	switch {
	case !ok && slices.Contains(builtIn, text[1:]):
		b.note(text, negated)
		return nil
	case !ok:
		return undefinedError{"the variable " + text}
	}
	return b.list(g, "["+strings.Join(values, ",")+"]", negated, depth+1)
}

func (b *addressBuilder) block(text string, negated bool) error {
	prefix, err := parseBlock(text)
	if err != nil {
		return err
	}
	if negated {
		b.removed.AddPrefix(prefix)
	} else {
		b.adds = true
		b.added.AddPrefix(prefix)
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
