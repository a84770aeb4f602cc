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

	"github.com/tierwall/tierwall/internal/cli"
)

// TestStart holds the start of the command: what packages do before main counts for every run. It also holds the size of the command.
func TestStart(t *testing.T) {
	t.Parallel()
	command := cli.Command(t)
	info, err := os.Stat(command)
	require.NoError(t, err)
	assert.Less(t, info.Size(), int64(20_000_000), "the size of the command in bytes")
	checkInit(t, command, "version")
}

// TestStartOfApp holds the start of a CDK app that imports packages of this module. It starts no Node.
func TestStartOfApp(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("-short leaves out what links the CDK library")
	}
	source := "package main\n\nimport (\n"
	for _, name := range []string{"tiers", "endpoints", "firewall", "waf", "waf/shield", "tiers/loadbalancer", "tiers/watch"} {
		source += "\t_ \"github.com/tierwall/tierwall/" + name + "\"\n"
	}
	file := filepath.Join(t.TempDir(), "main.go")
	require.NoError(t, os.WriteFile(file, []byte(source+")\n\nfunc main() {}\n"), 0o600))
	checkInit(t, cli.Built(t, file))
}

// checkInit runs a program, and checks what the packages of this module do before main. It counts allocations, as times depend on the
// machine.
func checkInit(t *testing.T, program string, args ...string) {
	t.Helper()
	const most, mostBytes, mostInAll, mostBytesInAll = 200, 10_000, 1_600, 100_000
	run := exec.Command(program, args...)
	run.Env = append(os.Environ(), "GODEBUG=inittrace=1", "TMPDIR="+t.TempDir()) // CDK's kernel leaves files there.
	out, err := run.CombinedOutput()
	require.NoError(t, err, "%s", out)
	form := regexp.MustCompile(`(?m)^init github\.com/tierwall/tierwall/(\S+) .* (\d+) bytes, (\d+) allocs$`)
	inits := form.FindAllStringSubmatch(string(out), -1)
	require.Greater(t, len(inits), 10, "packages with initialization, in\n%s", out)
	inAll, bytesInAll := 0, 0
	for _, m := range inits {
		bytes, _ := strconv.Atoi(m[2])
		allocations, _ := strconv.Atoi(m[3])
		assert.LessOrEqual(t, bytes, mostBytes, "bytes that %s allocates before main; make large tables lazy", m[1])
		assert.LessOrEqual(t, allocations, most, "allocations of %s before main; make large tables lazy", m[1])
		inAll, bytesInAll = inAll+allocations, bytesInAll+bytes
	}
	assert.LessOrEqual(t, bytesInAll, mostBytesInAll, "bytes of all packages before main")
	assert.LessOrEqual(t, inAll, mostInAll, "allocations of all packages before main")
}
