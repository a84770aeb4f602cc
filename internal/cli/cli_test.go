package cli

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the expected outputs in testdata/script")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tierwall": func() { os.Exit(checkedMain(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }})
}

// TestScripts runs the command as users do. $ASSEMBLY is a cloud assembly of three tiers that CDK wrote, $ACTIONS the folder of the GitHub
// Actions.
func TestScripts(t *testing.T) {
	t.Parallel()
	assembly, err := filepath.Abs(filepath.Join("testdata", "assembly"))
	if err != nil {
		t.Fatal(err)
	}
	actions, err := filepath.Abs(filepath.Join("..", "..", ".github", "actions"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"), UpdateScripts: *update, RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("ASSEMBLY", assembly)
			env.Setenv("ACTIONS", actions)
			env.Setenv("COLUMNS", "1000") // Expectations hold whole lines; wrap.txtar is about wrapped ones.
			return os.CopyFS(filepath.Join(env.WorkDir, "cdk.out"), os.DirFS(assembly))
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){"replace": replace},
	})
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
