package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/gen/owned"
)

var files = []owned.File{
	{Path: "main.go", Data: []byte("package main\n")},
	{Path: ".github/workflows/tierwall.yml", Data: []byte("name: tierwall\n")},
	{Path: "network_gen.go", Data: []byte("new\n"), Owned: true},
}

// content returns the files in a folder, and its folders with the content "folder".
func content(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		require.NoError(t, err)
		name, _ := filepath.Rel(dir, path)
		if e.IsDir() {
			out[filepath.ToSlash(name)] = "folder"
			return nil
		}
		data, err := os.ReadFile(path)
		out[filepath.ToSlash(name)] = string(data)
		return err
	}))
	return out
}

func opened(t *testing.T, dir string) *Folder {
	t.Helper()
	f, err := Open(dir)
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestWrite(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "b")
	require.NoError(t, opened(t, dir).Write(files))
	assert.Equal(t, map[string]string{
		".": "folder", ".github": "folder", ".github/workflows": "folder",
		"main.go": "package main\n", ".github/workflows/tierwall.yml": "name: tierwall\n", "network_gen.go": "new\n",
	}, content(t, dir))
}

// TestFailuresChangeNothing: whichever step fails, the folder is as it was.
func TestFailuresChangeNothing(t *testing.T) {
	t.Parallel()
	full := fmt.Errorf("write: %w", syscall.ENOSPC)
	for step := range len(files) {
		for name, breakIt := range map[string]func(f *Folder){
			"rename": func(f *Folder) { f.rename = failAt(step, f.rename) },
			"create": func(f *Folder) {
				create, n := f.create, 0
				f.create = func(name string) (file, error) {
					if n++; n == step+1 {
						return nil, full
					}
					return create(name)
				}
			},
			"write": func(f *Folder) { spoil(f, step, func(out file) file { return fullFile{out, full} }) },
			"sync":  func(f *Folder) { spoil(f, step, func(out file) file { return unsyncedFile{out, full} }) },
			"close": func(f *Folder) { spoil(f, step, func(out file) file { return unclosedFile{out, full} }) },
		} {
			t.Run(fmt.Sprintf("%s %d", name, step), func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				require.NoError(t, os.WriteFile(filepath.Join(dir, "network_gen.go"), []byte("old\n"), 0o644))
				require.NoError(t, os.WriteFile(filepath.Join(dir, "mine.txt"), []byte("mine\n"), 0o644))
				before := content(t, dir)
				f := opened(t, dir)
				breakIt(f)
				err := f.Write(files)
				require.ErrorContains(t, err, "the disk is full; free some space and try again\n    nothing has changed")
				assert.Equal(t, before, content(t, dir))
			})
		}
	}
}

// spoil replaces one of the files that are created.
func spoil(f *Folder, step int, replaced func(file) file) {
	create, n := f.create, 0
	f.create = func(name string) (file, error) {
		out, err := create(name)
		if n++; n == step+1 {
			return replaced(out), err
		}
		return out, err
	}
}

// failAt returns a function that renames, but fails after some calls.
func failAt(step int, rename func(from, to string) error) func(from, to string) error {
	n := 0
	return func(from, to string) error {
		if n++; n > step {
			return fmt.Errorf("rename: %w", syscall.ENOSPC)
		}
		return rename(from, to)
	}
}

// fullFile is a file on a disk without space.
type fullFile struct {
	file
	err error
}

func (f fullFile) Write(p []byte) (int, error) {
	n, _ := f.file.Write(p[:len(p)/2])
	return n, f.err
}

// unsyncedFile and unclosedFile are on a disk that notices late that it has no space.
type (
	unsyncedFile struct {
		file
		err error
	}
	unclosedFile struct {
		file
		err error
	}
)

func (f unsyncedFile) Sync() error  { return f.err }
func (f unclosedFile) Close() error { return errors.Join(f.file.Close(), f.err) }

func TestAdvice(t *testing.T) {
	t.Parallel()
	assert.Contains(t, advice(syscall.EROFS), "make the folder writable")
	assert.Contains(t, advice(fs.ErrPermission), "make the folder writable")
	assert.Contains(t, advice(syscall.ENOSPC), "the disk is full")
	assert.Contains(t, advice(errors.New("other")), "choose another folder")
}
