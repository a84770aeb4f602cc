package suricata

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Group is a stateful rule group of AWS Network Firewall.
type Group struct {
	Lines []Line
	// StrictOrder is true if rules are evaluated in the order in which they are written.
	StrictOrder bool
	// IPSets and PortSets are the rule variables, by name without the dollar sign.
	IPSets, PortSets map[string][]string
	// References are the names of IP set references, without the at sign.
	References []string
	// Capacity is what the group reserves; 0 if nothing is said about it.
	Capacity int
}

// Check returns all that AWS's API refuses about the group, and what we refuse for safety, in the order of its lines.
func Check(g Group) []Problem {
	out := g.checkVariables()
	first := map[int]int{}
	known := newMemo(g)
	for _, line := range g.Lines {
		c := checker{g: g, line: line, memo: known}
		c.sid(first)
		c.header()
		c.length()
		c.keywords()
		c.options()
		out = append(out, c.found...)
	}
	if g.Capacity > 0 && len(g.Lines) > g.Capacity {
		out = append(out, Problem{Rule: "capacity", Summary: "the group has more rules than it reserves room for", Detail: fmt.Sprintf("it has %d; its capacity is %d", len(g.Lines), g.Capacity), Fix: "raise the capacity, with another name"})
	}
	return out
}

// checker collects the problems of one rule.
type checker struct {
	*memo
	g     Group
	line  Line
	found []Problem
}

func (c *checker) fail(rule, summary, detail, fix string) {
	c.found = append(c.found, Problem{Line: c.line.Number, Rule: rule, Summary: summary, Detail: detail, Fix: fix})
}

