package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// programs is the folder with the command that the tests built.
var programs string

func TestMain(m *testing.M) {
	var err error
	if programs, err = os.MkdirTemp("", "tierwall-cli"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(programs)
	os.Exit(code)
}

// command builds the command once. A process of it starts in half the time of one of the test binary, which has the libraries of tests.
var command = sync.OnceValues(func() (string, error) {
	out := filepath.Join(programs, "tierwall")
	return out, build(".", out)
})

// Command returns the command as it is released. Its folder has no other program.
func Command(t testing.TB) string {
	t.Helper()
	out, err := command()
	require.NoError(t, err)
	return out
}

// Built returns a program of a source in the root of the module, built as the command is released.
func Built(t testing.TB, source string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "program")
	require.NoError(t, build(source, out))
	return out
}

// build leaves out what Go reads from the repository, so that a test does not depend on the tag of the commit.
func build(source, out string) error {
	cmd := exec.Command("go", "build", "-buildvcs=false", "-ldflags=-s -w", "-o", out, source)
	cmd.Dir = filepath.Join("..", "..")
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", source, err, text)
	}
	return nil
}
