package construct

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/diag"
)

// Name returns a physical name: given, or if that is empty, a name made from the stack's name and the construct's path.
func Name(c constructs.IConstruct, given string) *string {
	if given != "" {
		return &given
	}
	return awscdk.Names_UniqueResourceName(c, &awscdk.UniqueResourceNameOptions{MaxLength: new(120.0), Separator: new("-")})
}

// MustHaveScope panics if scope is nil. what names the construct that needs the scope.
func MustHaveScope(scope constructs.Construct, what string, at diag.Position) {
	if scope == nil {
		panic(diag.Diagnostic{Summary: "the scope of a " + what + " is nil", At: []diag.Position{at}}.String())
	}
}
