package construct

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
)

// Referred returns the resource that a token refers to. It returns nil for a literal, and for a token that is not exactly one reference.
func Referred(text string) constructs.IConstruct {
	if !*awscdk.Token_IsUnresolved(text) {
		return nil
	}
	token := awscdk.Tokenization_ReverseString(&text).FirstToken()
	if reference, ok := token.(awscdk.Reference); ok {
		return reference.Target()
	}
	return nil
}
