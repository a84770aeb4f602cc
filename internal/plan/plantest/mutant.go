package plantest

import (
	"fmt"
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// Mutant is a way in which a plan could be wrong.
type Mutant struct {
	Name string // "Groups[2].Ingress[0].Ports: a port more"; "Groups[].Ingress[].Ports: a port more" for all groups at once
	// Apply makes a plan of the same architecture wrong in this way.
	Apply func(*plan.Plan)
}

// Kind is the name without places in lists.
func (m Mutant) Kind() string { return place.ReplaceAllString(m.Name, "[]") }

var place = regexp.MustCompile(`\[[^\]]*\]`)

// Mutants are the ways in which a function of the plan could be wrong, once or always in the same way: each value of the plan is
// widened, narrowed, exchanged or taken away. They are found by the types of the plan's exported fields, so that new fields are not
// forgotten. made derives the plan anew.
func Mutants(made func() *plan.Plan) []Mutant {
	var out []Mutant
	var kinds []string
	count := map[string]int{}
	for i, e := range editsOf(made()) {
		m := Mutant{Name: e.name, Apply: func(p *plan.Plan) { editsOf(p)[i].apply() }}
		out = append(out, m)
		if count[m.Kind()]++; count[m.Kind()] == 2 {
			kinds = append(kinds, m.Kind())
		}
	}
	for _, kind := range kinds {
		out = append(out, Mutant{Name: kind, Apply: func(p *plan.Plan) {
			edits := editsOf(p)
			slices.Reverse(edits) // Taking an element out of a list moves those after it.
			for _, e := range edits {
				if (Mutant{Name: e.name}).Kind() == kind {
					e.apply()
				}
			}
		}})
	}
	return out
}

// edit is one change of a plan.
type edit struct {
	name  string
	apply func()
}

// passed are the fields that decide nothing: the declaration, and what is shown to people.
var passed = map[string]bool{"Model": true, "Widenings": true}

func editsOf(p *plan.Plan) []edit {
	m := mutator{p: p, texts: map[string][]string{}}
	root := reflect.ValueOf(p).Elem()
	for _, collect := range []bool{true, false} {
		m.collect = collect
		for i := range root.NumField() {
			if name := root.Type().Field(i).Name; !passed[name] {
				m.visit(name, root.Field(i))
			}
		}
	}
	return m.out
}

type mutator struct {
	p       *plan.Plan
	collect bool                // collects texts, and makes no edits
	texts   map[string][]string // all texts by kind of path
	out     []edit
}

// add makes an edit that gives a place another value.
func (m *mutator) add(path, what string, at reflect.Value, value any) {
	to := reflect.ValueOf(value)
	if !m.collect && !reflect.DeepEqual(at.Interface(), value) {
		m.out = append(m.out, edit{path + ": " + what, func() { at.Set(to) }})
	}
}

// visit mutates a value as a whole, and then its parts.
func (m *mutator) visit(path string, v reflect.Value) {
	if whole, ok := v.Interface().(netip.Prefix); ok {
		m.prefix(path, v, whole)
		return
	}
	m.value(path, v)
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				m.visit(strings.TrimSuffix(path+"."+f.Name, "."), v.Field(i))
			}
		}
	case reflect.Slice:
		m.slice(path, v)
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, key := range keys {
			m.entry(path+"["+key.String()+"]", v, key)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			m.add(path, "none", v, reflect.Zero(v.Type()).Interface())
			m.visit(path, v.Elem())
		}
	case reflect.Bool:
		m.add(path, "the opposite", v, !v.Bool())
	case reflect.Int:
		m.number(path, v)
	case reflect.String:
		m.text(path, v)
	}
}

// entry mutates one value of a map, which cannot be set in its place.
func (m *mutator) entry(path string, of, key reflect.Value) {
	copied := reflect.New(of.Type().Elem()).Elem()
	copied.Set(of.MapIndex(key))
	first := len(m.out)
	m.visit(path, copied)
	for i := first; i < len(m.out); i++ {
		apply := m.out[i].apply
		m.out[i].apply = func() {
			apply()
			of.SetMapIndex(key, copied)
		}
	}
}

// slice takes each element away, and exchanges neighbours.
func (m *mutator) slice(path string, v reflect.Value) {
	for i := range v.Len() {
		at := fmt.Sprintf("%s[%d]", path, i)
		if !m.collect && v.CanSet() {
			m.out = append(m.out, edit{at + ": removed", func() {
				if i < v.Len() {
					v.Set(reflect.AppendSlice(v.Slice3(0, i, i), v.Slice(i+1, v.Len())))
				}
			}})
		}
		if !m.collect && i > 0 {
			m.out = append(m.out, edit{at + ": before the one before it", func() {
				if i < v.Len() {
					reflect.Swapper(v.Interface())(i-1, i)
				}
			}})
		}
	}
	for i := range v.Len() {
		m.visit(fmt.Sprintf("%s[%d]", path, i), v.Index(i))
	}
}

var (
	everybody = netip.MustParsePrefix("0.0.0.0/0")
	elsewhere = netip.MustParsePrefix("172.16.0.0/12")
)

