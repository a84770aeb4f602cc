package diag

import (
	"cmp"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
)

// Position is a line of the user's source. The zero Position is unknown.
type Position struct {
	File string // with slashes, relative to its module's root where that is known
	Line int
}

// IsZero reports whether the position is unknown.
func (p Position) IsZero() bool { return p == Position{} }

// String returns "file:line", empty for the zero Position.
func (p Position) String() string {
	switch {
	case p.IsZero():
		return ""
	case p.Line == 0:
		return p.File
	}
	return p.File + ":" + strconv.Itoa(p.Line)
}

// MarshalText writes "file:line".
func (p Position) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText writes; the empty text is the zero Position.
func (p *Position) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*p = Position{}
		return nil
	}
	i := max(0, strings.LastIndex(string(text), ":"))
	file, number := string(text[:i]), string(text[min(i+1, len(text)):])
	line, err := strconv.Atoi(number)
	if err != nil || file == "" || line < 1 {
		return fmt.Errorf("%q is no position; write it as in \"main.go:12\"", text)
	}
	*p = Position{File: file, Line: line}
	return nil
}

func (p Position) compare(q Position) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line))
}

// Module is this library's module path.
var Module = strings.TrimSuffix(reflect.TypeFor[Position]().PkgPath(), "/internal/diag")

// Caller returns the line outside the library from which the current call came: the user's declaration. It also works
// inside callbacks from CDK, whose own frames are passed over.
func Caller() Position {
	pcs := make([]uintptr, 256) // Calls nest deeply where CDK calls back.
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		frame, more := frames.Next()
		if frame.Function != "" && !isLibrary(packageOf(frame.Function)) {
			return Position{File: normalise(frame.File), Line: frame.Line}
		}
		if !more {
			return Position{}
		}
	}
}

func isLibrary(pkg string) bool {
	return isOwn(pkg) || pkg == "reflect" || pkg == "runtime" || pkg == "encoding/json" ||
		strings.HasPrefix(pkg, "github.com/aws/jsii-runtime-go") ||
		strings.HasPrefix(pkg, "github.com/aws/aws-cdk-go/") ||
		strings.HasPrefix(pkg, "github.com/aws/constructs-go/")
}

// isOwn reports whether a package is this library itself. Examples and external test packages are its users.
func isOwn(pkg string) bool {
	inside, ok := strings.CutPrefix(pkg, Module+"/")
	return ok && !strings.HasPrefix(inside, "examples/") && !strings.HasSuffix(inside, "_test")
}

// packageOf cuts "example.com/a/b.(*T).Method" or "example.com/a/b.F.func1" down to "example.com/a/b".
func packageOf(function string) string {
	slash := strings.LastIndexByte(function, '/') + 1
	if dot := strings.IndexByte(function[slash:], '.'); dot >= 0 {
		return function[:slash+dot]
	}
	return function
}

// normalise makes a compiler's file name the same on every machine: relative to the root of its module.
func normalise(file string) string {
	file = filepath.ToSlash(file)
	if !path.IsAbs(file) && !filepath.IsAbs(filepath.FromSlash(file)) {
		// Built with -trimpath: "module/dir/file.go", or "./file.go" for a package given as files.
		return strings.TrimPrefix(path.Clean(file), mainModule()+"/")
	}
	if root := moduleRoot(path.Dir(file)); root != "" {
		return strings.TrimPrefix(file, root+"/")
	}
	return path.Base(file)
}

var mainModule = sync.OnceValue(func() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	return info.Main.Path
})

var roots sync.Map // directory -> module root, "" where there is none

func moduleRoot(dir string) string {
	if root, ok := roots.Load(dir); ok {
		return root.(string)
	}
	root := ""
	if _, err := os.Stat(filepath.FromSlash(path.Join(dir, "go.mod"))); err == nil {
		root = dir
	} else if parent := path.Dir(dir); parent != dir {
		root = moduleRoot(parent)
	}
	roots.Store(dir, root)
	return root
}
