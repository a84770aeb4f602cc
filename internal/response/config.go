package response

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Config configures the response. The function gets it as JSON.
type Config struct {
	// Account and Region are where the function runs. Instances elsewhere are not isolated.
	Account, Region string
	// Enforce makes the response act. Without it, it records what it would do.
	Enforce bool
	// Isolate lets rules isolate instances.
	Isolate bool
	// Rules say what findings of GuardDuty lead to. The first that fits decides.
	Rules []Rule
	// Alarms are the alarms whose address is blocked.
	Alarms []AlarmRule `json:",omitempty"`
	// WebACLRules are the rules of web ACLs whose matches block their client.
	WebACLRules []WebACLRule `json:",omitempty"`
	// Networks are the networks of the user and Allowed the addresses of others that are never blocked.
	Networks, Allowed []netip.Prefix `json:",omitempty"`
	// Names are the domain names that flows of the network name, and AllowedNames others that are never blocked. A leading dot stands for a
	// domain and all names below it.
	Names, AllowedNames []string `json:",omitempty"`
	// AWSServices are services of ip-ranges.json whose addresses are never blocked.
	AWSServices []string `json:",omitempty"`
	// PerHour is the greatest number of addresses that are newly blocked within an hour.
	PerHour int
	// Feeds are lists of addresses and domain names that somebody else maintains.
	Feeds []FeedSource `json:",omitempty"`
}

// Rule says what findings of GuardDuty lead to.
type Rule struct {
	// Type is a type of findings, or the start of types with an asterisk at its end.
	Type string
	// Severity is the lowest severity.
	Severity float64
	Action   Action
	// Minutes are how long the action lasts from the finding on.
	Minutes int
}

// AlarmRule names an alarm that has an address as the value of a dimension.
type AlarmRule struct {
	Name, Dimension string
	Minutes         int
}

// WebACLRule names a rule of a web ACL. A web ACL is named by its name.
type WebACLRule struct {
	WebACL, Rule string
	Minutes      int
}

// FeedSource is a list of addresses or domain names at an HTTPS address.
type FeedSource struct {
	Name, URL string
	Form      string
	// SHA256URL is the address of a file with the checksum of the list; empty is none.
	SHA256URL string `json:",omitempty"`
	// Minutes are how often the list is fetched.
	Minutes int
}

// HasNames reports whether the list is one of domain names.
func (f FeedSource) HasNames() bool { return f.Form == "domains" || f.Form == "hosts" }

// Action is what the response does.
type Action string

// The actions.
const (
	Block   Action = "block"   // an address
	Isolate Action = "isolate" // an instance
)

// The limits of a configuration.
const (
	maxMinutes    = 90 * 24 * 60
	minFeedMinute = 60
	maxPerHour    = 10_000
)

// ReadConfig reads a configuration and checks it. All that is wrong is in one error.
func ReadConfig(text []byte) (Config, error) {
	var c Config
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, fmt.Errorf("the configuration is not valid: %w", err)
	}
	var wrong []error
	for _, problem := range c.Problems() {
		wrong = append(wrong, errors.New(problem))
	}
	return c, errors.Join(wrong...)
}

// Problems returns all that is wrong with the configuration.
func (c Config) Problems() []string {
	var out []string
	say := func(wrong bool, format string, args ...any) {
		if wrong {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	minutes := func(what string, n int) {
		say(n < 1 || n > maxMinutes, "%s lasts %d minutes; allowed are 1 to %d, which is 90 days", what, n, maxMinutes)
	}
	say(c.PerHour < 1 || c.PerHour > maxPerHour, "the limit for new blocks is %d per hour; allowed are 1 to %d", c.PerHour, maxPerHour)
	for _, r := range c.Rules {
		say(r.Type == "" || strings.Contains(strings.TrimSuffix(r.Type, "*"), "*"),
			"%q is no type of findings; an asterisk is allowed at its end alone", r.Type)
		say(r.Action != Block && r.Action != Isolate, "the rule for %s has the action %q; allowed are %s and %s", r.Type, r.Action, Block,
			Isolate)
		say(r.Action == Isolate && !c.Isolate, "the rule for %s isolates instances, but isolation is off", r.Type)
		say(r.Severity < 0 || r.Severity > 10, "the rule for %s has the severity %g; allowed are 0 to 10", r.Type, r.Severity)
		minutes("the rule for "+r.Type, r.Minutes)
	}
	for _, a := range c.Alarms {
		say(a.Name == "" || a.Dimension == "", "an alarm has no name or no dimension: %q, %q", a.Name, a.Dimension)
		minutes("the block of the alarm "+a.Name, a.Minutes)
	}
	for _, r := range c.WebACLRules {
		say(r.WebACL == "" || r.Rule == "", "a rule of a web ACL lacks a name: %q, %q", r.WebACL, r.Rule)
		minutes("the block of the rule "+r.Rule, r.Minutes)
	}
	for _, p := range slices.Concat(c.Networks, c.Allowed) {
		say(!p.IsValid() || p != p.Masked() || p.Addr().Is4In6(), "%s is no block in CIDR notation", p)
	}
	out = append(out, c.feedProblems()...)
	return out
}

func (c Config) feedProblems() []string {
	var out []string
	seen := map[string]bool{}
	for _, f := range c.Feeds {
		switch {
		case !isFeedName(f.Name):
			out = append(out, fmt.Sprintf("a feed has the name %q; allowed are 1 to 40 letters, digits and hyphens", f.Name))
		case seen[f.Name]:
			out = append(out, fmt.Sprintf("two feeds have the name %s", f.Name))
		case !isHTTPS(f.URL) || f.SHA256URL != "" && !isHTTPS(f.SHA256URL):
			out = append(out, fmt.Sprintf("the feed %s has an address that is not a plain https address", f.Name))
		case !slices.Contains(feedForms, f.Form):
			out = append(out, fmt.Sprintf("the feed %s has the form %q; allowed are %s", f.Name, f.Form, strings.Join(feedForms, ", ")))
		case f.Minutes < minFeedMinute || f.Minutes > maxMinutes:
			out = append(out, fmt.Sprintf("the feed %s is fetched every %d minutes; allowed are %d to %d", f.Name, f.Minutes, minFeedMinute,
				maxMinutes))
		}
		seen[f.Name] = true
	}
	return out
}

// lasting returns the end of something that starts at a time.
func lasting(at time.Time, minutes int) time.Time {
	return at.Add(time.Duration(minutes) * time.Minute)
}
