package firewall

import (
	"maps"
	"slices"
	"strings"
)

// list returns the sorted keys of a map as text, or "none".
func list[V any](m map[string]V) string {
	if len(m) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(maps.Keys(m)), ", ")
}
