package waf

import (
	"maps"
	"slices"

	"github.com/tierwall/tierwall/internal/webacl"
)

// ManagedGroup is a rule group that AWS or a seller in AWS Marketplace maintains. For a group of AWS use a variable such as
// [CommonRuleSet], or one of the functions [BotControl], [AccountTakeover], [AccountCreation] and [AntiDDoS]. For other groups use [Sold].
type ManagedGroup struct {
	vendor, name string
	config       webacl.ManagedConfig
}

// Name returns the group's name, such as "AWSManagedRulesCommonRuleSet".
func (g ManagedGroup) Name() string { return g.name }

// Capacity returns the cost of the group in WCU, or 0 if it is unknown.
func (g ManagedGroup) Capacity() int {
	known, _ := webacl.LookUp(g.vendor, g.name)
	return known.Capacity
}

func aws(name string) ManagedGroup { return ManagedGroup{vendor: "AWS", name: name} }

// AWS's groups without parameters, with their costs (AWS WAF Developer Guide, "AWS Managed Rules rule groups list").
var (
	CommonRuleSet      = aws("AWSManagedRulesCommonRuleSet")          // common attacks on web applications; 700 WCU
	AdminProtection    = aws("AWSManagedRulesAdminProtectionRuleSet") // access to administration pages; 100 WCU
	KnownBadInputs     = aws("AWSManagedRulesKnownBadInputsRuleSet")  // requests known to exploit vulnerabilities; 200 WCU
	SQLiRuleSet        = aws("AWSManagedRulesSQLiRuleSet")            // SQL injection; 200 WCU
	LinuxRuleSet       = aws("AWSManagedRulesLinuxRuleSet")           // attacks on Linux; 200 WCU
	UnixRuleSet        = aws("AWSManagedRulesUnixRuleSet")            // attacks on POSIX systems; 100 WCU
	WindowsRuleSet     = aws("AWSManagedRulesWindowsRuleSet")         // attacks on Windows; 200 WCU
	PHPRuleSet         = aws("AWSManagedRulesPHPRuleSet")             // attacks on PHP; 100 WCU
	WordPressRuleSet   = aws("AWSManagedRulesWordPressRuleSet")       // attacks on WordPress; 100 WCU
	AmazonIPReputation = aws("AWSManagedRulesAmazonIpReputationList") // addresses of bots and attackers; 25 WCU
	AnonymousIP        = aws("AWSManagedRulesAnonymousIpList")        // proxies, Tor and hosting providers; 50 WCU
)

// The names of AWS's groups with parameters.
const (
	botControlName      = "AWSManagedRulesBotControlRuleSet"
	accountTakeoverName = "AWSManagedRulesATPRuleSet"
	accountCreationName = "AWSManagedRulesACFPRuleSet"
	antiDDoSName        = "AWSManagedRulesAntiDDoSRuleSet"
)

// BotControl returns AWS's group that detects bots. If targeted is set, it also detects bots that pretend to be browsers. The group costs
// 50 WCU, and AWS charges for it.
func BotControl(targeted bool) ManagedGroup {
	g := aws(botControlName)
	g.config.AWSManagedRulesBotControlRuleSet = &webacl.BotControlConfig{InspectionLevel: "COMMON"}
	if targeted {
		g.config.AWSManagedRulesBotControlRuleSet.InspectionLevel = "TARGETED"
	}
	return g
}

// Form describes the body of the requests with which users log in or create an account. Each field is the name of a field of an HTML form,
// or if JSON is set, a JSON pointer such as "/user". A field that the form does not have is empty.
type Form struct {
	// JSON says that the body is JSON. Otherwise the body is an encoded form.
	JSON bool
	// User, Password and Email are the fields for the user's name, password and email address.
	User, Password, Email string
	// PhoneNumbers and Addresses are the fields for phone numbers and postal addresses.
	PhoneNumbers, Addresses []string
}

