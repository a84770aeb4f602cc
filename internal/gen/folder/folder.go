package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/pmezard/go-difflib/difflib"

	"github.com/tierwall/tierwall/internal/gen/owned"
)

// Changes are what an app in a folder lacks.
type Changes struct {
	// Files are to be written, in this order.
	Files []owned.File
	// Kept are the files of a new app that are there already, and are not written.
	Kept []string
	// Differences are those between the files that belong to the generator and what it would write.
	Differences []Difference
	// Blocked are the owned files that somebody has edited, or that the generator did not write.
	Blocked []Difference
}

// Difference is that between a file and what the generator would write.
type Difference struct {
	Path  string
	State owned.State
	Text  string // in the unified format
}

// Folder is the folder of an app.
type Folder struct {
	name    string
	root    *os.Root // nil if the folder does not exist yet
	rename  func(from, to string) error
	create  func(name string) (file, error)
	made    bool     // Write has made the folder
	mkdirs  []string // that Write has made in it
	written []undo
}

// Open opens the folder of an app, which need not exist.
func Open(name string) (*Folder, error) {
	f := &Folder{name: name}
	root, err := os.OpenRoot(name)
	switch {
	case err == nil:
		f.use(root)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s cannot be the folder of the output: %w; choose a folder with --out", name, cause(err))
	}
	return f, nil
}

// cause returns why a file cannot be used, without its name, which the message has already.
func cause(err error) error {
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		return at.Err
	}
	return err
}

// use makes the root the folder's.
func (f *Folder) use(root *os.Root) {
	f.root, f.rename = root, root.Rename
	f.create = func(name string) (file, error) {
		return root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, newMode)
	}
}

// Close closes the folder.
func (f *Folder) Close() error {
	if f.root == nil {
		return nil
	}
	return f.root.Close()
}

// Compare returns what the app in the folder lacks. Files that are written once are lacking only if there is no app yet: Write puts the
// last file there after all others.
func (f *Folder) Compare(files []owned.File) (Changes, error) {
	var c Changes
	if err := checkNames(files); err != nil {
		return c, err
	}
	isApp := len(files) > 0 && f.exists(files[len(files)-1].Path)
	for _, file := range files {
		have, err := f.read(file.Path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			if file.Owned || !isApp {
				c.Files = append(c.Files, file)
			}
			if file.Owned {
				c.Differences = append(c.Differences, difference(file, nil))
			}
		case err != nil:
			return c, err
		case owned.Same(have, file.Data):
		case !file.Owned:
			if !isApp {
				c.Kept = append(c.Kept, file.Path)
			}
		default:
			c.Files = append(c.Files, file)
			d := difference(file, have)
			c.Differences = append(c.Differences, d)
			if d.State != owned.Generated {
				c.Blocked = append(c.Blocked, d)
			}
		}
	}
	return c, nil
}

// checkNames returns an error if two files have one name where case does not matter, as on Windows and macOS: one would replace the other.
func checkNames(files []owned.File) error {
	taken := map[string]string{}
	for _, file := range files {
		folded := strings.ToLower(file.Path)
		if other, ok := taken[folded]; ok {
			return fmt.Errorf("%s and %s differ in case only, and are one file on Windows and macOS: give one of them another name",
				other, file.Path)
		}
		taken[folded] = file.Path
	}
	return nil
}

func (f *Folder) exists(name string) bool {
	if f.root == nil {
		return false
	}
	_, err := f.root.Lstat(name)
	return err == nil
}

// read returns the content of a file. A symbolic link is an error: writing would follow it, or replace it.
func (f *Folder) read(name string) ([]byte, error) {
	if f.root == nil {
		return nil, fs.ErrNotExist
	}
	for _, at := range upTo(name) {
		info, err := f.root.Lstat(at)
		if err != nil {
			return nil, err
		}
		if err := f.plain(info, at, at == name); err != nil {
			return nil, err
		}
	}
	return f.root.ReadFile(name)
}

// upTo returns the folders that lead to a file, and the file.
func upTo(name string) []string {
	if dir := path.Dir(name); dir != "." {
		return append(upTo(dir), name)
	}
	return []string{name}
}

// plain returns an error unless what is there is a file or, on the way to one, a folder.
func (f *Folder) plain(info fs.FileInfo, name string, isFile bool) error {
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("%s in %s is a symbolic link, and may lead out of the folder: replace it by a file or folder", name, f.name)
	case isFile && !info.Mode().IsRegular():
		return fmt.Errorf("%s in %s is not a file: remove it, or choose another folder with --out", name, f.name)
	case !isFile && !info.IsDir():
		return fmt.Errorf("%s in %s is not a folder: remove it, or choose another folder with --out", name, f.name)
	}
	return nil
}

// difference compares a file with what is there; nil is nothing.
func difference(file owned.File, have []byte) Difference {
	from := file.Path
	if have == nil {
		from = "/dev/null"
	}
	text, err := difflib.GetUnifiedDiffString(difflib.UnifiedDiff{
		A: lines(have), B: lines(file.Data), FromFile: from, ToFile: file.Path + " (generated)", Context: 3,
	})
	if err != nil {
		text = err.Error()
	}
	return Difference{Path: file.Path, State: owned.StateOf(file.Path, have), Text: text}
}

func lines(data []byte) []string {
	if len(data) == 0 {
		return nil
	}
	return slices.Collect(strings.Lines(string(data)))
}
