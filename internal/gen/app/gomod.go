package app

import (
	_ "embed"
	"strings"
)

// requires are the modules that an app needs, at the versions of this module's own go.mod.
//
//go:embed requires.txt
var requires string

// release returns a version that go.mod accepts: a build from source has none.
func release(version string) string {
	if strings.HasPrefix(version, "v") {
		return version
	}
	return "v0.0.0"
}
