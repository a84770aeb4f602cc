package report

import (
	"runtime/debug"
	"sync"

	"github.com/tierwall/tierwall/internal/diag"
)

// version returns this module's version in the build of the app: "v0.1.0", or "(devel)" if the app is part of this module.
var version = sync.OnceValue(func() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return develop
	}
	return versionIn(info)
})

// develop is the version of a build from source.
const develop = "(devel)"

// versionIn returns this module's version in a build.
func versionIn(info *debug.BuildInfo) string {
	for _, m := range append([]*debug.Module{&info.Main}, info.Deps...) {
		if m.Path != diag.Module {
			continue
		}
		if m.Replace != nil {
			m = m.Replace
		}
		if m.Version != "" {
			return m.Version
		}
	}
	return develop
}
