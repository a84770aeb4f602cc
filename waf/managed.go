package waf

import (
	"maps"
	"slices"

	"github.com/tierwall/tierwall/internal/webacl"
)

// ManagedGroup is a rule group of AWS, one of the values and functions below, or of a seller, made with [Sold].
type ManagedGroup struct {
	vendor, name string
	config       webacl.ManagedConfig
}

// Name returns the group's name, "AWSManagedRulesCommonRuleSet".
func (g ManagedGroup) Name() string { return g.name }

// Capacity returns what the group costs, in WCU; 0 if that is not known.
func (g ManagedGroup) Capacity() int {
	known, _ := webacl.LookUp(g.vendor, g.name)
	return known.Capacity
}

func aws(name string) ManagedGroup { return ManagedGroup{vendor: "AWS", name: name} }

// AWS's groups (AWS WAF Developer Guide, "AWS Managed Rules rule groups list").
var (
	CommonRuleSet      = aws("AWSManagedRulesCommonRuleSet")          // 700 WCU
	AdminProtection    = aws("AWSManagedRulesAdminProtectionRuleSet") // 100
	KnownBadInputs     = aws("AWSManagedRulesKnownBadInputsRuleSet")  // 200
	SQLiRuleSet        = aws("AWSManagedRulesSQLiRuleSet")            // 200
	LinuxRuleSet       = aws("AWSManagedRulesLinuxRuleSet")           // 200
	UnixRuleSet        = aws("AWSManagedRulesUnixRuleSet")            // 100; POSIX
	WindowsRuleSet     = aws("AWSManagedRulesWindowsRuleSet")         // 200
	PHPRuleSet         = aws("AWSManagedRulesPHPRuleSet")             // 100
	WordPressRuleSet   = aws("AWSManagedRulesWordPressRuleSet")       // 100
	AmazonIPReputation = aws("AWSManagedRulesAmazonIpReputationList") // 25
	AnonymousIP        = aws("AWSManagedRulesAnonymousIpList")        // 50
)

// The groups that need to know something.
const (
	botControlName      = "AWSManagedRulesBotControlRuleSet"
	accountTakeoverName = "AWSManagedRulesATPRuleSet"
	accountCreationName = "AWSManagedRulesACFPRuleSet"
	antiDDoSName        = "AWSManagedRulesAntiDDoSRuleSet"
)

// BotControl tells bots; 50 WCU, and charged. Targeted finds those that hide.
func BotControl(targeted bool) ManagedGroup {
	g := aws(botControlName)
	g.config.AWSManagedRulesBotControlRuleSet = &webacl.BotControlConfig{InspectionLevel: "COMMON"}
	if targeted {
		g.config.AWSManagedRulesBotControlRuleSet.InspectionLevel = "TARGETED"
	}
	return g
}

// Form is the fields of a body with which users log in or make an account: names, or if JSON is set, JSON pointers. Empty ones are not
// there.
type Form struct {
	JSON                    bool
	User, Password, Email   string
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

// AccountTakeover watches where users log in, at a path; 50 WCU, and charged. form may be nil.
func AccountTakeover(loginPath string, form *Form) ManagedGroup {
	g := aws(accountTakeoverName)
	g.config.AWSManagedRulesATPRuleSet = &webacl.ATPConfig{LoginPath: loginPath, RequestInspection: form.model()}
	return g
}

// AccountCreation watches where users make accounts: the page with the form, and the path that takes it; 50 WCU, and charged.
func AccountCreation(pagePath, creationPath string, form *Form) ManagedGroup {
	g := aws(accountCreationName)
	g.config.AWSManagedRulesACFPRuleSet = &webacl.ACFPConfig{CreationPath: creationPath, RegistrationPagePath: pagePath,
		RequestInspection: form.model()}
	return g
}

// AntiDDoS notices floods of requests; 50 WCU, and charged. Clients are challenged while one lasts, but for paths that the
// expressions match, as those of APIs; without any nobody is.
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

// Sold is a rule group of a seller, as AWS Marketplace names the two. What it costs and holds is not known here.
func Sold(vendor, name string) ManagedGroup { return ManagedGroup{vendor: vendor, name: name} }

// ManagedRule asks a managed rule group.
type ManagedRule struct {
	Name     string // empty is the group's name
	Priority int
	Group    ManagedGroup
	// Version pins the group, "Version_1.0"; empty follows the vendor's default.
	Version string
	// Counting has all its rules only count. Overrides are then of no account.
	Counting bool
	// Overrides have rules of the group do something else, by name. Names that the group does not have are an error; AWS would ignore them.
	Overrides map[string]Action
	// Only are the requests that it is asked for; nil is all.
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
