package diag_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/diag"
)

func generic[T any](f func() T) T { return f() }

type method struct{}

func (method) caller() diag.Position { return diag.Caller() }

// TestCaller runs outside of the library's own packages, as a user does.
func TestCaller(t *testing.T) {
	t.Parallel()
	here := func() int {
		_, _, line, _ := runtime.Caller(1)
		return line
	}
	tests := map[string]struct {
		line int
		got  diag.Position
	}{
		"plain":   {here(), diag.Caller()},
		"closure": {here(), func() diag.Position { return diag.Caller() }()},
		"generic": {here(), generic(func() diag.Position { return diag.Caller() })},
	}
	for name, test := range tests {
		assert.Equal(t, diag.Position{File: "internal/diag/position_test.go", Line: test.line}, test.got, name)
	}
	assert.Equal(t, "internal/diag/position_test.go", method{}.caller().File)
}
