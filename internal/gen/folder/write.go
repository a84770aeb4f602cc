package folder

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/tierwall/tierwall/internal/gen/owned"
)

// file is what Write needs of a file.
type file interface {
	io.WriteCloser
	Sync() error
}

// undo is how to take back the writing of a file.
type undo struct {
	path string
	was  []byte // nil if there was no file
}

// The name of a temporary file begins and ends with these. Between them are the number of the process, so that two runs at a time do not
// write into one file, and the file's name.
const (
	temporaryPrefix = ".tierwall-"
	temporarySuffix = ".tmp"
)

// Write writes all files, or none: each is written beside its place first, and then all are renamed, in their order. If the process is
// killed between two renames, each file is still either the old one or the new one: [Folder.Compare] finds the rest, and the next Write
// writes it. A file that is read-only is an error.
func (f *Folder) Write(files []owned.File) error {
	if err := f.make(); err != nil {
		return f.failed(err)
	}
	f.CleanUp(files)
	for batch := range slices.Chunk(files, together) {
		if err := f.stage(batch...); err != nil {
			return f.failed(err)
		}
	}
	for _, one := range files {
		if err := f.put(one); err != nil {
			return f.failed(err)
		}
	}
	for _, dir := range foldersOf(files) {
		f.syncNames(dir)
	}
	return nil
}

// foldersOf returns the folders of files.
func foldersOf(files []owned.File) []string {
	var out []string
	for _, one := range files {
		out = append(out, path.Dir(one.Path))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// syncNames asks the system to keep the names of the files in a folder, where it can.
func (f *Folder) syncNames(name string) {
	if dir, err := f.root.Open(name); err == nil {
		_ = dir.Sync()
		_ = dir.Close()
	}
}

// CleanUp removes the temporary files beside files, which a run that was killed has left.
func (f *Folder) CleanUp(files []owned.File) {
	if f.root == nil {
		return
	}
	for _, dir := range foldersOf(files) {
		f.removeTemporary(dir)
	}
}

// make makes the folder if it does not exist.
func (f *Folder) make() error {
	if f.root != nil {
		return nil
	}
	if err := os.MkdirAll(f.name, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(f.name)
	if err != nil {
		return err
	}
	f.use(root)
	f.made = true
	return nil
}

func temporary(name string) string {
	return path.Join(path.Dir(name), fmt.Sprint(temporaryPrefix, os.Getpid(), "-", path.Base(name), temporarySuffix))
}

// together is how many files the system is asked to keep at a time. It then writes them with fewer turns of the disk than one by one.
const together = 64

// stage writes files beside their places.
func (f *Folder) stage(files ...owned.File) error {
	var out []file
	var failed error
	for _, one := range files {
		staged, err := f.write(one)
		if staged != nil {
			out = append(out, staged)
		}
		if failed = err; err != nil {
			break
		}
	}
	return errors.Join(failed, keep(out, failed == nil))
}

// write writes a file beside its place, and leaves it open.
func (f *Folder) write(one owned.File) (file, error) {
	if err := f.mkdir(path.Dir(one.Path)); err != nil {
		return nil, err
	}
	mode, err := f.mode(one.Path)
	if err != nil {
		return nil, err
	}
	name := temporary(one.Path)
	out, err := f.create(name)
	if err != nil {
		return nil, err
	}
	if _, err = out.Write(one.Data); err == nil && mode != newMode {
		err = f.root.Chmod(name, mode)
	}
	return out, err
}

// keep closes files. If they are whole, it first waits until the system has them on the disk.
func keep(files []file, whole bool) error {
	errs := make([]error, len(files))
	var wait sync.WaitGroup
	for i, one := range files {
		wait.Go(func() {
			if whole {
				errs[i] = one.Sync()
			}
			errs[i] = errors.Join(errs[i], one.Close())
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

// newMode is the mode of new files.
const newMode fs.FileMode = 0o644

// errReadOnly is that somebody has protected a file, which a rename would replace nevertheless.
var errReadOnly = errors.New("it is read-only")

// mode returns the mode of a file, which stays.
func (f *Folder) mode(name string) (fs.FileMode, error) {
	info, err := f.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return newMode, nil
	case err != nil:
		return 0, err
	case info.Mode().Perm()&0o200 == 0:
		return 0, fmt.Errorf("%s: %w", name, errReadOnly)
	}
	return info.Mode().Perm(), nil
}

// mkdir makes a folder and those above it.
func (f *Folder) mkdir(name string) error {
	if name == "." {
		return nil
	}
	if err := f.mkdir(path.Dir(name)); err != nil {
		return err
	}
	err := f.root.Mkdir(name, 0o755)
	switch {
	case err == nil:
		f.mkdirs = append(f.mkdirs, name)
	case errors.Is(err, fs.ErrExist):
		return nil
	}
	return err
}

// put renames a staged file to its place.
func (f *Folder) put(one owned.File) error {
	was, err := f.root.ReadFile(one.Path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := f.rename(temporary(one.Path), one.Path); err != nil {
		return err
	}
	f.written = append(f.written, undo{one.Path, was})
	return nil
}

// failed takes everything back and returns the error of Write.
func (f *Folder) failed(cause error) error {
	left := f.takeBack()
	message := fmt.Errorf("%s cannot be written: %w\n    fix: %s", f.name, cause, advice(cause))
	if len(left) == 0 {
		return fmt.Errorf("%w\n    nothing has changed", message)
	}
	return fmt.Errorf("%w\n    these could not be put back: %s", message, strings.Join(left, ", "))
}

func advice(cause error) string {
	switch {
	case errors.Is(cause, syscall.ENOSPC):
		return "the disk is full; free some space and try again"
	case errors.Is(cause, errReadOnly):
		return "make the file writable, or choose another folder with --out"
	case errors.Is(cause, syscall.EROFS), errors.Is(cause, fs.ErrPermission):
		return "make the folder writable, or choose another one with --out"
	}
	return "choose another folder with --out, or mend this one"
}

// takeBack puts the folder back as it was, and returns the files for which that failed.
func (f *Folder) takeBack() []string {
	if f.root == nil {
		return nil
	}
	var left []string
	for _, u := range slices.Backward(f.written) {
		var err error
		if u.was == nil {
			err = f.root.Remove(u.path)
		} else if err = f.stage(owned.File{Path: u.path, Data: u.was}); err == nil {
			err = f.root.Rename(temporary(u.path), u.path)
		}
		if err != nil {
			left = append(left, u.path)
		}
	}
	f.removeTemporary(".")
	for _, dir := range slices.Backward(f.mkdirs) {
		f.removeTemporary(dir)
		_ = f.root.Remove(dir) // Fails if somebody else has put a file there.
	}
	if f.made {
		_ = os.Remove(f.name)
	}
	return left
}

// removeTemporary removes the temporary files in a folder.
func (f *Folder) removeTemporary(dir string) {
	entries, err := fs.ReadDir(f.root.FS(), dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), temporaryPrefix) && strings.HasSuffix(e.Name(), temporarySuffix) {
			_ = f.root.Remove(path.Join(dir, e.Name()))
		}
	}
}
