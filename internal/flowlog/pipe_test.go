//go:build unix

package flowlog

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPipe names a pipe that nobody writes to, which must not be waited for.
func TestPipe(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	_, found, _ := readAll(t, Options{}, pipe)
	assert.Equal(t, []string{"pipe: the file cannot be read: it is not a regular file; write what a pipe has into a file first"}, found)
}
