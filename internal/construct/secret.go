package construct

import (
	"encoding/json"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/gen/calls"
)

// IsWholeSecret reports whether a text is a CDK token for the whole text of a secret in Secrets Manager, not for a field or a version of
// it.
func IsWholeSecret(scope constructs.IConstruct, text string) bool {
	if !arch.IsToken(text) || strings.Count(text, "${Token[") != 1 {
		return false
	}
	resolved, err := json.Marshal(awscdk.Stack_Of(scope).Resolve(&text))
	if err != nil {
		return false
	}
	_, ok := calls.WholeSecret(string(resolved))
	return ok
}
