package cli

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// nextLines are commands that have something to do next, and what they name. They run in a folder with the templates of the pages.
var nextLines = []struct {
	args []string
	want string
}{
	{[]string{"new", "three-tier", "--name", "Shop", "--region", "eu-west-1", "-o", "it's mine.yaml"}, `plan 'it'\''s mine.yaml'`},
	{[]string{"plan", "usage/architecture.yaml"}, "generate usage/architecture.yaml"},
	{[]string{"show", "placed.yaml"}, "why placed/App placed/Database tcp/5432 placed.yaml"},
	{[]string{"show", "before.yaml"}, ""},
	{[]string{"diff", "before.yaml", "after.yaml"}, "why 10.0.0.0 after/Database tcp/5432 after.yaml"},
	{[]string{"diff", "before.yaml", "before.yaml"}, ""},
	{[]string{"diff", "before.yaml", "after.yaml", "--format", "json"}, ""},
	{[]string{"import", "before.yaml"}, "plan architecture.yaml"},
	{[]string{"prove", "cdk.out"}, ""},
	{[]string{"prove", "broken"}, "why App Data tcp/5432 broken"},
	{[]string{"usage", "usage/clean.log", "--against", "usage/architecture.yaml", "-e", "Production"},
		"usage usage/clean.log --against usage/architecture.yaml -e Production --propose"},
	{[]string{"upgrade", "before.yaml", "after.yaml"}, ""},
	{[]string{"why", "App", "Database", "ssh", "before.yaml"}, ""},
}

// TestNext: the command in the last line runs as a shell takes it, and people at a terminal alone see it.
func TestNext(t *testing.T) {
	assembly, err := filepath.Abs(filepath.Join("testdata", "assembly"))
	require.NoError(t, err)
	logs, err := txtar.ParseFile(filepath.Join("testdata", "script", "flowlogs.txtar"))
	require.NoError(t, err)
	t.Chdir(pagesFolder(t))
	require.NoError(t, os.Mkdir("usage", 0o700))
	for _, f := range logs.Files {
		if f.Name == "architecture.yaml" || f.Name == "clean.log" {
			require.NoError(t, os.WriteFile(filepath.Join("usage", f.Name), f.Data, 0o600))
		}
	}
	require.NoError(t, os.CopyFS("cdk.out", os.DirFS(assembly)))
	require.NoError(t, os.CopyFS("broken", os.DirFS(assembly)))
	broken := filepath.Join("broken", "Shop.template.json")
	text, err := os.ReadFile(broken)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(broken, bytes.ReplaceAll(text, []byte("5432"), []byte("5433")), 0o600))
	for _, test := range nextLines {
		printed, code := ran(t, test.args, true)
		_, command, found := strings.Cut(printed, "\nnext: tierwall ")
		assert.Equal(t, test.want != "", found, "%s: %s", test.args, printed)
		if !found {
			continue
		}
		require.NotEqual(t, exitUsage, code, printed)
		command = strings.TrimSuffix(command, "\n")
		assert.Equal(t, test.want, command, test.args)
		_, code = ran(t, shellWords(t, command), false)
		assert.NotEqual(t, exitUsage, code, command)
	}
	piped, _ := ran(t, []string{"show", "placed.yaml"}, false)
	assert.NotContains(t, piped, "next: ")
}

// ran runs the command with a terminal or without one.
func ran(t *testing.T, args []string, terminal bool) (printed string, code int) {
	t.Helper()
	var out, problems bytes.Buffer
	code = run(args, strings.NewReader(""), &out, &problems, terminal)
	if code == exitUsage {
		t.Log(args, problems.String())
	}
	return out.String(), code
}

// shellWords returns the words of a command, as a shell takes them.
func shellWords(t *testing.T, command string) []string {
	t.Helper()
	out, err := exec.Command("sh", "-c", `printf '%s\n' `+command).Output()
	require.NoError(t, err)
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

// pagesFolder returns a copy of the folder of templates that the pages use.
func pagesFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join("..", "docs", "testdata", "folder"))))
	return dir
}

func TestQuoted(t *testing.T) {
	t.Parallel()
	for _, word := range []string{
		"plain", "", "two words", "it's", "$HOME", "`id`", "a;b", "--flag=x", "*", "~", "!x", "a\\b", "\"", "(x)", "ü",
	} {
		assert.Equal(t, []string{word}, shellWords(t, quoted(word)))
	}
}
