package webacl

import (
	"slices"
	"strings"
	"sync"

	"github.com/tierwall/tierwall/internal/catalog"
)

// Managed describes one of AWS's managed rule groups.
type Managed struct {
	Name string
	// Capacity is in WCU.
	Capacity int
	// Namespace begins its labels, after ManagedPrefix.
	Namespace string
	// Rules has the actions of its rules by name; empty is Block.
	Rules map[string]string
	// Labels are the labels that are not made of Namespace and the name of a rule.
	Labels []string
	// Charged says that AWS charges for the group in addition to the web ACL.
	Charged bool
	// Unversioned says that AWS updates the group in place, so that no version can be pinned.
	Unversioned bool
	// Config says that the group needs a ManagedConfig.
	Config bool
}

// ManagedAsOf is the date of the catalogue, [catalog.AsOf]. Its sources are the AWS WAF Developer Guide's pages on managed rule groups and,
// for rules that they do not name, a published copy of DescribeManagedRuleGroup's answers.
const ManagedAsOf = catalog.AsOf

func blocking(names ...string) map[string]string {
	out := map[string]string{}
	for _, n := range names {
		out[n] = ""
	}
	return out
}

// each joins a prefix with several endings, as AWS names rules that look for one thing in several places.
func each(prefix string, endings ...string) []string {
	out := make([]string, len(endings))
	for i, e := range endings {
		out[i] = prefix + e
	}
	return out
}

func does(action string, rules map[string]string, names ...string) map[string]string {
	for _, n := range names {
		rules[n] = action
	}
	return rules
}

var managed = sync.OnceValue(func() []Managed {
	return []Managed{
		{Name: "AWSManagedRulesCommonRuleSet", Capacity: 700, Namespace: "core-rule-set", Rules: blocking(slices.Concat(
			[]string{"NoUserAgent_HEADER", "UserAgent_BadBots_HEADER"}, each("SizeRestrictions_", "QUERYSTRING", "Cookie_HEADER", "BODY", "URIPATH"),
			each("EC2MetaDataSSRF_", "BODY", "COOKIE", "URIPATH", "QUERYARGUMENTS"), each("GenericLFI_", "QUERYARGUMENTS", "URIPATH", "BODY"),
			each("RestrictedExtensions_", "URIPATH", "QUERYARGUMENTS"), each("GenericRFI_", "QUERYARGUMENTS", "BODY", "URIPATH"),
			each("CrossSiteScripting_", "COOKIE", "QUERYARGUMENTS", "BODY", "URIPATH"))...)},
		{Name: "AWSManagedRulesAdminProtectionRuleSet", Capacity: 100, Namespace: "admin-protection", Rules: blocking("AdminProtection_URIPATH")},
		{Name: "AWSManagedRulesKnownBadInputsRuleSet", Capacity: 200, Namespace: "known-bad-inputs", Rules: blocking(slices.Concat(
			each("JavaDeserializationRCE_", "HEADER", "BODY", "URIPATH", "QUERYSTRING"),
			[]string{"Host_localhost_HEADER", "PROPFIND_METHOD", "ExploitablePaths_URIPATH"},
			each("Log4JRCE_", "HEADER", "QUERYSTRING", "BODY", "URIPATH"), []string{"ReactJSRCE_BODY"})...)},
		{Name: "AWSManagedRulesSQLiRuleSet", Capacity: 200, Namespace: "sql-database", Rules: blocking(slices.Concat(
			each("SQLi_", "QUERYARGUMENTS", "BODY", "COOKIE", "URIPATH"),
			each("SQLiExtendedPatterns_", "QUERYARGUMENTS", "BODY", "HEADER", "URIPATH"))...)},
		{Name: "AWSManagedRulesLinuxRuleSet", Capacity: 200, Namespace: "linux-os",
			Rules: blocking(each("LFI_", "URIPATH", "QUERYSTRING", "HEADER")...)},
		{Name: "AWSManagedRulesUnixRuleSet", Capacity: 100, Namespace: "posix-os",
			Rules: blocking(each("UNIXShellCommandsVariables_", "QUERYSTRING", "QUERYARGUMENTS", "BODY", "HEADER")...)},
		{Name: "AWSManagedRulesWindowsRuleSet", Capacity: 200, Namespace: "windows-os", Rules: blocking(slices.Concat(
			each("WindowsShellCommands_", "HEADER", "COOKIE", "QUERYARGUMENTS", "QUERYSTRING", "URIPATH", "BODY"),
			each("PowerShellCommands_", "COOKIE", "QUERYARGUMENTS", "BODY"))...)},
		{Name: "AWSManagedRulesPHPRuleSet", Capacity: 100, Namespace: "php-app",
			Rules: blocking(each("PHPHighRiskMethodsVariables_", "HEADER", "QUERYSTRING", "QUERYARGUMENTS", "BODY", "URIPATH")...)},
		{Name: "AWSManagedRulesWordPressRuleSet", Capacity: 100, Namespace: "wordpress-app",
			Rules: blocking("WordPressExploitableCommands_QUERYSTRING", "WordPressExploitablePaths_URIPATH")},
		{Name: "AWSManagedRulesAmazonIpReputationList", Unversioned: true, Capacity: 25, Namespace: "amazon-ip-list",
			Rules: does("Count", blocking("AWSManagedIPReputationList", "AWSManagedReconnaissanceList"), "AWSManagedIPDDoSList")},
		{Name: "AWSManagedRulesAnonymousIpList", Unversioned: true, Capacity: 50, Namespace: "anonymous-ip-list",
			Rules: blocking("AnonymousIPList", "HostingProviderIPList")},
		{Name: "AWSManagedRulesBotControlRuleSet", Capacity: 50, Namespace: "bot-control", Charged: true, Config: true,
			Rules: does("Count", does("Captcha", does("Challenge",
				blocking(slices.Concat(each("Category", "Advertising", "Archiver", "ContentFetcher", "EmailClient", "HttpLibrary", "LinkChecker",
					"Miscellaneous", "Monitoring",
					"PagePreview", "ScrapingFramework", "SearchEngine", "Security", "Seo", "SocialMedia", "Webhooks", "AI"),
					each("Signal", "AutomatedBrowser", "KnownBotDataCenter", "NonBrowserUserAgent"),
					each("TGT_", "VolumetricSessionMaximum", "ML_CoordinatedActivityMedium"),
					each("TGT_TokenReuse", "IpHigh", "CountryHigh", "AsnHigh"))...),
				each("TGT_", "VolumetricIpTokenAbsent", "ML_CoordinatedActivityLow")...),
				slices.Concat(each("TGT_", "VolumetricSession", "SignalAutomatedBrowser", "SignalBrowserAutomationExtension",
					"SignalBrowserInconsistency", "ML_CoordinatedActivityHigh"),
					each("TGT_TokenReuse", "IpMedium", "CountryMedium", "AsnMedium"))...),
				slices.Concat([]string{"TGT_TokenAbsent"}, each("TGT_TokenReuse", "IpLow", "CountryLow", "AsnLow"))...)},
		{Name: "AWSManagedRulesATPRuleSet", Unversioned: true, Capacity: 50, Namespace: "atp", Charged: true, Config: true,
			Rules: blocking("UnsupportedCognitoIDP", "VolumetricIpHigh", "VolumetricSession",
				"AttributeCompromisedCredentials", "AttributeUsernameTraversal", "AttributePasswordTraversal", "AttributeLongSession", "TokenRejected",
				"SignalMissingCredential",
				"VolumetricIpFailedLoginResponseHigh", "VolumetricSessionFailedLoginResponseHigh")},
		{Name: "AWSManagedRulesACFPRuleSet", Unversioned: true, Capacity: 50, Namespace: "acfp", Charged: true, Config: true,
			Rules: does("Challenge", does("Captcha", blocking("UnsupportedCognitoIDP", "RiskScoreHigh",
				"SignalCredentialCompromised", "AutomatedBrowser", "VolumetricSessionHigh", "AttributeUsernameTraversalHigh",
				"VolumetricPhoneNumberHigh",
				"VolumetricAddressHigh",
				"VolumetricIPSuccessfulResponse", "VolumetricSessionSuccessfulResponse", "VolumetricSessionTokenReuseIp"),
				"SignalClientHumanInteractivityAbsentLow", "BrowserInconsistency", "VolumetricIpHigh", "VolumetricAddressLow"), "AllRequests")},
		{Name: "AWSManagedRulesAntiDDoSRuleSet", Capacity: 50, Namespace: "anti-ddos", Charged: true, Config: true,
			Rules: does("Challenge", blocking("DDoSRequests"), "ChallengeAllDuringEvent", "ChallengeDDoSRequests"),
			Labels: []string{"event-detected", "ddos-request", "high-suspicion-ddos-request", "medium-suspicion-ddos-request",
				"low-suspicion-ddos-request", "challengeable-request"}},
	}
})

