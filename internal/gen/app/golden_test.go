package app

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/owned"
)

var update = flag.Bool("update", false, "rewrite the golden apps in testdata")

// cases returns the folders in testdata. Each has a document, and its app in the folder app.
func cases(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "*", document.FileName))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var folders []string
	for _, f := range files {
		folders = append(folders, filepath.Dir(f))
	}
	return folders
}

// generated returns the app of the document in a folder.
func generated(t *testing.T, folder string) []owned.File {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, document.FileName))
	require.NoError(t, err)
	d, problems := document.Parse(document.FileName, data)
	require.False(t, problems.HasErrors(), "%s", problems)
	files, diags := Files(d, options(filepath.Base(folder), data))
	require.Empty(t, diags.String())
	return files
}

func options(name string, input []byte) Options {
	return Options{Module: "example.com/" + name, Version: "v0.9.0", Source: document.FileName, Input: input}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, folder := range cases(t) {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			files := generated(t, folder)
			assert.Equal(t, files, generated(t, folder), "the same document makes the same app")
			golden := filepath.Join(folder, "app")
			if *update {
				rewrite(t, golden, files)
			}
			var paths []string
			for _, f := range files {
				paths = append(paths, goldenPath(f.Path))
				want, err := os.ReadFile(filepath.Join(golden, goldenPath(f.Path)))
				require.NoError(t, err, "run go test -update")
				assert.Equal(t, string(want), string(f.Data), f.Path)
			}
			slices.Sort(paths)
			assert.Equal(t, paths, filesIn(t, golden))
		})
	}
}

// goldenPath returns the path of a file in a golden app. Go files and go.mod end in .txt, so that no tool takes them for this module's.
func goldenPath(path string) string {
	if filepath.Ext(path) == ".go" || path == "go.mod" || path == ".gitignore" {
		return path + ".txt"
	}
	return path
}

func rewrite(t *testing.T, folder string, files []owned.File) {
	t.Helper()
	require.NoError(t, os.RemoveAll(folder))
	for _, f := range files {
		path := filepath.Join(folder, filepath.FromSlash(goldenPath(f.Path)))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, f.Data, 0o644))
	}
}

func filesIn(t *testing.T, folder string) []string {
	t.Helper()
	var out []string
	require.NoError(t, filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			relative, _ := filepath.Rel(folder, path)
			out = append(out, filepath.ToSlash(relative))
		}
		return err
	}))
	slices.Sort(out)
	return out
}
