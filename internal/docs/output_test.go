package docs

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cli"
)

// leftOut stands for lines that a page does not show.
const leftOut = "..."

// TestOutput runs the commands of all blocks of language "console": lines that begin with "$ ". The lines after a command are its output; a
// line "..." stands for any number of lines. The commands of a page run in a copy of testdata/folder. With -update, blocks without "..."
// are rewritten.
func TestOutput(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out what needs Node.js: the apps that the pages show")
	}
	if _, err := exec.LookPath("node"); err != nil && os.Getenv("TIERWALL_CI") == "" {
		t.Skip("the apps that the pages show need Node.js, which is not on the PATH")
	}
	t.Setenv("COLUMNS", "") // The pages show the default width.
	for _, p := range pages(t) {
		s := session{page: p, folder: t.TempDir()}
		require.NoError(t, os.CopyFS(s.folder, os.DirFS(filepath.Join(root, "internal", "docs", "testdata", "folder"))))
		for _, b := range p.blocks("console") {
			printed := s.run(t, b)
			switch {
			case matches(strings.Split(b.text, "\n"), strings.Split(printed, "\n")):
			case *update && !strings.Contains("\n"+b.text, "\n"+leftOut+"\n"):
				p.replace(t, b, printed)
			default:
				assert.Fail(t, "the page shows something else than the command prints", "%s:%d\n%s", p.path, b.line, printed)
			}
		}
	}
}

// session runs the commands that a page shows.
type session struct {
	page   page
	folder string // where the commands run
}

// run runs the commands of a block and returns the block with all of their output.
func (s session) run(t *testing.T, b block) string {
	t.Helper()
	var out strings.Builder
	for line := range strings.Lines(b.text) {
		command, ok := strings.CutPrefix(line, "$ ")
		if !ok {
			continue
		}
		out.WriteString(line)
		switch words := strings.Fields(command); words[0] {
		case "go":
			out.WriteString(s.goRun(t, words[2]))
		case "tierwall":
			out.WriteString(s.tierwall(t, words[1:]))
		default:
			require.Fail(t, "pages show go run and tierwall only", "%s:%d", s.page.path, b.line)
		}
	}
	require.NotEmpty(t, out.String(), "%s:%d: a block of language console has no command", s.page.path, b.line)
	return out.String()
}

// goRun runs an app. It writes cdk.out into the session's folder. "." is the first whole Go file that the page shows.
func (s session) goRun(t *testing.T, app string) string {
	t.Helper()
	if app == "." {
		app = s.page.path
	}
	command := exec.Command(program(t), app)
	command.Dir = root
	// CDK's kernel leaves files in TMPDIR.
	command.Env = append(os.Environ(), "CDK_VALIDATION=false", "CDK_OUTDIR="+filepath.Join(s.folder, "cdk.out"), "TMPDIR="+t.TempDir())
	out, err := command.Output()
	require.NoError(t, err, "%s", command)
	return strings.ReplaceAll(string(out), filepath.Join(s.folder, "cdk.out"), "cdk.out")
}

// tierwall runs the command, in this process.
func (s session) tierwall(t *testing.T, args []string) string {
	t.Helper()
	t.Chdir(s.folder)
	var out bytes.Buffer
	cli.Main(args, strings.NewReader(""), &out, &out)
	return out.String()
}

// matches compares what is shown with what is printed.
func matches(shown, printed []string) bool {
	switch {
	case len(shown) == 0:
		return len(printed) == 0
	case shown[0] == leftOut:
		for i := range len(printed) + 1 {
			if matches(shown[1:], printed[i:]) {
				return true
			}
		}
		return false
	case len(printed) == 0 || strings.TrimRight(shown[0], " ") != strings.TrimRight(printed[0], " "):
		return false
	}
	return matches(shown[1:], printed[1:])
}
