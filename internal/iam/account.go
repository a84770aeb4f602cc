package iam

import "strings"

// IsAccountID reports whether a text has the form of an account's number: 12 digits.
func IsAccountID(text string) bool { return len(text) == 12 && strings.Trim(text, "0123456789") == "" }

// isAccount reports whether a text is an account: its number, or the stack's own account.
func isAccount(text string) bool { return IsAccountID(text) || text == OwnAccount }

// accountOf returns the account in an ARN. If the ARN is known only at deployment, so is the account.
func accountOf(arn string) string {
	if strings.HasPrefix(arn, "${") && isOne(arn) {
		return "${account of " + strings.Trim(arn, "${}") + "}"
	}
	if fields := CutARN(arn); fields != nil {
		return fields[4]
	}
	return ""
}
