// Package apptest synthesizes many CDK apps in one test: it builds them into one program, because linking takes most of the time.
package apptest

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// App is the source of a CDK app.
type App struct {
	// Files are its files by their paths. Go files are of package main.
	Files map[string][]byte
	// Declare is the body of a function that makes the stacks in app, a variable of the type awscdk.App.
	Declare string
}

// Generated returns a generated app with the stacks of all environments.
func Generated(files map[string][]byte) App {
	return App{Files: files, Declare: "for _, env := range environments {\nnewStack(app, env)\n}"}
}

// Root returns the folder of this module.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "..")
}

// Module writes the go.mod and go.sum of a module that uses the source of this one, as generated apps do.
func Module(t testing.TB, dir string) {
	t.Helper()
	requires := read(t, filepath.Join(Root(), "internal", "gen", "app", "requires.txt"))
	write(t, dir, "go.mod", []byte("module example.com/apps\n\ngo 1.26\n\nrequire github.com/tierwall/tierwall v0.0.0\n\n"+string(requires)+
		"\nreplace github.com/tierwall/tierwall => "+Root()+"\n"))
	write(t, dir, "go.sum", read(t, filepath.Join(Root(), "go.sum")))
}

func read(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Go runs the go command in a folder, without the network.
func Go(t testing.TB, dir string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=readonly", "GOPROXY=off", "GOWORK=off", "CDK_VALIDATION=false",
		"TMPDIR="+t.TempDir(), // CDK's kernel leaves files there.
		"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=18,20,22,24")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// Synthesize synthesizes apps and returns the folders of their cloud assemblies by the names of the apps.
func Synthesize(t testing.TB, apps map[string]App) map[string]string {
	t.Helper()
	dir, out := t.TempDir(), map[string]string{}
	Module(t, dir)
	var imports, calls bytes.Buffer
	for i, name := range slices.Sorted(maps.Keys(apps)) {
		pkg := fmt.Sprintf("app%d", i)
		writePackage(t, filepath.Join(dir, pkg), pkg, apps[name])
		out[name] = filepath.Join(dir, pkg, "cdk.out")
		fmt.Fprintf(&imports, "%q\n", "example.com/apps/"+pkg)
		fmt.Fprintf(&calls, "synthesize(%q, %q, %s.Declare)\n", name, filepath.Join(dir, pkg), pkg)
	}
	write(t, dir, "main.go", []byte(strings.NewReplacer("IMPORTS", imports.String(), "CALLS", calls.String()).Replace(program)))
	if text, err := Go(t, dir, "run", "."); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return out
}

// program synthesizes the apps one after the other, each in its own folder. It says what fails, and goes on with the others.
const program = `package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/tiers"
IMPORTS)

var failed bool

func synthesize(name, dir string, declare func(awscdk.App)) {
	err := os.Chdir(dir)
	if err == nil {
		var app awscdk.App
		if app, err = tiers.NewApp(&awscdk.AppProps{AnalyticsReporting: new(false), Outdir: new(dir + "/cdk.out")}); err == nil {
			declare(app)
			err = tiers.Synth(app)
		}
	}
	if err != nil {
		failed = true
		fmt.Printf("%s: %v\n", name, err)
	}
}

func main() {
	CALLS
	if failed {
		os.Exit(1)
	}
}
`

var packageMain = regexp.MustCompile(`(?m)^package main$`)

func writePackage(t testing.TB, dir, pkg string, a App) {
	t.Helper()
	for name, data := range a.Files {
		switch {
		case strings.HasSuffix(name, "_test.go"), name == "go.mod":
			continue
		case path.Ext(name) == ".go":
			data = packageMain.ReplaceAll(data, []byte("package "+pkg))
		}
		write(t, dir, name, data)
	}
	write(t, dir, "declare.go", []byte("package "+pkg+"\n\nimport \"github.com/aws/aws-cdk-go/awscdk/v2\"\n\n"+
		"// Declare makes the stacks of the app.\nfunc Declare(app awscdk.App) {\n"+a.Declare+"\n}\n"))
}

func write(t testing.TB, dir, name string, data []byte) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
