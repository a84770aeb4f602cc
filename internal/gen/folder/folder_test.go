package folder

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/gen/owned"
)

// TestLineEnds: a checkout with the line ends of Windows lacks nothing, and nobody has edited it.
func TestLineEnds(t *testing.T) {
	t.Parallel()
	code := owned.Code("network_gen.go", []byte("package main\n\nvar x = 1\n"), owned.Origin{Version: "v1", Source: "architecture.yaml"})
	template := owned.Template("Live/Shop.template.yaml", []byte("Resources:\n  A: {}\n"))
	dir := t.TempDir()
	f := opened(t, dir)
	require.NoError(t, f.Write([]owned.File{code, template}))
	for _, file := range []owned.File{code, template} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, file.Path), bytes.ReplaceAll(file.Data, []byte("\n"), []byte("\r\n")), 0o644))
	}
	c, err := f.Compare([]owned.File{code, template})
	require.NoError(t, err)
	assert.Empty(t, c)
	newer := owned.Code("network_gen.go", []byte("package main\n\nvar x = 2\n"), owned.Origin{Version: "v1", Source: "architecture.yaml"})
	c, err = f.Compare([]owned.File{newer})
	require.NoError(t, err)
	assert.Len(t, c.Files, 1)
	assert.Empty(t, c.Blocked)
}

// TestCase: two files that Windows and macOS take for one are an error, as one would replace the other.
func TestCase(t *testing.T) {
	t.Parallel()
	f := opened(t, t.TempDir())
	_, err := f.Compare([]owned.File{{Path: "Live/tierwall.json"}, {Path: "live/tierwall.json"}})
	require.ErrorContains(t, err, "Live/tierwall.json and live/tierwall.json differ in case only")
}

// TestModes: a file that somebody has protected is an error, and changes nothing. Other modes stay.
func TestModes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "network_gen.go")
	require.NoError(t, os.WriteFile(name, []byte("old\n"), 0o600))
	require.NoError(t, opened(t, dir).Write(files))
	info, err := os.Stat(name)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	require.NoError(t, os.Chmod(name, 0o444))
	before := content(t, dir)
	err = opened(t, dir).Write([]owned.File{{Path: "a.go", Data: []byte("a")}, {Path: "network_gen.go", Data: []byte("newer\n"), Owned: true}})
	require.ErrorContains(t, err, "network_gen.go: it is read-only\n    fix: make the file writable")
	require.ErrorContains(t, err, "nothing has changed")
	assert.Equal(t, before, content(t, dir))
}

// TestOddFiles: a folder in place of a file, a file in place of a folder and links are errors, before anything is written.
func TestOddFiles(t *testing.T) {
	t.Parallel()
	outside := t.TempDir()
	for want, prepare := range map[string]func(dir string) error{
		"main.go in .* is not a file":        func(dir string) error { return os.Mkdir(filepath.Join(dir, "main.go"), 0o755) },
		".github in .* is not a folder":      func(dir string) error { return os.WriteFile(filepath.Join(dir, ".github"), nil, 0o644) },
		"network_gen.go in .* is a symbolic": func(dir string) error { return os.Symlink(outside, filepath.Join(dir, "network_gen.go")) },
		".github in .* is a symbolic":        func(dir string) error { return os.Symlink(outside, filepath.Join(dir, ".github")) },
	} {
		dir := t.TempDir()
		require.NoError(t, prepare(dir))
		_, err := opened(t, dir).Compare(files)
		require.Error(t, err)
		assert.Regexp(t, want, err.Error())
	}
}

// TestStale: templates that are no longer made are stale. Edited ones, those of others, and those behind links are not.
func TestStale(t *testing.T) {
	t.Parallel()
	dir, elsewhere := t.TempDir(), t.TempDir()
	body := []byte("Resources:\n  A: {}\n")
	write := func(in, name string, data []byte) {
		path := filepath.Join(in, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, data, 0o644))
	}
	for _, name := range []string{"Live/Kept.template.yaml", "Live/Gone.template.yaml"} {
		write(dir, name, owned.Template(name, body).Data)
	}
	write(dir, "Live/Theirs.template.yaml", body)
	write(dir, "Live/Edited.template.yaml", append(owned.Template("x.yaml", body).Data, " # edited\n"...))
	write(elsewhere, "Other.template.yaml", owned.Template("x.yaml", body).Data)
	require.NoError(t, os.Symlink(elsewhere, filepath.Join(dir, "Linked")))
	f := opened(t, dir)
	stale, err := f.Stale("*/*.template.*", []owned.File{{Path: "Live/Kept.template.yaml"}})
	require.NoError(t, err)
	assert.Equal(t, []string{"Live/Gone.template.yaml"}, stale)
	require.NoError(t, f.Remove(stale[0]))
}
