package cfn

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// ReadNamed reads a file that a user named. The file may be a symbolic link to a regular file. Pipes and devices are
// refused, because reading them may never end.
func ReadNamed(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, withoutPath(err)
	}
	return readRegular(file, info, func() (*os.File, error) { return os.Open(file) })
}

// ReadIn reads a file below a folder. The file may be a symbolic link that does not lead out of the folder.
func ReadIn(dir, file string) ([]byte, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, withoutPath(err)
	}
	defer func() { _ = root.Close() }() // The folder was only read.
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

// withoutPath returns the error without the path and the system call, because messages name the file themselves.
func withoutPath(err error) error {
	if failed := (*fs.PathError)(nil); errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

// explainEscape explains that a file is outside the folder that must contain it. Other errors are returned unchanged.
func explainEscape(root *os.Root, file string, err error) error {
	if err.Error() != "path escapes from parent" { // The os package exports no error value for this.
		return err
	}
	how := "is a path"
	if filepath.IsLocal(file) {
		how = "is, or is behind, a symbolic link"
	}
	return fmt.Errorf("%s %s that leads out of %s; put the file itself there", filepath.ToSlash(file), how, filepath.ToSlash(root.Name()))
}

// readRegular reads a regular file that is not larger than maxFileSize.
func readRegular(file string, info fs.FileInfo, open func() (*os.File, error)) ([]byte, error) {
	if !info.Mode().IsRegular() {
		return nil, &irregularError{file, describeMode(info.Mode())}
	}
	f, err := open()
	if err != nil {
		return nil, withoutPath(err)
	}
	defer func() { _ = f.Close() }() // The file was only read.
	data, err := io.ReadAll(io.LimitReader(f, maxFileSize+1))
	if err == nil && len(data) > maxFileSize {
		return nil, fmt.Errorf("%s is larger than %d MB, the limit for files read here", file, maxFileSize>>20)
	}
	return data, err
}

// irregularError reports that a path is not a regular file.
type irregularError struct{ file, what string }

func (e *irregularError) Error() string {
	return fmt.Sprintf("%s is %s; a regular file is needed", e.file, e.what)
}

// describeMode names the kind of a file that is not regular.
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
	return "not a regular file"
}
