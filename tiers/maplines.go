package tiers

import (
	"runtime"

	"github.com/tierwall/tierwall/internal/diag"
)

// MapLines says from which lines of another file the calling Go file was generated, so that messages name the line that a person wrote. The
// file is named relative to the folder of the Go file. The keys of lines are lines of the Go file; messages about other lines name the Go
// file. Call it in an init function of generated code, as "tierwall generate" does.
//
// In contrast to //line comments, it leaves stack traces, debuggers and linters alone.
func MapLines(file string, lines map[int]int) {
	if _, goFile, _, ok := runtime.Caller(1); ok {
		diag.MapLines(goFile, file, lines)
	}
}
