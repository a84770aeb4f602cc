package cedar

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// MaxClaim is the length of the longest name of a claim or value of it, in bytes. It is ours: AWS documents a limit for the claims of a
// person together.
const MaxClaim = 256

var (
	// groupID is the form of ids that AWS's Identity Store documents for GroupId.
	groupID = lazyregexp.New(`^([0-9a-f]{10}-)?[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}$`)
	// pathForm has the characters of RFC 3986 that paths have without a percent sign, except the asterisk, a wildcard in Cedar.
	pathForm = lazyregexp.New(`^/[A-Za-z0-9._~!$&'()+,;=:@/-]*$`)
)

// CheckGroup returns what is wrong with a group of people. Claim is that of the Policy.
func CheckGroup(claim, group string) error {
	if claim != "" {
		return checkValue("a group", group)
	}
	if !groupID.MatchString(group) {
		return fmt.Errorf("got %.80q; allowed is the id of a group in IAM Identity Center, as in \"c242c5b0-6081-1845-6fa8-6e0d9513c107\", "+
			"because names of groups can change", group)
	}
	return nil
}

// CheckClaim returns what is wrong with the name of a claim.
func CheckClaim(claim string) error { return checkValue("the name of a claim", claim) }

func checkValue(what, s string) error {
	switch {
	case s == "" || len(s) > MaxClaim:
		return fmt.Errorf("got %.80q with %d bytes; allowed is %s of 1 to %d bytes", s, len(s), what, MaxClaim)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fmt.Errorf("got %.80q; allowed are printable characters", s)
	case strings.Contains(s, "${") || strings.Contains(s, "{{"):
		return fmt.Errorf("got %.80q; allowed is a literal text: a policy has no tokens and no dynamic references", s)
	case strings.TrimSpace(s) != s:
		return fmt.Errorf("got %.80q; allowed is a text without spaces around it", s)
	}
	return nil
}

// CheckPath returns what is wrong with a prefix of paths.
func CheckPath(path string) error {
	switch {
	case !pathForm.MatchString(path) || len(path) > MaxClaim:
		return fmt.Errorf("got %.80q; allowed is a prefix as in \"/admin/\": it starts with a slash, and has no wildcard, percent sign, "+
			"query or fragment", path)
	case strings.Contains(path, "..") || strings.Contains(path, "//") || strings.Contains(path+"/", "/./"):
		return fmt.Errorf("got %.80q; allowed is a path without \"..\", \"/./\" and \"//\", which servers resolve differently", path)
	case strings.Trim(path, "/") == "":
		return fmt.Errorf("got %.80q, which is every path; leave out the paths", path)
	}
	return nil
}
