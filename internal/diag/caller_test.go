package diag

import (
	"path"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPackageOf(t *testing.T) {
	t.Parallel()
	for function, want := range map[string]string{
		"example.com/a/b.F":            "example.com/a/b",
		"example.com/a/b.(*T).Method":  "example.com/a/b",
		"example.com/a/b.F.func1":      "example.com/a/b",
		"example.com/a/b.F[...].func1": "example.com/a/b",
		"main.main":                    "main",
		"github.com/tierwall/tierwall/tiers.(*WebTier).AllowTo":      "github.com/tierwall/tierwall/tiers",
		"github.com/tierwall/tierwall/tiers_test.TestX":              "github.com/tierwall/tierwall/tiers_test",
		"github.com/aws/jsii-runtime-go/internal/kernel.(*Client).x": "github.com/aws/jsii-runtime-go/internal/kernel",
	} {
		assert.Equal(t, want, packageOf(function), function)
	}
	assert.True(t, isLibrary("github.com/tierwall/tierwall/tiers"))
	assert.True(t, isLibrary("github.com/tierwall/tierwall/internal/diag"))
	assert.False(t, isLibrary("github.com/tierwall/tierwall/tiers_test"))
	assert.False(t, isLibrary("github.com/tierwall/tierwall/examples/shop"))
}

func TestNormalise(t *testing.T) {
	t.Parallel()
	_, here, _, _ := runtime.Caller(0)
	if path.IsAbs(here) {
		assert.Equal(t, "internal/diag/caller_test.go", normalise(here))
	}
	assert.Equal(t, "main.go", normalise("./main.go"), "-trimpath of a package given as files")
	assert.Equal(t, "main.go", normalise("/no/module/above/main.go"))
	assert.Equal(t, "x/y.go", normalise(mainModule()+"/x/y.go"), "-trimpath of a package of the main module")
}
