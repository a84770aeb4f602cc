package document

import (
	"regexp"
	"sync"
)

// Patterns are compiled when they are first used: most runs of the command use none.

var patterns sync.Map // by the text of the pattern

// compile returns a compiled pattern.
func compile(pattern string) *regexp.Regexp {
	if done, ok := patterns.Load(pattern); ok {
		return done.(*regexp.Regexp)
	}
	done := regexp.MustCompile(pattern)
	patterns.Store(pattern, done)
	return done
}

// whole returns a compiled pattern that matches whole texts.
func whole(pattern string) *regexp.Regexp { return compile("^(?:" + pattern + ")$") }
