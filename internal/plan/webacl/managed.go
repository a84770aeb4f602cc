package webacl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/webacl"
)

// managed adds AWS's rule groups that suit what the tier serves.
func (b *builder) managed() {
	if b.of.Extras.AntiDDoS {
		b.antiDDoS()
	}
	b.group("AWSManagedRulesAmazonIpReputationList", reputationPriority, "addresses that Amazon has seen attack")
	if b.of.Extras.AnonymousIP {
		b.group("AWSManagedRulesAnonymousIpList", anonymousPriority, "no customer comes by a proxy or from a hosting provider")
	}
	b.common()
	b.group("AWSManagedRulesKnownBadInputsRuleSet", badInputsPriority, "requests that are known to be attacks")
	if why := b.sql(); why != "" {
		b.group("AWSManagedRulesSQLiRuleSet", sqlPriority, why)
	}
	if b.has(arch.Linux) {
		b.group("AWSManagedRulesLinuxRuleSet", linuxPriority, "it runs on Linux")
		b.group("AWSManagedRulesUnixRuleSet", posixPriority, "it runs on Linux, which has a shell")
	}
	if b.has(arch.Windows) {
		b.group("AWSManagedRulesWindowsRuleSet", windowsPriority, "it runs on Windows")
	}
	switch {
	case b.has(arch.PHP):
		b.group("AWSManagedRulesPHPRuleSet", phpPriority, "it is written in PHP")
	case b.has(arch.WordPress):
		b.group("AWSManagedRulesPHPRuleSet", phpPriority, "WordPress is written in PHP")
	}
	if b.has(arch.WordPress) {
		b.group("AWSManagedRulesWordPressRuleSet", wordPressPriority, "it is WordPress")
	}
	if b.of.Extras.BotControl {
		b.group("AWSManagedRulesBotControlRuleSet", botPriority, "bots are kept away").ManagedRuleGroupConfigs = []webacl.ManagedConfig{
			{AWSManagedRulesBotControlRuleSet: &webacl.BotControlConfig{InspectionLevel: "COMMON"}},
		}
	}
}

// The common group has a rule that stops bodies larger than a web ACL reads, and labels them.
const (
	commonGroup = "AWSManagedRulesCommonRuleSet"
	largeBody   = "SizeRestrictions_BODY"
	largeLabel  = "awswaf:managed:aws:core-rule-set:SizeRestrictions_Body"
)

// common adds the common group. If the tier takes uploads, large bodies are stopped on all other paths.
func (b *builder) common() {
	g := b.group(commonGroup, commonPriority, "what attacks on the web have in common")
	uploads := b.of.Serves.Uploads
	if len(uploads) == 0 {
		return
	}
	g.RuleActionOverrides = []webacl.ActionOverride{counted(largeBody)}
	large := webacl.Statement{LabelMatchStatement: &webacl.LabelMatch{Scope: "LABEL", Key: largeLabel}}
	b.block("Uploads", uploadsPriority, allOf([]webacl.Statement{large, not(b.onPaths(exactly, uploads))}),
		"large bodies go to "+strings.Join(uploads, ", ")+" alone")
	b.widen("bodies to "+strings.Join(uploads, ", ")+" beyond the first 8 KB, or what the resource's limit is, unread",
		"a web ACL reads only the beginning of a body")
}

// challengeExempt matches requests of clients that cannot solve puzzles: AWS's default, with the first path anchored.
const challengeExempt = `^/api/|\.(?:acc|avi|css|gif|jpe?g|js|mp[34]|ogg|otf|pdf|png|tiff?|ttf|webm|webp|woff2?)$`

// antiDDoS adds AWS's group against floods of requests.
func (b *builder) antiDDoS() {
	g := b.group("AWSManagedRulesAntiDDoSRuleSet", antiDDoSPriority, "floods of requests are noticed by how they differ from usual")
	g.ManagedRuleGroupConfigs = []webacl.ManagedConfig{
		{AWSManagedRulesAntiDDoSRuleSet: &webacl.AntiDDoSConfig{
			ClientSideActionConfig: &webacl.ClientSideActions{Challenge: &webacl.ClientSideAction{
				UsageOfAction: "ENABLED", ExemptUriRegularExpressions: []webacl.Regex{{RegexString: challengeExempt}},
			}},
		}},
	}
}

// sqlPorts names the SQL database that listens on a port.
var sqlPorts = map[int]string{1433: "SQL Server", 1521: "Oracle", 3306: "MySQL", 5432: "PostgreSQL", 5439: "Redshift"}

// sql says why something behind the tier speaks SQL. It is empty if nothing does.
func (b *builder) sql() string {
	switch b.of.Serves.SQL {
	case arch.SQLBehind:
		return "something behind it speaks SQL"
	case arch.NoSQL:
		return ""
	}
	reached := []string{b.of.Tier}
	for i := 0; i < len(reached); i++ {
		for _, f := range b.m.Flows {
			if !f.From.Kind.IsTier() || f.From.Text != reached[i] {
				continue
			}
			for _, p := range f.Ports {
				if name := sqlPorts[p.From]; name != "" && p.Protocol == arch.TCP {
					return fmt.Sprintf("%s speaks SQL: %s to %s", f.From.Text, name, f.To)
				}
			}
			if f.To.Kind.IsTier() && !slices.Contains(reached, f.To.Text) {
				reached = append(reached, f.To.Text)
			}
		}
	}
	if slices.Contains(b.of.Serves.Technologies, arch.WordPress) {
		return "WordPress speaks MySQL"
	}
	return ""
}