// ManagedGroups returns the catalogue of AWS's managed rule groups, in the order of AWS's documents.
func ManagedGroups() []Managed { return slices.Clone(managed()) }

// LookUp returns a managed rule group of AWS; false for groups of sellers and for unknown names.
func LookUp(vendor, name string) (Managed, bool) {
	if vendor != "AWS" {
		return Managed{}, false
	}
	i := slices.IndexFunc(managed(), func(m Managed) bool { return m.Name == name })
	if i < 0 {
		return Managed{}, false
	}
	return managed()[i], true
}

// Rule reports whether the group has a rule; names are case-sensitive. If it has none, near is the nearest name, or empty.
func (m Managed) Rule(name string) (ok bool, near string) {
	if _, ok := m.Rules[name]; ok {
		return true, ""
	}
	var names []string
	for rule := range m.Rules {
		names = append(names, rule)
	}
	return false, catalog.Nearest(name, names)
}

// ManagedPrefix begins the labels of all of AWS's managed rule groups.
const ManagedPrefix = "awswaf:managed:aws:"

// Produces reports whether a rule of the group adds the label to requests. The endings of labels are the names of rules in another case:
// SizeRestrictions_BODY adds SizeRestrictions_Body.
func (m Managed) Produces(label string) bool {
	rest, ok := strings.CutPrefix(label, ManagedPrefix+m.Namespace+":")
	if !ok {
		return false
	}
	if slices.Contains(m.Labels, rest) || m.Charged { // Groups that are charged for also have labels of signals and categories.
		return true
	}
	for rule := range m.Rules {
		if strings.EqualFold(rule, rest) {
			return true
		}
	}
	return false
}
