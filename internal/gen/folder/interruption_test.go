package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The environment of the process that TestKilled kills: the folder, and the number of calls after which it dies.
const killedIn, killedAfter = "TIERWALL_TEST_KILLED_IN", "TIERWALL_TEST_KILLED_AFTER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(killedIn); dir != "" {
		writeAndDie(dir)
	}
	os.Exit(m.Run())
}

// writeAndDie writes the files, and kills its own process before one of the calls that create and rename.
func writeAndDie(dir string) {
	after, _ := strconv.Atoi(os.Getenv(killedAfter))
	die := func() {
		if after--; after < 0 {
			self, _ := os.FindProcess(os.Getpid())
			_ = self.Kill()
			select {} // Until the signal arrives.
		}
	}
	f, err := Open(dir)
	if err != nil {
		panic(err)
	}
	create, rename := f.create, f.rename
	f.create = func(name string) (file, error) { die(); return create(name) }
	f.rename = func(from, to string) error { die(); return rename(from, to) }
	fmt.Println(f.Write(files))
	os.Exit(0)
}

// TestKilled: a process that is killed between any two steps leaves whole files, old or new. The next run notices, writes the rest, and
// removes what the killed one left.
func TestKilled(t *testing.T) {
	t.Parallel()
	for after := range 2 * len(files) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "network_gen.go"), []byte("old\n"), 0o644))
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), killedIn+"="+dir, killedAfter+"="+strconv.Itoa(after))
		out, err := cmd.CombinedOutput()
		require.Error(t, err, "the process was to be killed: %s", out)
		for _, one := range files {
			data, err := os.ReadFile(filepath.Join(dir, one.Path))
			assert.True(t, errors.Is(err, fs.ErrNotExist) || string(data) == string(one.Data) || string(data) == "old\n", one.Path)
		}
		f := opened(t, dir)
		require.NoError(t, f.Write(files))
		requireWritten(t, dir)
	}
}

// requireWritten requires that the folder holds the files and nothing else.
func requireWritten(t *testing.T, dir string) {
	t.Helper()
	assert.Equal(t, map[string]string{
		".": "folder", ".github": "folder", ".github/workflows": "folder",
		"main.go": "package main\n", ".github/workflows/tierwall.yml": "name: tierwall\n", "network_gen.go": "new\n",
	}, content(t, dir))
}

// TestNoticed: after a run that was killed before the last file, the files that are written once are still lacking.
func TestNoticed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, ".tierwall-1-network_gen.go.tmp"), []byte("ne"), 0o644))
	f := opened(t, dir)
	c, err := f.Compare(files)
	require.NoError(t, err)
	require.Len(t, c.Files, 2)
	require.NoError(t, f.Write(c.Files))
	requireWritten(t, dir)
}

// TestCleanUp: what a killed run left goes away, even if there is nothing to write.
func TestCleanUp(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := opened(t, dir)
	require.NoError(t, f.Write(files))
	require.NoError(t, os.WriteFile(filepath.Join(dir, ".github", "workflows", ".tierwall-1-tierwall.yml.tmp"), nil, 0o644))
	f.CleanUp(files)
	requireWritten(t, dir)
}
