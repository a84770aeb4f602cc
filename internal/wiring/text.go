package wiring

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/lazyregexp"
)

var token = lazyregexp.New(`\$\{Token\[[^\]]*\]\}`)

// symbolic replaces the CDK tokens in a text with symbols: "${Shop/Bucket/Resource.Arn}/*". If byName knows the ARN that a token stands
// for, symbolic writes the ARN.
func (n *Network) symbolic(text string) string {
	if !arch.IsToken(text) {
		return text
	}
	return token.ReplaceAllStringFunc(text, func(t string) string {
		if arn, ok := n.byName(t); ok {
			return arn
		}
		symbol := n.operand(t).Text
		name, isPseudo := pseudoParameter(symbol)
		if !isPseudo {
			name = strings.NewReplacer("{", "(", "}", ")").Replace(symbol)
		}
		n.tokens[name] = t
		return "${" + name + "}"
	})
}

// text returns a text with symbols as a template has it. It keeps unknown names, because they are variables of IAM policies.
func (n *Network) text(text string) *string {
	return new(arch.ReplaceSymbols(text, func(written, name string) string {
		if token, ok := n.tokens[name]; ok {
			return token
		}
		switch written {
		case iam.OwnPartition:
			return *awscdk.Aws_PARTITION()
		case iam.OwnRegion:
			return *awscdk.Aws_REGION()
		case iam.OwnAccount:
			return *awscdk.Aws_ACCOUNT_ID()
		}
		return written
	}))
}
