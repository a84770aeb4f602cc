package flowlog

import (
	"bufio"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/tierwall/tierwall/internal/flowlog/parquetfile"
)

// Files returns the files that paths name: files themselves, and all files in folders, sorted. Hidden files, markers such as "_SUCCESS" and
// the file with which AWS tests whether it may write are no logs.
func Files(paths []string) ([]string, error) {
	var out []string
	for _, path := range paths {
		if target, err := filepath.EvalSymlinks(path); err == nil { // A walk does not follow the first link either.
			path = target
		}
		if err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
			switch name := entry; {
			case err != nil:
				return err
			case file != path && isNoLog(name.Name()) && entry.IsDir():
				return filepath.SkipDir
			case entry.IsDir() || file != path && isNoLog(name.Name()):
				return nil
			}
			out = append(out, filepath.Clean(file))
			return nil
		}); err != nil {
			return nil, err
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	if len(out) == 0 {
		return nil, errors.New("there are no files in " + strings.Join(paths, ", "))
	}
	return out, nil
}

func isNoLog(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "aws-logs-write-test"
}

// fileReader reads files of all kinds.
type fileReader struct {
	text    textReader
	parquet parquetReader
	gzip    gzip.Reader
	buffer  *bufio.Reader
}

func newFileReader(given Format, symbols *Symbols, emit func(*Record)) *fileReader {
	return &fileReader{
		text:    textReader{symbols: symbols, given: given, emit: emit},
		parquet: parquetReader{symbols: symbols, emit: emit},
		buffer:  bufio.NewReaderSize(nil, 64<<10),
	}
}

// read reads one file and returns its problems.
func (f *fileReader) read(path string) []Problem {
	found := &problems{file: filepath.ToSlash(path)}
	f.text.problems, f.parquet.problems = found, found
	if err := f.open(path); err != nil {
		found.addText(0, "the file cannot be read: "+err.Error())
	}
	return found.list()
}

func (f *fileReader) open(path string) error {
	info, err := os.Stat(path) // Before it is opened, because that waits for a writer if it is a pipe.
	switch {
	case err != nil:
		return withoutPath(err)
	case !info.Mode().IsRegular():
		return errors.New("it is not a regular file; write what a pipe has into a file first")
	case info.Size() == 0:
		return errors.New("it is empty")
	}
	file, err := os.Open(path)
	if err != nil {
		return withoutPath(err)
	}
	defer func() { _ = file.Close() }() // It was only read.
	f.buffer.Reset(file)
	head, _ := f.buffer.Peek(4) // A shorter file is text.
	switch {
	case parquetfile.IsParquet(head):
		f.parquet.read(file, info.Size())
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		if err := f.gzip.Reset(f.buffer); err != nil {
			return err
		}
		f.text.read(&f.gzip, true)
	default:
		f.text.read(f.buffer, false)
	}
	return nil
}

// withoutPath returns an error about a file without the file's name, which messages begin with.
func withoutPath(err error) error {
	var named *fs.PathError
	if errors.As(err, &named) {
		return named.Err
	}
	return err
}
