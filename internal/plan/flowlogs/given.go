package flowlogs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// defaultFields are the fields of AWS's default format of flow logs (Amazon VPC User Guide, "Flow log records").
const defaultFields = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"

// GivenNames returns the names of the fields of a flow log with the stated fields: those of AWS's default format if there are none, and
// none if they are not valid.
func GivenNames(stated []string) []string {
	switch {
	case CheckNames(stated) != "":
		return nil
	case stated == nil:
		return strings.Fields(defaultFields)
	}
	return stated
}

// fieldName is the form of the name of a field.
var fieldName = lazyregexp.New(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// maxFields is more than AWS has.
const maxFields = 100

// CheckNames returns what is wrong with the fields of a flow log, or an empty string. Patterns and queries contain the names.
func CheckNames(fields []string) string {
	if fields != nil && len(fields) == 0 || len(fields) > maxFields {
		return fmt.Sprintf("got %d fields; allowed are 1 to %d", len(fields), maxFields)
	}
	for i, f := range fields {
		switch {
		case !fieldName.MatchString(f):
			return fmt.Sprintf("got %.60q; names have lower-case letters, digits and hyphens, without ${}", f)
		case slices.Contains(fields[:i], f):
			return fmt.Sprintf("got %q twice", f)
		}
	}
	return ""
}
