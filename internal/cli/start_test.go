package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestStart holds the start of the command: what packages do before main counts for every run. It counts allocations, as times depend on
// the machine. It also holds the size of the command as it is released.
func TestStart(t *testing.T) {
	t.Parallel()
	const mostAllocations, mostBytes, mostSize = 700, 80_000, 26_000_000
	command := filepath.Join(t.TempDir(), "tierwall")
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", command, ".")
	build.Dir = filepath.Join("..", "..")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)

	info, err := os.Stat(command)
	require.NoError(t, err)
	assert.Less(t, info.Size(), int64(mostSize), "the size of the command in bytes")

	run := exec.Command(command, "version")
	run.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err = run.CombinedOutput()
	require.NoError(t, err, "%s", out)
	form := regexp.MustCompile(`(?m)^init github\.com/tierwall/tierwall/(\S+) .* (\d+) bytes, (\d+) allocs$`)
	inits := form.FindAllStringSubmatch(string(out), -1)
	require.Greater(t, len(inits), 10, "packages with initialization, in\n%s", out)
	for _, m := range inits {
		bytes, _ := strconv.Atoi(m[2])
		allocations, _ := strconv.Atoi(m[3])
		assert.LessOrEqual(t, bytes, mostBytes, "bytes that %s allocates before main; make large tables lazy", m[1])
		assert.LessOrEqual(t, allocations, mostAllocations, "allocations of %s before main; make large tables lazy", m[1])
	}
}
