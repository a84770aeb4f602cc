// Package packed holds texts in a program in compressed form, so that the command stays small. It must not know what the texts are.
package packed

import (
	"bytes"
	"compress/gzip"
	"io"
	"sync"
)

// Text returns a function that unpacks what [Pack] made, on its first call. The function panics if data is something else: data is a part
// of the build, and a test of the package that embeds it compares it.
func Text(data []byte) func() string {
	return sync.OnceValue(func() string {
		r, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			panic("a text in this program is broken: " + err.Error())
		}
		text, err := io.ReadAll(r)
		if err != nil {
			panic("a text in this program is broken: " + err.Error())
		}
		return string(text)
	})
}

// Pack compresses a text. The bytes may change with the version of Go, so tests compare what they hold.
func Pack(text string) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // The level exists.
	_, _ = io.WriteString(w, text)                        // A bytes.Buffer has no errors.
	_ = w.Close()
	return b.Bytes()
}
