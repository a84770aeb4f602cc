package dnsfirewall

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// queryTypes are the types of queries that a rule may name; TYPE28 is a type by its number (Route 53 API Reference, FirewallRule).
var queryTypes = []string{"A", "AAAA", "CAA", "CNAME", "DS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV", "TXT"}

var numberedType = lazyregexp.New(`^TYPE[1-9][0-9]{0,4}$`)

// CheckPriority returns an error if AWS rejects a priority of a group in a VPC.
func CheckPriority(priority int) error {
	if priority < MinPriority || priority > MaxPriority {
		return fmt.Errorf("got %d; allowed are %d to %d", priority, MinPriority, MaxPriority)
	}
	return nil
}

// Check reports what AWS rejects in a rule group, and warns about what AWS accepts but is probably a mistake. The diagnostics have no
// paths and no positions.
func Check(g Group) diag.List {
	c := checker{lists: map[*List]bool{}}
	priorities, keys := map[int]string{}, map[string]string{}
	domains := 0
	for _, r := range g.Rules {
		c.rule(r)
		c.unique(priorities, r)
		c.once(keys, r)
		if r.List != nil && !c.lists[r.List] {
			c.lists[r.List] = true
			domains += len(r.List.Domains)
			c.list(r)
		}
	}
	if len(g.Rules) > maxRules {
		c.warn("dns-rules", "the rule group has more rules than it may without a raised quota",
			fmt.Sprintf("it has %d; AWS allows %d, which can be raised", len(g.Rules), maxRules), "raise the quota first, or join rules")
	}
	if domains > maxDomains {
		c.warn("dns-domains", "the lists have more domains than they may without a raised quota",
			fmt.Sprintf("they have %d; AWS allows %d, which can be raised", domains, maxDomains), "raise the quota first")
	}
	c.unreached(g)
	return c.diags
}

type checker struct {
	diags diag.List
	lists map[*List]bool
}

func (c *checker) fail(rule, summary, detail, fix string) {
	c.diags.Add(diag.Diagnostic{Rule: rule, Summary: summary, Detail: detail, Fix: fix})
}

func (c *checker) warn(rule, summary, detail, fix string) {
	c.diags.Add(diag.Diagnostic{Severity: diag.Warning, Rule: rule, Subject: summary, Summary: summary, Detail: detail, Fix: fix})
}

// rule checks one rule.
func (c *checker) rule(r Rule) {
	fail := func(summary, detail, fix string) {
		c.fail("dns-rule", fmt.Sprintf("rule %q %s", r.Name, summary), detail, fix)
	}
	if (r.List == nil) == (r.Threat == "") {
		fail("needs either a list of domains or a threat", "it has both or neither", "set one of them")
	}
	if !slices.Contains([]Action{Allow, Block, Alert}, r.Action) {
		fail("has an unknown action", fmt.Sprintf("got %q; allowed are ALLOW, BLOCK and ALERT", r.Action), "choose one of them")
	}
	if r.Type != "" && !slices.Contains(queryTypes, r.Type) && !numberedType.MatchString(r.Type) {
		fail("has an unknown type of query",
			fmt.Sprintf("got %q; allowed are %s, and numbers in the form TYPE28", r.Type, strings.Join(queryTypes, ", ")), "choose one of them")
	}
	c.threat(r, fail)
	c.response(r, fail)
}

// threat checks the parts of a rule that only advanced protections have.
func (c *checker) threat(r Rule, fail func(summary, detail, fix string)) {
	if r.Threat == "" {
		if r.Confidence != "" {
			fail("has a confidence, but no threat", fmt.Sprintf("got %q", r.Confidence), "leave it out")
		}
		return
	}
	if !slices.Contains([]Threat{DGA, Tunneling, DictionaryDGA}, r.Threat) {
		fail("has an unknown threat", fmt.Sprintf("got %q; allowed are DGA, DNS_TUNNELING and DICTIONARY_DGA", r.Threat), "choose one of them")
	}
	if !slices.Contains([]Confidence{Low, Medium, High}, r.Confidence) {
		fail("has an unknown confidence", fmt.Sprintf("got %q; allowed are LOW, MEDIUM and HIGH", r.Confidence), "choose one of them")
	}
	if r.Action == Allow {
		fail("allows a threat", "AWS accepts only BLOCK and ALERT for threats", "choose one of them")
	}
}

// response checks the answer of a rule that blocks.
func (c *checker) response(r Rule, fail func(summary, detail, fix string)) {
	known := slices.Contains([]Response{NoData, NXDomain, Override}, r.Response)
	switch {
	case r.Action == Block && !known:
		fail("blocks without a known response", fmt.Sprintf("got %q; allowed are NODATA, NXDOMAIN and OVERRIDE", r.Response),
			"choose one of them")
	case r.Action != Block && r.Response != "":
		fail("has a response, but does not block", fmt.Sprintf("got %q with %s", r.Response, r.Action), "leave it out")
	case (r.Response == Override) != (r.To != ""):
		fail("needs a name to answer with for OVERRIDE, and only then", fmt.Sprintf("got response %q and name %q", r.Response, r.To),
			"set both or neither")
	}
}

// unique reports rules with the same priority.
func (c *checker) unique(seen map[int]string, r Rule) {
	if other, taken := seen[r.Priority]; taken {
		c.fail("dns-priority", fmt.Sprintf("the rules %q and %q have the same priority", other, r.Name), fmt.Sprintf("both have %d", r.Priority),
			"give each rule of a group a priority of its own")
	}
	seen[r.Priority] = r.Name
}

// once reports rules that AWS cannot tell apart: those with the same list, or threat, and the same type of query.
func (c *checker) once(seen map[string]string, r Rule) {
	key := string(r.Threat) + "/" + r.Type
	if r.List != nil {
		key = fmt.Sprintf("%p/%s", r.List, r.Type)
	}
	if other, taken := seen[key]; taken {
		c.fail("dns-twice", fmt.Sprintf("the rules %q and %q have the same list or threat", other, r.Name),
			"AWS identifies the rules of a group by their list and their type of query", "keep one of them, or give them different types")
	}
	seen[key] = r.Name
}

// list checks the domains of a rule's list.
func (c *checker) list(r Rule) {
	seen := map[string]bool{}
	for _, d := range r.List.Domains {
		if IsToken(d) {
			continue
		}
		if err := CheckDomain(d); err != nil {
			c.fail("dns-domain", fmt.Sprintf("list %q has a domain that is not usable", r.List.Name), err.Error(),
				`write "example.com", "*.example.com" for all names below, or "*"`)
		}
		if seen[Canonical(d)] {
			c.fail("dns-domain", fmt.Sprintf("list %q has a domain twice", r.List.Name), fmt.Sprintf("got %.80q again", d), "keep one of the two")
		}
		seen[Canonical(d)] = true
	}
}

// unreached warns about rules after one that matches everything.
func (c *checker) unreached(g Group) {
	last := ""
	for _, r := range inOrder(g.Rules) {
		if last != "" {
			c.warn("dns-unreached", fmt.Sprintf("rule %q is never reached", r.Name), fmt.Sprintf("rule %q comes first and matches every name", last),
				"give it a lower priority number, or remove it")
		}
		if last == "" && r.List != nil && r.Type == "" && r.Unknown == "" && slices.Contains(r.List.Domains, Everything) {
			last = r.Name
		}
	}
}