// value mutates values whose type has a meaning of its own.
func (m *mutator) value(path string, v reflect.Value) {
	whole := m.p.Model.Prefix
	switch old := v.Interface().(type) {
	case arch.Ports:
		m.ports(path, v, old)
	case arch.Peer:
		m.add(path, "everybody", v, cidr(everybody))
		m.add(path, "the whole VPC", v, cidr(whole))
		if prefix, ok := old.Prefix(); ok && prefix.Bits() > 0 {
			m.add(path, "twice the block", v, cidr(netip.PrefixFrom(prefix.Addr(), prefix.Bits()-1).Masked()))
			m.add(path, "half of the block", v, cidr(netip.PrefixFrom(prefix.Addr(), prefix.Bits()+1)))
		}
		for _, t := range m.p.Model.Tiers {
			if old.Kind.IsTier() && t.ID != old.Text {
				m.add(path, "another tier", v, arch.TierPeer(t.Kind, t.ID))
				break
			}
		}
	case address.Block:
		m.add(path, "everybody", v, address.Block{Prefix: everybody})
		m.add(path, "the whole VPC", v, address.Block{Prefix: whole})
	case arch.Operand:
		m.add(path, "half of the internet", v, arch.Operand{Text: "0.0.0.0/1"})
		m.add(path, "another network", v, arch.Operand{Text: elsewhere.String()})
	case []arch.Peer:
		m.add(path, "everybody", v, []arch.Peer(nil))
	case *iam.Policy:
		m.add(path, "everything", v, new(iam.FullAccess()))
	case iam.Effect:
		m.add(path, "the other effect", v, map[iam.Effect]iam.Effect{iam.Allow: iam.Deny, iam.Deny: iam.Allow}[old])
	}
}

func cidr(p netip.Prefix) arch.Peer {
	return arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: p.String()}}
}

func (m *mutator) ports(path string, v reflect.Value, old arch.Ports) {
	change := func(what string, edit func(*arch.Ports)) {
		p := old
		edit(&p)
		m.add(path, what, v, p)
	}
	if old.IsAll() {
		change("TCP alone", func(p *arch.Ports) { *p = arch.Ports{Protocol: arch.TCP, From: 0, To: 65535} })
		return
	}
	change("another protocol", func(p *arch.Ports) {
		p.Protocol = map[arch.Protocol]arch.Protocol{arch.TCP: arch.UDP, arch.UDP: arch.TCP, arch.ICMP: arch.ICMP,
			arch.ICMPv6: arch.ICMPv6}[p.Protocol]
	})
	change("another port", func(p *arch.Ports) { p.From, p.To = 7, 7 })
	if old.Protocol == arch.ICMP || old.Protocol == arch.ICMPv6 {
		change("every type", func(p *arch.Ports) { p.From, p.To = -1, -1 })
		return
	}
	change("a port more", func(p *arch.Ports) { p.To = min(p.To+1, 65535) })
	change("a port more before", func(p *arch.Ports) { p.From = max(p.From-1, 0) })
	change("a port less", func(p *arch.Ports) { p.To = max(p.To-1, p.From) })
}

// prefix mutates a block of a subnet or of an entry.
func (m *mutator) prefix(path string, v reflect.Value, old netip.Prefix) {
	if !old.IsValid() || old.Bits() == 0 {
		return
	}
	m.add(path, "twice the block", v, netip.PrefixFrom(old.Addr(), old.Bits()-1).Masked())
	m.add(path, "half of the block", v, netip.PrefixFrom(old.Addr(), old.Bits()+1))
	m.add(path, "the whole VPC", v, m.p.Model.Prefix)
}

// enums are the kinds of numbers that name something, with how many there are.
var enums = map[reflect.Type]int{
	reflect.TypeFor[plan.Target](): int(plan.ToGateway) + 1, reflect.TypeFor[plan.Match](): int(plan.PathMTU) + 1,
	reflect.TypeFor[plan.Direction](): 2, reflect.TypeFor[plan.Concern](): int(plan.DomainFlows) + 1,
}

func (m *mutator) number(path string, v reflect.Value) {
	count := enums[v.Type()]
	for other := range count {
		m.add(path, fmt.Sprint("number ", other), v, reflect.ValueOf(other).Convert(v.Type()).Interface())
	}
	if _, ports := v.Interface().(int); ports && count == 0 {
		m.add(path, "one more", v, int(v.Int())+1)
	}
}

// text exchanges a text for one from the same place of another element, and widens patterns.
func (m *mutator) text(path string, v reflect.Value) {
	kind := place.ReplaceAllString(path, "[]")
	if m.collect {
		m.texts[kind] = append(m.texts[kind], v.String())
		return
	}
	set := func(what, text string) { m.add(path, what, v, reflect.ValueOf(text).Convert(v.Type()).Interface()) }
	for _, other := range m.texts[kind] {
		if other != v.String() {
			set("that of another", other)
			break
		}
	}
	switch {
	case strings.HasSuffix(kind, ".Actions[]"), strings.HasSuffix(kind, ".Resources[]"), strings.HasSuffix(kind, ".Values[]"):
		set("anything", "*")
	case strings.HasSuffix(kind, ".Names[]") && strings.Contains(v.String(), "."):
		_, above, _ := strings.Cut(strings.TrimPrefix(v.String(), "."), ".")
		set("the domain above", "."+above)
	}
}
