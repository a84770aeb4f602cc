package arch

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/tierwall/tierwall/internal/diag"
)

// texts makes the reason legal in descriptions, and reports texts that cannot be made legal.
func (c *checker) texts(f *CheckedFlow) {
	clean := CleanDescription(f.Reason)
	switch {
	case IsToken(f.Reason) || IsToken(f.Owner):
		c.failFlow(f.Flow, "text", "a reason or owner is a CDK token", "rules and reports need the literal text", "")
	case HasDynamicReference(f.Reason) || HasDynamicReference(f.Owner):
		c.failFlow(f.Flow, "text", "a reason or owner has a dynamic reference", DynamicReference, "write words, without {{resolve:")
	case len(clean) > MaxDescription:
		c.failFlow(f.Flow, "text-long", "a reason is too long for a rule's description",
			fmt.Sprintf("got %d characters, allowed are %d", len(clean), MaxDescription), "shorten it")
	case clean != strings.TrimSpace(f.Reason):
		c.add(c.m.Network.FlowPath(f.Flow), f.At, diag.Diagnostic{Severity: diag.Warning, Rule: "text-cleaned",
			Subject: c.m.Network.Subject(f.SubjectString()), Summary: "a reason has characters that EC2 refuses in descriptions",
			Detail: fmt.Sprintf("got %q, emitted as %q; allowed are ASCII letters, digits, spaces and %s", f.Reason, clean, legalPunctuation)})
	}
	if n := utf8.RuneCountInString(f.Owner); n > MaxDescription || hasControl(f.Owner) || !utf8.ValidString(f.Owner) {
		c.failFlow(f.Flow, "text", "an owner is not usable", fmt.Sprintf("got %.60q with %d characters; allowed is one line of at most %d",
			f.Owner, n, MaxDescription), "")
	}
	f.Reason = clean
}
