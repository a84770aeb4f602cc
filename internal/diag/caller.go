package diag

import (
	"os"
	"path"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
)

// Module is the path of this library's module.
const Module = "github.com/tierwall/tierwall"

// Caller returns the line of the user's code from which the current call came: the user's declaration. It skips the frames
// of this library and of CDK, so that it also works in callbacks from CDK.
func Caller() Position {
	pcs := make([]uintptr, 256) // Callbacks from CDK nest deeply.
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		frame, more := frames.Next()
		if frame.Function != "" && !isLibrary(packageOf(frame.Function)) {
			return source(frame.File, frame.Line)
		}
		if !more {
			return Position{}
		}
	}
}

// isLibrary reports whether a package is not the user's: it belongs to this library, to CDK or to the standard library.
func isLibrary(pkg string) bool {
	return isOwn(pkg) || pkg == "reflect" || pkg == "runtime" || pkg == "encoding/json" ||
		strings.HasPrefix(pkg, "github.com/aws/jsii-runtime-go") ||
		strings.HasPrefix(pkg, "github.com/aws/aws-cdk-go/") ||
		strings.HasPrefix(pkg, "github.com/aws/constructs-go/")
}

// isOwn reports whether a package belongs to this library. Its examples and external test packages are users of the library.
func isOwn(pkg string) bool {
	return strings.HasPrefix(pkg, Module+"/") && !strings.HasPrefix(pkg, Module+"/examples") && !strings.HasSuffix(pkg, "_test")
}

// packageOf returns the package of a function: "example.com/a/b" for "example.com/a/b.(*T).Method" or
// "example.com/a/b.F.func1".
func packageOf(function string) string {
	slash := strings.LastIndexByte(function, '/') + 1
	if dot := strings.IndexByte(function[slash:], '.'); dot >= 0 {
		return function[:slash+dot]
	}
	return function
}

// normalise makes a file name from the compiler independent of the machine: relative to the root of its module.
func normalise(file string) string {
	file = filepath.ToSlash(file)
	if !path.IsAbs(file) && !filepath.IsAbs(filepath.FromSlash(file)) {
		// With -trimpath, the name is "module/dir/file.go", or "./file.go" for a package given as files.
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

var roots sync.Map // by directory: the module root, or "" if there is none

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
