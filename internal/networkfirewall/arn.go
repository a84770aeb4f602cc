package networkfirewall

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

var arnForm = lazyregexp.New(`^arn:aws[a-z-]*:([a-z0-9-]+):([a-z0-9-]+):(\d{12}|aws-managed):(.+)$`)

// ARNKind is a kind of resource that an ARN may name.
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

// CheckARN checks the form of a literal ARN, and that it names the stack's Region, which AWS requires (measured). An empty region stands
// for one that is not known.
func CheckARN(k ARNKind, arn, region string) []Problem {
	if IsToken(arn) {
		return nil
	}
	m := arnForm.FindStringSubmatch(arn)
	if m == nil || m[1] != k.service || !strings.HasPrefix(m[4], k.resource) || len(m[4]) == len(k.resource) {
		return []Problem{{
			Kind: "arn", Summary: "the ARN of a " + k.what + " is invalid", Detail: fmt.Sprintf("got %.200q", arn),
			Fix: fmt.Sprintf("write an ARN such as \"arn:aws:%s:eu-west-1:123456789012:%sname\"", k.service, k.resource),
		}}
	}
	if region != "" && !IsToken(region) && m[2] != region {
		return []Problem{{
			Kind: "arn", Summary: "the ARN of a " + k.what + " names another Region than the stack's",
			Detail: fmt.Sprintf("got %.200q; the stack is in %s", arn, region), Fix: "name a " + k.what + " in the stack's Region",
		}}
	}
	return nil
}

// IsResourceGroup reports whether an ARN names a resource group. An IP set reference may name one instead of a prefix list.
func IsResourceGroup(arn string) bool {
	m := arnForm.FindStringSubmatch(arn)
	return m != nil && m[1] == "resource-groups"
}
