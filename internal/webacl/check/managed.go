package check

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/webacl"
)

var versionForm = lazyregexp.New(`^[\w#:./-]{1,64}$`)

func (c *checker) managed(where string, m *webacl.ManagedGroup) {
	if m.Version != "" && !webacl.IsToken(m.Version) && !versionForm.MatchString(m.Version) {
		c.failAt("managed", where+".Version", "a version is not usable", fmt.Sprintf("got %.80q; allowed is as in Version_1.0", m.Version), "")
	}
	if m.VendorName == "" || m.Name == "" {
		c.failAt("managed", where, "a managed rule group has no name or vendor", fmt.Sprintf("got %q of %q", m.Name, m.VendorName), "")
		return
	}
	known, ok := webacl.LookUp(m.VendorName, m.Name)
	if !ok && strings.EqualFold(m.VendorName, "AWS") {
		c.unknownGroup(where, m)
		return
	}
	if known.Unversioned && m.Version != "" {
		c.failAt("managed", where+".Version", "a group without versions is pinned to a version",
			fmt.Sprintf("got %q; AWS updates %s in place", m.Version, m.Name), "leave Version out")
	}
	if m.Version != "" && !known.Unversioned {
		c.warnAt("managed-version", where+".Version", "a pinned version expires",
			fmt.Sprintf("got %.80q of %s; when the vendor lets it expire, AWS silently switches to the default version", m.Version, m.Name),
			"set an alarm on the metric DaysToExpiry of AWS/WAFV2 and update the version in time, or leave Version out")
	}
	c.overrides(where, m.RuleActionOverrides, m.ExcludedRules, func(name string) (bool, string) {
		has, near := known.Rule(name)
		return !ok || has, near
	})
	c.configs(where, m, known)
	if m.ScopeDownStatement != nil {
		c.statement(where+".ScopeDownStatement", m.ScopeDownStatement)
	}
}

func (c *checker) unknownGroup(where string, m *webacl.ManagedGroup) {
	var names []string
	for _, g := range webacl.ManagedGroups() {
		names = append(names, g.Name)
	}
	fix := "the catalogue is of " + webacl.ManagedAsOf
	switch near := catalog.Nearest(m.Name, names); {
	case m.VendorName != "AWS":
		fix = `write the vendor as "AWS"`
	case near != "":
		fix = "write " + near + "; the catalogue is of " + webacl.ManagedAsOf
	}
	c.failAt("managed", where+".Name", "AWS has no such managed rule group", fmt.Sprintf("got %.100q of %q", m.Name, m.VendorName), fix)
}

// configs checks the configurations that a group needs.
func (c *checker) configs(where string, m *webacl.ManagedGroup, known webacl.Managed) {
	where += ".ManagedRuleGroupConfigs"
	var bot *webacl.BotControlConfig
	var ddos *webacl.AntiDDoSConfig
	var atp *webacl.ATPConfig
	var acfp *webacl.ACFPConfig
	for i, config := range m.ManagedRuleGroupConfigs {
		at := fmt.Sprintf("%s[%d]", where, i)
		if !c.one("managed-config", at, "a configuration", config) {
			continue
		}
		if name := members(config)[0]; strings.HasPrefix(name, "AWS") && name != m.Name {
			c.failAt("managed-config", at, "a configuration is for another group", "got "+name+" for "+m.Name, "")
		}
		bot, ddos, atp, acfp = config.AWSManagedRulesBotControlRuleSet, config.AWSManagedRulesAntiDDoSRuleSet, config.AWSManagedRulesATPRuleSet,
			config.AWSManagedRulesACFPRuleSet
	}
	needs := func(missing bool) bool {
		if missing {
			c.failAt("managed-config", where, "a managed rule group is not configured", m.Name+" needs its own configuration", "")
		}
		return !missing
	}
	switch known.Namespace {
	case "bot-control":
		if needs(bot == nil) {
			c.enum("managed-config", where+".InspectionLevel", bot.InspectionLevel, "COMMON", "TARGETED")
		}
	case "anti-ddos":
		if needs(ddos == nil) {
			c.antiDDoS(where, ddos)
		}
	case "atp":
		if needs(atp == nil && len(m.ManagedRuleGroupConfigs) == 0) && atp != nil {
			c.configPath(where+".LoginPath", atp.LoginPath)
			c.inspection(where, atp.RequestInspection, false)
			c.responses(where, atp.ResponseInspection)
		}
	case "acfp":
		if needs(acfp == nil) {
			c.configPath(where+".CreationPath", acfp.CreationPath)
			c.configPath(where+".RegistrationPagePath", acfp.RegistrationPagePath)
			c.inspection(where, acfp.RequestInspection, true)
			c.responses(where, acfp.ResponseInspection)
		}
	}
}

