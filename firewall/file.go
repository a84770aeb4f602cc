package firewall

import (
	"io"
	"os"
)

// File returns a reader of a file, for [IPFeed] and [DomainFeed]. If the file cannot be read, the synthesis fails. A relative path starts
// at the working directory, which is the directory of cdk.json when "cdk synth" runs the app.
func File(path string) io.Reader { return &file{path: path} }

// file opens its file at the first Read, and closes it at the end of the file or at an error.
type file struct {
	path   string
	opened *os.File
	err    error // of all further reads
}

// Read implements io.Reader.
func (f *file) Read(p []byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	if f.opened == nil {
		if f.opened, f.err = os.Open(f.path); f.err != nil {
			return 0, f.err
		}
	}
	n, err := f.opened.Read(p)
	if err != nil {
		f.err = err
		f.opened.Close() //nolint:errcheck // The file was only read.
	}
	return n, err
}
