package reach

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// Peers lists the interfaces that the topology knows, by label.
func (t *Topology) Peers() []string {
	var out []string
	for _, p := range t.peers() {
		out = append(out, p.label)
	}
	return out
}

// Find returns the ends that a name stands for: "internet", an address, interfaces by the label of [Matrix] or by the last
// parts of it ("Web" for "Shop/Network/Web", or "web" if nothing else is called so), or whoever answers for a domain name:
// "api.example.com", ".example.com" with all below it. The error lists what there is.
func (t *Topology) Find(name string) ([]End, error) {
	if name == "internet" || name == "the internet" {
		return Internet(), nil
	}
	if addr, err := netip.ParseAddr(name); err == nil {
		c := Cell{From: addr, To: addr}
		inside := slices.ContainsFunc(t.VPCs, func(v *VPC) bool {
			return slices.ContainsFunc(v.Blocks, func(b Block) bool { return b.holds(c) == yes })
		})
		return []End{{Outside: Outside{Cell: c, Inside: inside}}}, nil
	}
	var found, folded []peer
	for _, p := range t.peers() {
		switch last := p.label[strings.LastIndex(p.label, "/")+1:]; {
		case p.label == name:
			return p.ends(), nil
		case strings.HasSuffix(p.label, "/"+name):
			found = append(found, p)
		case strings.EqualFold(last, name):
			folded = append(folded, p)
		}
	}
	if len(found) == 0 {
		found = folded
	}
	switch len(found) {
	case 0:
		if domainName.MatchString(name) {
			return whoeverAnswers(name), nil
		}
		return nil, fmt.Errorf("nothing is called %q; there are: internet, addresses, domain names, %s", name, strings.Join(t.Peers(), ", "))
	case 1:
		return found[0].ends(), nil
	}
	labels := make([]string, len(found))
	for i, p := range found {
		labels[i] = p.label
	}
	return nil, fmt.Errorf("%q may be %s; write more of it", name, strings.Join(labels, " or "))
}

// domainName is letters, digits and hyphens around dots, in lower case as in rules. No label of an interface has a dot.
var domainName = regexp.MustCompile(`^\.?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])$`)

func whoeverAnswers(domain string) []End {
	list := DomainPeer(domain).List
	var out []End
	for _, family := range []Block{anywhere4, anywhere6} {
		out = append(out, End{Outside: outsideOf(list, family)})
	}
	return out
}

func (p peer) ends() []End {
	var out []End
	for _, s := range p.Spots() {
		out = append(out, End{Class: p.Class, Spot: s})
	}
	return out
}
