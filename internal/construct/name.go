package construct

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/diag"
)

// Name is a physical name: the given one, or one made from the stack's name and the construct's path.
func Name(c constructs.IConstruct, given string) *string {
	if given != "" {
		return &given
	}
	return awscdk.Names_UniqueResourceName(c, &awscdk.UniqueResourceNameOptions{MaxLength: new(120.0), Separator: new("-")})
}

// MustHaveScope panics if there is no scope to make something in.
func MustHaveScope(scope constructs.Construct, what string, at diag.Position) {
	if scope == nil {
		panic(diag.Diagnostic{Summary: "the scope of a " + what + " is nil", At: []diag.Position{at}}.String())
	}
}
