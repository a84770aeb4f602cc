package cli

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the expected outputs in testdata/script")

// TestScripts runs the command as users do. $ASSEMBLY is a cloud assembly of three tiers that CDK wrote, $ACTIONS the folder of the GitHub
// Actions.
func TestScripts(t *testing.T) {
	t.Parallel()
	programs := filepath.Dir(Command(t))
	assembly, err := filepath.Abs(filepath.Join("testdata", "assembly"))
	if err != nil {
		t.Fatal(err)
	}
	actions, err := filepath.Abs(filepath.Join("..", "..", ".github", "actions"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"), UpdateScripts: *update, RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", programs+string(filepath.ListSeparator)+env.Getenv("PATH"))
			env.Setenv("ASSEMBLY", assembly)
			env.Setenv("ACTIONS", actions)
			env.Setenv("COLUMNS", "1000") // Expectations hold whole lines; wrap.txtar is about wrapped ones.
			return os.CopyFS(filepath.Join(env.WorkDir, "cdk.out"), os.DirFS(assembly))
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){"replace": replace, "tierwall": tierwall},
	})
}

// tierwall runs the command. It also holds all JSON that the command writes against the command's schema.
func tierwall(ts *testscript.TestScript, neg bool, args []string) {
	err := ts.Exec("tierwall", args...)
	code := exitSuccess
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if neg != (code != exitSuccess) {
		ts.Fatalf("unexpected exit code %d", code)
	}
	if writesJSON(args) && (code == exitSuccess || code == exitFindings) {
		if err := validated(args[0], []byte(ts.ReadFile("stdout")), true); err != nil {
			ts.Fatalf("the JSON does not fit its schema: %v", err)
		}
	}
}

// TestScriptsAreChecked: "exec tierwall" would leave out the check of JSON.
func TestScriptsAreChecked(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "script", "*.txtar"))
	if err != nil || len(files) < 40 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil || strings.Contains(string(text), "exec tierwall ") {
			t.Errorf("%s: %v, or it says exec tierwall", file, err)
		}
	}
}

// replace FILE OLD NEW changes the first occurrence of a text in a file.
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace file old new")
	}
	text := ts.ReadFile(args[0])
	changed := replaceOnce(text, args[1], args[2])
	if changed == text {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(changed), 0o644))
}

func replaceOnce(text, old, replacement string) string {
	return strings.Replace(text, old, replacement, 1)
}
