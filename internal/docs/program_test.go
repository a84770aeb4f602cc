package docs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/gen/apptest"
)

// shop is the example that the pictures show.
const shop = "examples/shop"

// programs is the folder of the program that the tests build.
var programs string

func TestMain(m *testing.M) {
	var err error
	if programs, err = os.MkdirTemp("", "tierwall-docs"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(programs)
	os.Exit(code)
}

// program returns a program that runs the app of its argument: the shop, or the one that a page shows. The first call builds it. It is one
// program, because linking takes most of the time.
func program(t *testing.T) string {
	t.Helper()
	file := filepath.Join(programs, "program")
	if _, err := os.Stat(file); err == nil {
		return file
	}
	var imports, cases strings.Builder
	for i, app := range apps(t) {
		pkg := fmt.Sprintf("app%d", i)
		app.write(t, filepath.Join(programs, pkg), pkg)
		fmt.Fprintf(&imports, "\t%q\n", "example.com/apps/"+pkg)
		fmt.Fprintf(&cases, "\tcase %q:\n\t\t%s.Main()\n", app.name, pkg)
	}
	source := "package main\n\nimport (\n\t\"os\"\n" + imports.String() + ")\n\nfunc main() {\n\tswitch os.Args[1] {\n" + cases.String() +
		"\tdefault:\n\t\tpanic(os.Args[1])\n\t}\n}\n"
	require.NoError(t, os.WriteFile(filepath.Join(programs, "main.go"), []byte(source), 0o600))
	apptest.Module(t, programs)
	out, err := apptest.Go(t, programs, "build", "-ldflags=-s -w", "-o", file, ".")
	require.NoError(t, err, out)
	return file
}

// app is an app of one Go file. Messages and reports name the lines of the file.
type app struct{ name, file, text string }

// apps returns the shop, and the first whole Go file of each page that has one.
func apps(t *testing.T) []app {
	t.Helper()
	file := filepath.Join(root, filepath.FromSlash(shop), "main.go")
	source, err := os.ReadFile(file)
	require.NoError(t, err)
	out := []app{{shop, file, string(source)}}
	for _, p := range pages(t) {
		for _, b := range p.blocks("go") {
			if strings.HasPrefix(b.text, "package main\n") {
				out = append(out, app{p.path, filepath.Join(t.TempDir(), "main.go"), b.text})
				break
			}
		}
	}
	return out
}

// write writes the app as a package with a function Main.
func (a app) write(t *testing.T, folder, pkg string) {
	t.Helper()
	text := strings.Replace(a.text, "package main\n", "package "+pkg+"\n", 1)
	text = strings.Replace(text, "\nfunc main() {", "\nfunc Main() {", 1)
	text = "//line " + a.file + ":1\n" + text
	require.NoError(t, os.Mkdir(folder, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "main.go"), []byte(text), 0o600))
}
