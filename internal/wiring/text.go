package wiring

import (
	"regexp"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/internal/arch"
)

var token = regexp.MustCompile(`\$\{Token\[[^\]]*\]\}`)

// symbolic puts names in place of the CDK tokens in a text: "${Shop/Bucket/Resource.Arn}/*", or the whole ARN where byName
// knows it.
func (n *Network) symbolic(text string) string {
	if !arch.IsToken(text) {
		return text
	}
	return token.ReplaceAllStringFunc(text, func(t string) string {
		if arn, ok := n.byName(t); ok {
			return arn
		}
		name := strings.NewReplacer("{", "(", "}", ")").Replace(n.operand(t).Text)
		if pseudo, ok := strings.CutPrefix(name, `("Ref":"AWS::`); ok {
			name = "AWS::" + strings.TrimSuffix(pseudo, `")`)
		}
		n.tokens[name] = t
		return "${" + name + "}"
	})
}

var placeholder = regexp.MustCompile(`\$\{[^}]*\}`)

// text is what a template holds for a text with names in it. Names that are no value's stay: they are variables of IAM.
func (n *Network) text(text string) *string {
	return new(placeholder.ReplaceAllStringFunc(text, func(p string) string {
		name := p[2 : len(p)-1]
		if token, ok := n.tokens[name]; ok {
			return token
		}
		switch name {
		case "AWS::Partition":
			return *awscdk.Aws_PARTITION()
		case "AWS::Region":
			return *awscdk.Aws_REGION()
		case "AWS::AccountId":
			return *awscdk.Aws_ACCOUNT_ID()
		}
		return p
	}))
}
