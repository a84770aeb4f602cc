package folder

import (
	"io/fs"
	"slices"

	"github.com/tierwall/tierwall/internal/gen/owned"
)

// Stale returns the files like a pattern that the generator wrote in earlier runs and that are not among the files. It leaves out those
// that somebody has edited, and symbolic links and what is behind them.
func (f *Folder) Stale(pattern string, files []owned.File) ([]string, error) {
	if f.root == nil {
		return nil, nil
	}
	found, err := fs.Glob(f.root.FS(), pattern)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(found, func(name string) bool {
		if slices.ContainsFunc(files, func(file owned.File) bool { return file.Path == name }) {
			return true
		}
		data, err := f.read(name)
		return err != nil || owned.StateOf(name, data) != owned.Generated
	}), nil
}

// Remove removes a file.
func (f *Folder) Remove(name string) error { return f.root.Remove(name) }
