package report

import (
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/diag"
)

func TestVersion(t *testing.T) {
	t.Parallel()
	app := debug.Module{Path: "example.com/app", Version: "(devel)"}
	own := debug.Module{Path: diag.Module, Version: "v0.1.0"}
	replaced := func(by debug.Module) *debug.Module {
		return &debug.Module{Path: diag.Module, Version: "v0.1.0", Replace: &by}
	}
	for want, info := range map[string]debug.BuildInfo{
		"v0.1.0": {Main: app, Deps: []*debug.Module{{Path: "example.com/other", Version: "v9.0.0"}, &own}},
		"v0.1.1": {Main: app, Deps: []*debug.Module{replaced(debug.Module{Path: "example.com/fork", Version: "v0.1.1"})}},
		"v0.2.0": {Main: debug.Module{Path: diag.Module, Version: "v0.2.0"}},
		develop:  {Main: app, Deps: []*debug.Module{replaced(debug.Module{Path: "../tierwall"})}},
	} {
		assert.Equal(t, want, versionIn(&info))
	}
	assert.Equal(t, develop, versionIn(&debug.BuildInfo{}))
	assert.NotEmpty(t, version())
}
