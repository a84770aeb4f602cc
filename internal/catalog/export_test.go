package catalog

import (
	"slices"
	"sync"
)

// KnownSupport returns the services with known policy support.
func KnownSupport() []string {
	return slices.Concat(withPolicy, withoutPolicy)
}

// Reload makes the tables be read again, for benchmarks.
func Reload() {
	loaded = sync.OnceValue(load)
	parts.Clear()
	classIndex = sync.OnceValue(makeClassIndex)
}
