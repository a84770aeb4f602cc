package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tierwall/tierwall/internal/gen/document"
)

// readArchitecture reads an architecture.yaml, which may be named by its folder. It also returns the path of the file.
func readArchitecture(path string) (string, []byte, error) {
	path = architectureFile(path)
	data, err := os.ReadFile(path)
	if err != nil {
		return path, nil, fmt.Errorf("%s cannot be read: %w; name the file of an architecture, or write a first one with \"tierwall new\"",
			path, cause(err))
	}
	return path, data, nil
}

// architectureFile returns the path of an architecture.yaml, which may be named by its folder.
func architectureFile(path string) string {
	if isFolder(path) {
		return filepath.Join(path, document.FileName)
	}
	return path
}

// isArchitecture reports whether a file looks like an architecture.yaml.
func isArchitecture(path string) bool {
	data, err := os.ReadFile(path)
	return err == nil && bytes.Contains(data, []byte("\ntiers:"))
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// cause returns why a file cannot be used, without the name of the file and of the system call.
func cause(err error) error {
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		return at.Err
	}
	return err
}
