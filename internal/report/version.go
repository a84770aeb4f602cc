package report

import (
	"runtime/debug"
	"sync"

	"github.com/tierwall/tierwall/internal/diag"
)

// version is this module's version in the build of the app: "v0.1.0", or "(devel)" where the app is built in the module itself.
var version = sync.OnceValue(func() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return develop
	}
	return versionIn(info)
})

const develop = "(devel)"

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
