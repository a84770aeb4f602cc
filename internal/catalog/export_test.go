package catalog

import (
	"maps"
	"slices"
	"sync"
)

// KnownSupport are the services whose support of policies is known.
func KnownSupport() []string {
	return slices.Concat(slices.Collect(maps.Keys(withPolicy)), slices.Collect(maps.Keys(withoutPolicy)))
}

// Reload reads the tables anew, for benchmarks.
func Reload() {
	loaded = sync.OnceValue(load)
	services.Clear()
	classIndex = sync.OnceValue(indexClasses)
}
