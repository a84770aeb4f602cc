package networkfirewall

import (
	"fmt"
	"regexp"
	"strings"
)

var arnForm = regexp.MustCompile(`^arn:aws[a-z-]*:([a-z0-9-]+):([a-z0-9-]+):(\d{12}|aws-managed):(.+)$`)

// ARNKind is what an ARN may be of.
type ARNKind struct {
	what     string // "rule group"
	service  string // "network-firewall"
	resource string // "stateful-rulegroup/"
}

// The kinds of ARNs.
var (
	RuleGroupARN      = ARNKind{"rule group", "network-firewall", "stateful-rulegroup/"}
	StatelessGroupARN = ARNKind{"stateless rule group", "network-firewall", "stateless-rulegroup/"}
	PolicyARN         = ARNKind{"policy", "network-firewall", "firewall-policy/"}
	TLSARN            = ARNKind{"TLS inspection configuration", "network-firewall", "tls-configuration/"}
	CertificateARN    = ARNKind{"certificate", "acm", "certificate/"}
	PrefixListARN     = ARNKind{"prefix list", "ec2", "prefix-list/"}
)

// CheckARN checks a literal ARN: its form, and that it is of the stack's Region, as AWS asks for (measured). An empty Region is not known.
func CheckARN(k ARNKind, arn, region string) []Problem {
	if IsToken(arn) {
		return nil
	}
	m := arnForm.FindStringSubmatch(arn)
	if m == nil || m[1] != k.service || !strings.HasPrefix(m[4], k.resource) || len(m[4]) == len(k.resource) {
		return []Problem{{
			Kind: "arn", Summary: "the ARN of a " + k.what + " is not usable", Detail: fmt.Sprintf("got %.200q", arn),
			Fix: fmt.Sprintf("write it as in \"arn:aws:%s:eu-west-1:123456789012:%sname\"", k.service, k.resource),
		}}
	}
	if region != "" && !IsToken(region) && m[2] != region {
		return []Problem{{
			Kind: "arn", Summary: "the ARN of a " + k.what + " is of another Region than the stack",
			Detail: fmt.Sprintf("got %.200q; the stack is in %s", arn, region), Fix: "name one of the stack's Region",
		}}
	}
	return nil
}

// IsResourceGroup reports whether an ARN is that of a resource group, which IP set references take as well.
func IsResourceGroup(arn string) bool {
	m := arnForm.FindStringSubmatch(arn)
	return m != nil && m[1] == "resource-groups"
}
