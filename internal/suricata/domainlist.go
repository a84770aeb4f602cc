package suricata

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// DomainList is the content of a rule group that names domains. AWS generates the rules from it.
type DomainList struct {
	// Targets are host names; a leading dot stands for the domain and all its subdomains.
	Targets []string
	// HTTP and TLS say whether the list has the target types HTTP_HOST and TLS_SNI.
	HTTP, TLS bool
	// Action is ALLOWLIST, DENYLIST, REJECTLIST or ALERTLIST.
	Action string
}

// Capacity returns the capacity that AWS counts for the list: the number of targets times the number of types, plus one for each type, plus
// one (measured: 20 targets of both types use 43). In strict order AWS's guide says 41, because AWS then generates no rules that drop the
// rest.
func (d DomainList) Capacity() int {
	types := len(d.types())
	return len(d.Targets)*types + types + 1
}

// types returns the protocols in which the list looks for names.
func (d DomainList) types() []string {
	var out []string
	if d.TLS {
		out = append(out, "tls")
	}
	if d.HTTP {
		out = append(out, "http")
	}
	return out
}

var listActions = map[string]Action{"ALLOWLIST": Pass, "DENYLIST": Drop, "REJECTLIST": Reject, "ALERTLIST": Alert}

// Rules returns the rules that AWS generates. home is the address of the clients, as in a rule's header; empty stands for $HOME_NET. An
// allow list that is not in strict order also drops all other names.
func (d DomainList) Rules(strict bool, home string) []Rule {
	if home == "" {
		home = "$HOME_NET"
	}
	action, ok := listActions[d.Action]
	if !ok {
		return nil
	}
	var out []Rule
	add := func(a Action, protocol string, match []Option) {
		options := append([]Option{{"msg", `"` + strings.ToLower(d.Action) + `"`}, {"flow", "to_server, established"}}, match...)
		options = append(options, Option{"sid", fmt.Sprint(len(out) + 1)}, Option{"rev", "1"})
		out = append(out, Rule{
			Action: a, Protocol: protocol, Source: home, SourcePort: "any", Destination: "$EXTERNAL_NET", DestinationPort: "any",
			Options: options,
		})
	}
	for _, protocol := range d.types() {
		for _, target := range d.Targets {
			add(action, protocol, nameMatch(protocol, target))
		}
		if action == Pass && !strict {
			add(Drop, protocol, nil)
		}
	}
	return out
}

// nameMatch returns the options that match one name of a list. Hosts of HTTP are in lower case, so Suricata rejects nocase for them.
func nameMatch(protocol, target string) []Option {
	buffer, content := "tls.sni", Option{"content", `"` + target + `"`}
	if protocol == "http" {
		buffer = "http.host"
	}
	out := []Option{{Keyword: buffer}}
	if strings.HasPrefix(target, ".") {
		out = append(out, Option{Keyword: "dotprefix"}, content)
	} else {
		out = append(out, content, Option{Keyword: "startswith"})
	}
	if protocol == "tls" {
		out = append(out, Option{Keyword: "nocase"})
	}
	return append(out, Option{Keyword: "endswith"})
}

var label = lazyregexp.New(`^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$`)

// CheckDomain returns what is wrong with a target of a domain list; nil if it is good.
func CheckDomain(target string) error {
	bare := strings.TrimPrefix(target, ".")
	switch {
	case strings.Contains(target, "://"):
		return fmt.Errorf("%.80q has a scheme", target)
	case strings.Contains(target, "*"):
		return fmt.Errorf("%.80q has a wildcard; a leading dot stands for a domain and all its subdomains", target)
	case strings.ContainsAny(target, "/:"):
		return fmt.Errorf("%.80q has a port or path", target)
	case target != strings.ToLower(target):
		return fmt.Errorf("%.80q is not in lower case", target)
	case len(bare) > 253 || !strings.Contains(bare, "."):
		return fmt.Errorf("%.80q has %d characters; allowed are two labels or more, and at most 253 characters", target, len(bare))
	}
	for l := range strings.SplitSeq(bare, ".") {
		if !label.MatchString(l) {
			return fmt.Errorf("%.80q has the invalid label %.64q: allowed are 1 to 63 letters, digits, hyphens and underscores, "+
				"no hyphen at an end; other scripts are written as xn--", target, l)
		}
	}
	if last := bare[strings.LastIndexByte(bare, '.')+1:]; strings.Trim(last, "0123456789") == "" {
		return fmt.Errorf("%.80q looks like an address", target)
	}
	return nil
}
