package owned

import (
	"bytes"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// State says who wrote the content of a file that the generator owns.
type State int

const (
	// Generated is the content as the generator wrote it.
	Generated State = iota
	// Edited is content of the generator that somebody has changed.
	Edited
	// Foreign is content without the generator's header.
	Foreign
)

// declarationFile is the name of the file beside templates that says what they must carry.
const declarationFile = "tierwall.json"

// StateOf returns who wrote the content of an owned file.
func StateOf(path string, data []byte) State {
	text := string(unixLines(data))
	m := headerOf(path, text)
	switch {
	case strings.HasSuffix(path, "/"+declarationFile):
		return Generated // Nobody else writes a file of that name.
	case m == nil && strings.HasSuffix(path, ".json") && strings.HasPrefix(text, schemaStart):
		return Generated // "tierwall schema" prints a schema without the header.
	case m == nil:
		return Foreign
	case m[len(m)-1] != hash([]byte(text[len(m[0]):])):
		return Edited
	}
	return Generated
}

// headerOf returns the match of the header of an owned file; nil without one.
func headerOf(path, text string) []string {
	of := []*lazyregexp.Regexp{codeHeader}
	switch {
	case strings.HasSuffix(path, ".json"):
		of = []*lazyregexp.Regexp{schemaHeader, templateHeader}
	case strings.HasSuffix(path, ".yaml"):
		of = []*lazyregexp.Regexp{templateHeader, manifestHeader}
	}
	for _, form := range of {
		if m := form.FindStringSubmatch(text); m != nil {
			return m
		}
	}
	return nil
}

// Same reports whether two texts are the same but for the ends of their lines.
func Same(a, b []byte) bool { return bytes.Equal(unixLines(a), unixLines(b)) }

// unixLines returns a text with line feeds for the line ends of Windows, which Git may write when it checks files out.
func unixLines(data []byte) []byte { return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")) }