var variableName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,31}$`)

// checkVariables checks names and values of the group's sets.
func (g Group) checkVariables() []Problem {
	var out []Problem
	fail := func(rule, summary, detail, fix string) {
		out = append(out, Problem{Rule: rule, Summary: summary, Detail: detail, Fix: fix})
	}
	names := slices.Concat(slices.Sorted(maps.Keys(g.IPSets)), slices.Sorted(maps.Keys(g.PortSets)), slices.Clone(g.References))
	for _, name := range names {
		if !variableName.MatchString(name) {
			fail("variable-name", "the name of a variable is not usable", fmt.Sprintf("got %.60q; allowed are 1 to 32 letters, digits and underscores, a letter first", name), "")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(g.IPSets)) {
		g.checkIPSet(name, fail)
	}
	for _, name := range slices.Sorted(maps.Keys(g.PortSets)) {
		if len(g.PortSets[name]) == 0 {
			fail("variable-empty", "the variable "+name+" is empty", "", "name ports, or leave the variable out")
		} else if _, err := g.Ports("$" + name); err != nil {
			fail("port", "the variable "+name+" is not usable", err.Error(), "")
		}
	}
	if _, home := g.IPSets["HOME_NET"]; home {
		if _, external := g.IPSets["EXTERNAL_NET"]; !external {
			fail("external-net", "the group sets HOME_NET and not EXTERNAL_NET", "EXTERNAL_NET stays the policy's, which is what lies outside the policy's HOME_NET", "set EXTERNAL_NET as well")
		}
	}
	return out
}

// checkIPSet checks the blocks of a set. IPv4 and IPv6 are apart: an address of the other family matches nothing in a rule.
func (g Group) checkIPSet(name string, fail func(rule, summary, detail, fix string)) {
	four, six := "", ""
	if len(g.IPSets[name]) == 0 {
		fail("variable-empty", "the variable "+name+" is empty", "", "name addresses, or leave the variable out")
	}
	for _, value := range g.IPSets[name] {
		value = strings.TrimPrefix(value, "!")
		if strings.Contains(value, "${") || strings.ContainsAny(value, "$@[") || strings.EqualFold(value, "any") {
			continue
		}
		prefix, err := parseBlock(value)
		switch {
		case err != nil:
			fail("cidr", "the variable "+name+" is not usable", err.Error(), "")
		case prefix.Addr().Is4():
			four = value
		default:
			six = value
		}
	}
	if four != "" && six != "" {
		fail("mixed-families", "the variable "+name+" mixes IPv4 and IPv6", "got "+four+" and "+six, "make two variables and two rules")
	}
}

// The ranges of rule ids (measured with Suricata 7.0.10).
const maxSID = 4294967294

// sid: required, once in a group (AWS answers "sid not assigned" and "Duplicate signature").
func (c *checker) sid(first map[int]int) {
	r := c.line.Rule
	values := 0
	for _, o := range r.Options {
		if o.Keyword == "sid" {
			values++
		}
	}
	sid, ok := r.SID()
	switch {
	case values == 0:
		c.fail("sid-missing", "a rule has no sid", "AWS answers that the sid is not assigned", "add sid:1000001; with a number of its own")
	case values > 1:
		c.fail("sid-twice", "a rule has two sids", "", "keep one")
	case !ok || sid < 1 || sid > maxSID:
		value, _ := r.Get("sid")
		c.fail("sid-range", "a sid is out of range", fmt.Sprintf("got %.40q; allowed are 1 to %d", value, maxSID), "")
	case first[sid] != 0:
		c.fail("sid-twice", fmt.Sprintf("sid %d is taken", sid), fmt.Sprintf("line %d has it already; AWS answers \"Duplicate signature\"", first[sid]), "give one of them another number")
	default:
		first[sid] = max(c.line.Number, 1)
	}
	if rev, ok := r.Get("rev"); ok && (rev == "0" || strings.Trim(rev, "0123456789") != "") {
		c.fail("rev", "a rev is not usable", fmt.Sprintf("got %.40q; allowed are numbers from 1", rev), "")
	}
}

// header resolves addresses and ports, which finds unknown variables, host bits, bad blocks and ports, and lists of nothing.
func (c *checker) header() {
	r := c.line.Rule
	if !slices.Contains(protocols, r.Protocol) {
		c.fail("protocol", "a protocol is not supported", fmt.Sprintf("got %.40q; AWS Network Firewall takes %s", r.Protocol, strings.Join(protocols, ", ")), "use tcp or udp with the ports")
	}
	if r.Bidirectional {
		c.fail("bidirectional", "a rule is for both directions", "\"<>\" lets whoever has the server's port reach any port of the client; answers need no rule of their own as a connection's state covers them",
			"write \"->\" with flow:to_server")
	}
	for _, address := range []string{r.Source, r.Destination} {
		if err := c.address(address); err != nil {
			c.fail(addressRule(address), "an address is not usable", err.Error(), "")
		}
	}
	for _, port := range []string{r.SourcePort, r.DestinationPort} {
		all, err := c.port(port)
		if err != nil {
			c.fail("port", "a port is not usable", err.Error(), "")
		} else if r.Protocol == "icmp" && !all {
			c.fail("port", "a rule about ICMP names a port", fmt.Sprintf("got %.40q", port), "write any, and itype")
		}
	}
	if r.Action == Reject && !slices.Contains(rejectable, r.Protocol) {
		c.fail("reject", "a rule rejects a protocol that cannot be", fmt.Sprintf("got %s; AWS rejects %s alone", r.Protocol, strings.Join(rejectable, ", ")), "use drop")
	}
}

func addressRule(text string) string {
	if strings.ContainsAny(text, "$@") {
		return "variable"
	}
	return "cidr"
}

// maxRule is the length of a rule with its variables' values; AWS adds 16 characters of its own to 8,192 (measured).
const maxRule = 8175

func (c *checker) length() {
	n := len(c.line.Text)
	if c.line.Text == "" {
		n = len(c.line.Rule.String())
	}
	r := c.line.Rule
	for _, field := range []string{r.Source, r.Destination, r.SourcePort, r.DestinationPort} {
		n += c.variablesLength(field)
	}
	if n > maxRule {
		c.fail("rule-length", "a rule is too long", fmt.Sprintf("it has %d characters with its variables' values; allowed are %d", n, maxRule), "split it, or refer to a prefix list")
	}
	if strings.HasSuffix(c.line.Text, "\\") {
		c.fail("continuation", "a rule goes on in the next line", "AWS takes one rule in a line", "write it in one line")
	}
}
