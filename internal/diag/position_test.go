package diag_test

import (
	"reflect"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/diag"
)

func generic[T any](f func() T) T { return f() }

type method struct{}

func (method) caller() (diag.Position, int) { return diag.Caller(), line() }

type box[T any] struct{}

func (*box[T]) caller() (diag.Position, int) { return diag.Caller(), line() }

// line returns the caller's line, without diag.Caller.
func line() int {
	_, _, line, _ := runtime.Caller(1)
	return line
}

// TestCaller runs outside the packages of the library, like a user.
func TestCaller(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		line int
		got  diag.Position
	}{
		"plain":   {line(), diag.Caller()},
		"closure": {line(), func() diag.Position { return diag.Caller() }()},
		"generic": {line(), generic(func() diag.Position { return diag.Caller() })},
		"reflect": {line(), reflect.ValueOf(diag.Caller).Call(nil)[0].Interface().(diag.Position)},
	}
	for name, test := range tests {
		assert.Equal(t, diag.Position{File: "internal/diag/position_test.go", Line: test.line}, test.got, name)
	}
	for name, caller := range map[string]func() (diag.Position, int){"method": method{}.caller, "method of a generic": new(box[int]).caller} {
		got, line := caller()
		assert.Equal(t, diag.Position{File: "internal/diag/position_test.go", Line: line}, got, name)
	}
}

func TestPosition(t *testing.T) {
	t.Parallel()
	assert.True(t, diag.Position{}.IsZero())
	assert.Empty(t, diag.Position{}.String())
	assert.False(t, diag.Position{File: "main.go"}.IsZero())
	assert.Equal(t, "main.go:7", diag.Position{File: "main.go", Line: 7}.String())
}
