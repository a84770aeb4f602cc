package networkfirewall

import "strings"

// ExportName returns a path with a hyphen for each character that the name of an export cannot contain.
func ExportName(path string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, path)
}
