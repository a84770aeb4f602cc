package document

import (
	"reflect"
	"strconv"
	"strings"
)

// expand returns the long form of what is written short, by type. shorten in write.go is its inverse.
var expand = map[reflect.Type]func(n *node) *node{
	reflect.TypeFor[Tier]():       func(n *node) *node { return n.mapped("kind", n) },
	reflect.TypeFor[Flow]():       func(n *node) *node { return n.mapped("because", n) },
	reflect.TypeFor[Use]():        func(n *node) *node { return n.mapped("use", n) },
	reflect.TypeFor[Peer]():       expandPeer,
	reflect.TypeFor[Resource]():   expandResource,
	reflect.TypeFor[OnlyFrom]():   expandOnlyFrom,
	reflect.TypeFor[ZoneSubnet](): func(n *node) *node { return n.mapped("subnet", n) },
	reflect.TypeFor[ManagedGroup](): func(n *node) *node {
		return n.mapped("name", n)
	},
}

// expanded returns the long form of a value of a type.
func expanded(t reflect.Type, n *node) *node {
	if t == reflect.TypeFor[ManagedGroup]() && n.kind == mapping && n.get("name") == nil && len(n.entries) == 1 {
		return expandDrop(n)
	}
	if long, ok := expand[t]; ok && n.kind == scalar {
		return long(n)
	}
	return n
}

func expandPeer(n *node) *node {
	switch {
	case isBlock(n.text):
		return n.mapped("cidr", n)
	case strings.HasPrefix(n.text, "pl-"):
		return n.mapped("prefixList", n)
	}
	return n.mapped("domain", n)
}

func expandResource(n *node) *node {
	if strings.HasPrefix(n.text, arnPrefix) || strings.HasPrefix(n.text, importWord) {
		return n.mapped("arn", n)
	}
	return n.mapped("type", n)
}

const arnPrefix = "arn:"

func expandOnlyFrom(n *node) *node {
	if n.text == "true" && !(n.quoted && n.line > 0) {
		return &node{kind: mapping, place: n.place}
	}
	return n
}

// expandDrop reads "NAME: drop".
func expandDrop(n *node) *node {
	e := n.entries[0]
	if e.value.kind != scalar || e.value.text != "drop" {
		return n
	}
	out := e.key.mapped("name", e.key.at(e.key.text))
	out.entries = append(out.entries, entry{e.key.at("drop"), &node{kind: scalar, text: "true", place: e.value.place}})
	return out
}

func (l *Limit) read(d *decoder, n *node) {
	if n.kind == scalar && n.text == "none" {
		*l = -1
		return
	}
	if number, err := strconv.Atoi(n.text); n.kind != scalar || err != nil || number < 1 || strconv.Itoa(number) != n.text {
		d.fail(n.place, "a rate limit is not usable", "got "+n.shown()+"; allowed are a number of requests in five minutes and none", "")
	} else {
		*l = Limit(number)
	}
}

func (l *Days) read(d *decoder, n *node) {
	if n.kind == scalar && n.text == unlimited {
		*l = -1
		return
	}
	*l = Days(d.number("a retention", n, hints{}))
}

func (r *WebRoute) read(d *decoder, n *node) {
	if n.kind == scalar && n.text == "any" {
		return
	}
	if n.kind != list || len(n.items) == 0 {
		d.fail(n.place, "a route has no methods", "got "+n.shown(), "write [GET, POST], or any")
		return
	}
	for _, item := range n.items {
		r.Methods = append(r.Methods, d.word("a method", item, hints{}))
	}
}

func (r *CountedRule) read(d *decoder, n *node) {
	r.Reason = d.word("the reason of "+r.Group+" "+r.Rule, n, hints{})
}

func (s *SubnetSet) read(d *decoder, n *node) {
	if !d.wants("the subnets "+s.Name, n, mapping) {
		return
	}
	d.entries("the subnets "+s.Name, n, reflect.ValueOf(&s.Subnets).Elem())
	if len(s.Subnets) == 0 && !d.partial {
		d.fail(n.place, "a set of subnets is empty", "", "write {eu-west-1a: subnet-..., eu-west-1b: subnet-...}")
	}
}