func (f *Form) model() *webacl.RequestInspection {
	if f == nil {
		return nil
	}
	one := func(s string) *webacl.Identifier {
		if s == "" {
			return nil
		}
		return &webacl.Identifier{Identifier: s}
	}
	many := func(list []string) (out []webacl.Identifier) {
		for _, s := range list {
			out = append(out, webacl.Identifier{Identifier: s})
		}
		return out
	}
	out := &webacl.RequestInspection{PayloadType: "FORM_ENCODED", UsernameField: one(f.User), PasswordField: one(f.Password),
		EmailField:        one(f.Email),
		PhoneNumberFields: many(f.PhoneNumbers), AddressFields: many(f.Addresses)}
	if f.JSON {
		out.PayloadType = "JSON"
	}
	return out
}

// AccountTakeover returns AWS's group that inspects login requests to a path. The form may be nil. The group costs 50 WCU, and AWS charges
// for it.
func AccountTakeover(loginPath string, form *Form) ManagedGroup {
	g := aws(accountTakeoverName)
	g.config.AWSManagedRulesATPRuleSet = &webacl.ATPConfig{LoginPath: loginPath, RequestInspection: form.model()}
	return g
}

// AccountCreation returns AWS's group that inspects requests to create an account. The form is on the page at pagePath, and is sent to
// creationPath. The group costs 50 WCU, and AWS charges for it.
func AccountCreation(pagePath, creationPath string, form *Form) ManagedGroup {
	g := aws(accountCreationName)
	g.config.AWSManagedRulesACFPRuleSet = &webacl.ACFPConfig{CreationPath: creationPath, RegistrationPagePath: pagePath,
		RequestInspection: form.model()}
	return g
}

// AntiDDoS returns AWS's group against floods of requests. During a flood it challenges clients, except on paths that match one of the
// regular expressions in exempt. Exempt the paths of APIs, whose clients cannot pass a challenge. Without expressions it challenges nobody.
// The group costs 50 WCU, and AWS charges for it.
func AntiDDoS(exempt ...string) ManagedGroup {
	g := aws(antiDDoSName)
	challenge := &webacl.ClientSideAction{UsageOfAction: "DISABLED"}
	for _, e := range exempt {
		challenge.UsageOfAction = "ENABLED"
		challenge.ExemptUriRegularExpressions = append(challenge.ExemptUriRegularExpressions, webacl.Regex{RegexString: e})
	}
	g.config.AWSManagedRulesAntiDDoSRuleSet = &webacl.AntiDDoSConfig{ClientSideActionConfig: &webacl.ClientSideActions{Challenge: challenge}}
	return g
}

// Sold returns a rule group of a seller, by the names of the vendor and the group in AWS Marketplace. Its cost and its rules are unknown,
// so they are not checked.
func Sold(vendor, name string) ManagedGroup { return ManagedGroup{vendor: vendor, name: name} }

// ManagedRule is a rule that evaluates a managed rule group.
type ManagedRule struct {
	// Name is the name of the rule, as in [Rule]; empty is the name of the group.
	Name string
	// Priority is the priority of the rule, as in [Rule].
	Priority int
	// Group is the group; required.
	Group ManagedGroup
	// Version is a version of the group such as "Version_1.0"; empty is the vendor's default version, which changes over time.
	Version string
	// Counting makes the group only count the requests that it would stop. Overrides then have no effect.
	Counting bool
	// Overrides replace the actions of rules of the group. The key is the name of the rule. A name that AWS's group does not have is an
	// error, because AWS would ignore it.
	Overrides map[string]Action
	// Only limits the group to the requests that a statement matches; nil stands for all requests.
	Only Statement
}

func (r ManagedRule) rule(b *builder) webacl.Rule {
	if r.Name == "" {
		r.Name = r.Group.name
	}
	m := &webacl.ManagedGroup{VendorName: r.Group.vendor, Name: r.Group.name, Version: r.Version, RuleActionOverrides: overrides(r.Overrides),
		ScopeDownStatement: b.optional(r.Only)}
	if r.Group.config != (webacl.ManagedConfig{}) {
		m.ManagedRuleGroupConfigs = []webacl.ManagedConfig{r.Group.config}
	}
	return grouped(r.Name, r.Priority, webacl.Statement{ManagedRuleGroupStatement: m}, r.Counting)
}

func overrides(m map[string]Action) []webacl.ActionOverride {
	var out []webacl.ActionOverride
	for _, name := range slices.Sorted(maps.Keys(m)) {
		a := m[name]
		out = append(out, webacl.ActionOverride{Name: name, ActionToUse: &a.model})
	}
	return out
}
