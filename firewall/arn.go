package firewall

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

var arnForm = regexp.MustCompile(`^arn:aws[a-z-]*:([a-z0-9-]+):([a-z0-9-]+):(\d{12}|aws-managed):(.+)$`)

// arnKind is what an ARN may be of.
type arnKind struct {
	what     string // "rule group"
	service  string // "network-firewall"
	resource string // "stateful-rulegroup/"
}

var (
	ruleGroupARN   = arnKind{"rule group", "network-firewall", "stateful-rulegroup/"}
	policyARN      = arnKind{"policy", "network-firewall", "firewall-policy/"}
	tlsARN         = arnKind{"TLS inspection configuration", "network-firewall", "tls-configuration/"}
	certificateARN = arnKind{"certificate", "acm", "certificate/"}
	prefixListARN  = arnKind{"prefix list", "ec2", "prefix-list/"}
)

// checkARN checks a literal ARN: its form, and that it is of the stack's Region, as AWS asks for (measured). It reports whether
// nothing is wrong.
func (p *problems) checkARN(k arnKind, arn string, at diag.Position) bool {
	if arch.IsToken(arn) {
		return true
	}
	m := arnForm.FindStringSubmatch(arn)
	if m == nil || m[1] != k.service || !strings.HasPrefix(m[4], k.resource) || len(m[4]) == len(k.resource) {
		p.Add("arn", "the ARN of a "+k.what+" is not usable", fmt.Sprintf("got %.200q", arn),
			fmt.Sprintf("write it as in \"arn:aws:%s:eu-west-1:123456789012:%sname\"", k.service, k.resource), at)
		return false
	}
	if region := *awscdk.Stack_Of(p.Of).Region(); !arch.IsToken(region) && m[2] != region {
		p.Add("arn", "the ARN of a "+k.what+" is of another Region than the stack", fmt.Sprintf("got %.200q; the stack is in %s", arn, region), "name one of the stack's Region", at)
		return false
	}
	return true
}
