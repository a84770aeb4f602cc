package firewall

import (
	"io"
	"os"
)

// File reads a file, for [IPFeed] and [DomainFeed]. A file that cannot be read fails the synth, as a list with rubbish in it does.
// A relative path is one from the working directory, which for "cdk synth" is that of cdk.json.
func File(path string) io.Reader { return &file{path: path} }

// file is opened when it is read first, and closed at its end or at an error.
type file struct {
	path   string
	opened *os.File
	err    error // from then on
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
		f.opened.Close() //nolint:errcheck // It was read only.
	}
	return n, err
}
