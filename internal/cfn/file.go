package cfn

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// ReadNamed reads a file that a user named. It may be a link to a file, but no pipe and no device: reading those may never end.
func ReadNamed(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, withoutPath(err)
	}
	return readRegular(file, info, func() (*os.File, error) { return os.Open(file) })
}

// ReadIn reads a file below a folder. It may be a link, as long as that does not lead out of the folder.
func ReadIn(dir, file string) ([]byte, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, withoutPath(err)
	}
	defer func() { _ = root.Close() }() // It was only read.
	return readInRoot(root, file)
}

func readInRoot(root *os.Root, file string) ([]byte, error) {
	file = filepath.FromSlash(file)
	info, err := root.Stat(file)
	if err != nil {
		return nil, explainEscape(root, file, withoutPath(err))
	}
	return readRegular(file, info, func() (*os.File, error) { return root.Open(file) })
}

// withoutPath is an error without the file and the name of the system call: messages name the file themselves.
func withoutPath(err error) error {
	if failed := (*fs.PathError)(nil); errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

// explainEscape says in plain words that a file is outside the folder that it must be in; other errors stay what they are.
func explainEscape(root *os.Root, file string, err error) error {
	if err.Error() != "path escapes from parent" { // The os package exports no error for it.
		return err
	}
	how := "is a path"
	if filepath.IsLocal(file) {
		how = "is, or is behind, a link"
	}
	return fmt.Errorf("%s %s that leads out of %s; put the file itself there", filepath.ToSlash(file), how, filepath.ToSlash(root.Name()))
}

// readRegular reads a file, which must be a regular one of at most the size of a template.
func readRegular(file string, info fs.FileInfo, open func() (*os.File, error)) ([]byte, error) {
	if !info.Mode().IsRegular() {
		return nil, &irregularError{file, describeMode(info.Mode())}
	}
	f, err := open()
	if err != nil {
		return nil, withoutPath(err)
	}
	defer func() { _ = f.Close() }() // It was only read.
	data, err := io.ReadAll(io.LimitReader(f, maxFileSize+1))
	if err == nil && len(data) > maxFileSize {
		return nil, fmt.Errorf("%s has more than %d MB; no file that is read here is that large", file, maxFileSize>>20)
	}
	return data, err
}

// irregularError says that a file is something else.
type irregularError struct{ file, what string }

func (e *irregularError) Error() string {
	return fmt.Sprintf("%s is %s; a regular file is needed", e.file, e.what)
}

// describeMode names what a file is that is no regular one.
func describeMode(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "no regular file"
}
