package firewall

import (
	"maps"
	"slices"
	"strings"
)

// list names the keys of a map, sorted.
func list[V any](m map[string]V) string {
	if len(m) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(maps.Keys(m)), ", ")
}
