package cfn

import (
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
		return nil, err
	}
	return readRegular(file, info, func() (*os.File, error) { return os.Open(file) })
}

// ReadIn reads a file below a folder. It may be a link, as long as that does not lead out of the folder.
func ReadIn(dir, file string) ([]byte, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }() // It was only read.
	return readInRoot(root, file)
}

func readInRoot(root *os.Root, file string) ([]byte, error) {
	file = filepath.FromSlash(file)
	info, err := root.Stat(file)
	if err != nil {
		return nil, err
	}
	return readRegular(file, info, func() (*os.File, error) { return root.Open(file) })
}

// readRegular reads a file, which must be a regular one, up to a bit more than a template can have.
func readRegular(file string, info fs.FileInfo, open func() (*os.File, error)) ([]byte, error) {
	if !info.Mode().IsRegular() {
		return nil, &irregularError{file, irregular(info.Mode())}
	}
	f, err := open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // It was only read.
	return io.ReadAll(io.LimitReader(f, maxFileSize+1))
}

// irregularError says that a file is something else.
type irregularError struct{ file, what string }

func (e *irregularError) Error() string {
	return fmt.Sprintf("%s is %s; a regular file is needed", e.file, e.what)
}

// irregular names what a file is that is no regular one.
func irregular(mode fs.FileMode) string {
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
