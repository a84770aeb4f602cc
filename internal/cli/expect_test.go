package cli

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// FuzzExpectation checks that a line is either understood or rejected with an error.
func FuzzExpectation(f *testing.F) {
	lines := []string{
		"accept Web -> App tcp/8080", "deny internet -> Database postgresql,ssh", "accept ->", "deny a -> b -> c ping",
		"accept 10.0.0.1 -> My App udp/1-2",
	}
	for _, line := range lines {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		e, err := parseExpectation(line)
		if err == nil {
			assert.NotEmpty(t, e.from)
			assert.NotEmpty(t, e.to)
			assert.False(t, e.traffic.IsEmpty())
		}
	})
}
