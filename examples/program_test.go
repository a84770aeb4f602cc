package examples

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// synthesizeAll synthesizes all examples in one program, because linking and starting CDK take longer than synthesis. In that program each
// example is a package with a function Main. The folder of the program exists only in an overlay of the go command, which keeps the linked
// program for the next run. Tests with -all run each example as it is.
func synthesizeAll(shared string, names []string) (map[string]*example, error) {
	here, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	overlay := map[string]string{}
	write := func(text string, path ...string) error {
		file := filepath.Join(shared, fmt.Sprint(len(overlay), ".go"))
		overlay[filepath.Join(append([]string{here, "together"}, path...)...)] = file
		return os.WriteFile(file, []byte(text), 0o600)
	}
	var imports, calls strings.Builder
	for i, name := range names {
		file := filepath.Join(here, name, "main.go")
		main, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		text := "//line " + file + ":1\n" + asPackage(string(main), name)
		if err := write(text, name, "main.go"); err != nil {
			return nil, err
		}
		fmt.Fprintf(&imports, "e%d \"github.com/tierwall/tierwall/examples/together/%s\"\n", i, name)
		fmt.Fprintf(&calls, "fmt.Print(%q)\ne%d.Main()\n", mark+name+"\n", i)
	}
	if err := write(fmt.Sprintf(together, &imports, &calls), "main.go"); err != nil {
		return nil, err
	}
	data, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(shared, "overlay.json"), data, 0o600); err != nil {
		return nil, err
	}
	return runAll(shared)
}

// mark is before the name of each example in the output of the program.
const mark = "=== example "

// together is the program.
const together = `package main

import (
	"fmt"

	%s)

func main() {
	%s}
`

// asPackage makes a package of a main package, without moving its lines. Its app writes its cloud assembly to a subfolder of EXAMPLES.
func asPackage(main, subfolder string) string {
	app := fmt.Sprintf(`tiers.NewApp(&awscdk.AppProps{Outdir: new(system.Getenv("EXAMPLES") + "/%s")})`, subfolder)
	return strings.NewReplacer(
		"\npackage main\n", "\npackage example; import system \"os\"\n", "\nfunc main() {", "\nfunc Main() {", "tiers.NewApp(nil)", app,
	).Replace(main)
}

// runAll runs the program.
func runAll(shared string) (map[string]*example, error) {
	var failure bytes.Buffer
	run := exec.Command("go", "run", "-overlay", filepath.Join(shared, "overlay.json"), "./together")
	// CDK's kernel leaves files in TMPDIR.
	run.Env = append(os.Environ(), "CDK_VALIDATION=false", "EXAMPLES="+shared, "TMPDIR="+shared)
	run.Stderr = &failure
	out, err := run.Output()
	if err != nil {
		return nil, fmt.Errorf("examples: %w\n%s\n%s", err, out, &failure)
	}
	all := map[string]*example{}
	for _, text := range strings.Split(string(out), mark)[1:] {
		name, printed, _ := strings.Cut(text, "\n")
		all[name] = &example{name: name, folder: filepath.Join(shared, name), printed: printed}
	}
	return all, nil
}
