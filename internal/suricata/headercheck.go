package suricata

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// header checks the part of the rule before its options. It resolves the addresses and ports, and so finds unknown variables, blocks with
// host bits, invalid blocks and ports, and lists that match nothing.
func (c *checker) header() {
	r := c.line.Rule
	if !slices.Contains(protocols, r.Protocol) {
		c.fail("protocol", "a rule has an unsupported protocol",
			fmt.Sprintf("got %.40q; AWS Network Firewall supports %s", r.Protocol, strings.Join(protocols, ", ")),
			"use tcp or udp with the protocol's ports")
	}
	if r.Bidirectional {
		c.fail("bidirectional", "a rule applies to both directions",
			"with \"<>\", a host that sends from the server's port reaches every port of the client; "+
				"answers need no rule of their own, because the state of their connection covers them",
			"write \"->\" with flow:to_server")
	}
	for _, address := range []string{r.Source, r.Destination} {
		if err := c.address(address); err != nil {
			c.unresolved(addressRule(address), "a rule has an invalid address", err)
		}
	}
	for _, port := range []string{r.SourcePort, r.DestinationPort} {
		all, err := c.port(port)
		if err != nil {
			c.unresolved("port", "a rule has an invalid port", err)
		} else if r.Protocol == "icmp" && !all {
			c.fail("port", "a rule about ICMP has a port", fmt.Sprintf("got %.40q", port), "write any, and select messages with itype")
		}
	}
	if r.Action == Reject && !slices.Contains(rejectable, r.Protocol) {
		c.fail("reject", "a rule rejects a protocol that AWS cannot reject",
			fmt.Sprintf("got %s; AWS rejects only %s", r.Protocol, strings.Join(rejectable, ", ")), "use drop")
	}
}

// addressRule returns the name of the check that an address fails.
func addressRule(text string) string {
	if strings.ContainsAny(text, "$@") {
		return "variable"
	}
	return "cidr"
}

// unresolved reports an address or port that cannot be resolved.
func (c *checker) unresolved(rule, summary string, err error) {
	c.found = append(c.found, Problem{
		Line: c.line.Number, Rule: rule, Summary: summary, Detail: err.Error(), Undefined: isUndefined(err),
	})
}

// undefinedError says that a variable or reference is not defined.
type undefinedError struct{ what string }

func (e undefinedError) Error() string { return e.what + " is not defined" }

func isUndefined(err error) bool {
	var undefined undefinedError
	return errors.As(err, &undefined)
}

// maxRule bounds the length of a rule with the values of its variables. AWS allows 8,192 characters, and adds 16 of its own (measured).
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
		c.fail("rule-length", "a rule is too long",
			fmt.Sprintf("it has %d characters with the values of its variables; allowed are %d", n, maxRule),
			"split it, or refer to a prefix list")
	}
	if strings.HasSuffix(c.line.Text, "\\") {
		c.fail("continuation", "a rule continues on the next line", "AWS accepts only rules of one line", "write it on one line")
	}
}