const maxPath = 512

func (c *checker) configPath(where, path string) {
	if !webacl.IsToken(path) && (path == "" || len(path) > maxPath) {
		c.failAt("managed-config", where, "a path is not usable",
			fmt.Sprintf("got %.80q with %d characters; allowed are 1 to %d", path, len(path), maxPath), "")
	}
}

func (c *checker) inspection(where string, r *webacl.RequestInspection, required bool) {
	if r == nil {
		if required {
			c.failAt("managed-config", where+".RequestInspection", "RequestInspection is missing",
				"RequestInspection is required to find the fields of a user's request", "")
		}
		return
	}
	if !c.enum("managed-config", where+".RequestInspection.PayloadType", r.PayloadType, "JSON", "FORM_ENCODED") {
		return
	}
	fields := append(append([]webacl.Identifier{}, r.PhoneNumberFields...), r.AddressFields...)
	for _, f := range []*webacl.Identifier{r.UsernameField, r.PasswordField, r.EmailField} {
		if f != nil {
			fields = append(fields, *f)
		}
	}
	for _, f := range fields {
		if r.PayloadType == "JSON" && !strings.HasPrefix(f.Identifier, "/") && !webacl.IsToken(f.Identifier) {
			c.failAt("managed-config", where+".RequestInspection", "a field of a JSON body is not a JSON pointer",
				fmt.Sprintf("got %.80q", f.Identifier), fmt.Sprintf("write /%s", f.Identifier))
		}
	}
}

func (c *checker) responses(where string, r *webacl.ResponseInspection) {
	if r == nil {
		return
	}
	if c.isNot(webacl.CloudFront) {
		c.failAt("managed-config", where+".ResponseInspection", "ResponseInspection is used outside of CloudFront",
			"AWS accepts it only in scope CLOUDFRONT", "leave it out")
	}
	c.one("managed-config", where+".ResponseInspection", "the inspection of responses", *r)
}

func (c *checker) antiDDoS(where string, d *webacl.AntiDDoSConfig) {
	if d.SensitivityToBlock != "" {
		c.enum("managed-config", where+".SensitivityToBlock", d.SensitivityToBlock, "LOW", "MEDIUM", "HIGH")
	}
	if d.ClientSideActionConfig == nil || d.ClientSideActionConfig.Challenge == nil {
		c.failAt("managed-config", where+".ClientSideActionConfig", "ClientSideActionConfig.Challenge is missing",
			"ClientSideActionConfig.Challenge is required", "")
		return
	}
	challenge := d.ClientSideActionConfig.Challenge
	where += ".ClientSideActionConfig.Challenge"
	c.enum("managed-config", where+".UsageOfAction", challenge.UsageOfAction, "ENABLED", "DISABLED")
	if challenge.Sensitivity != "" {
		c.enum("managed-config", where+".Sensitivity", challenge.Sensitivity, "LOW", "MEDIUM", "HIGH")
	}
	if n := len(challenge.ExemptUriRegularExpressions); n > 5 || challenge.UsageOfAction == "ENABLED" && n == 0 {
		c.failAt("managed-config", where+".ExemptUriRegularExpressions", "the number of exempt paths is not usable",
			fmt.Sprintf("got %d; allowed are 1 to 5", n), "name the paths of clients that cannot solve puzzles, such as APIs")
	}
	for _, r := range challenge.ExemptUriRegularExpressions {
		c.regex(where+".ExemptUriRegularExpressions", r.RegexString, maxRegexMatch)
	}
}
