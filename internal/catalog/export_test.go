package catalog

import (
	"maps"
	"slices"
	"sync"
)

// KnownSupport returns the services with known policy support.
func KnownSupport() []string {
	return slices.Concat(slices.Collect(maps.Keys(withPolicy)), slices.Collect(maps.Keys(withoutPolicy)))
}

// Reload makes the tables be read again, for benchmarks.
func Reload() {
	loaded = sync.OnceValue(load)
	services.Clear()
	classIndex = sync.OnceValue(makeClassIndex)
}
