package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// completions are command lines up to the cursor, with what a shell must propose and must not.
var completions = map[string]struct{ line, has, lacks string }{
	"command":         {"tierwall sho", "show", "diff"},
	"commands":        {"tierwall ", "endpoints", "--format"},
	"flag":            {"tierwall diff --k", "--known-only", "--format"},
	"values":          {"tierwall show --format ", "markdown", "sarif"},
	"values after =":  {"tierwall show --format=m", "markdown", "json"},
	"argument":        {"tierwall completion ", "fish", "show"},
	"page":            {"tierwall man ", "upgrade", "--format"},
	"flag of another": {"tierwall sid --as", "--assembly", "--assume-open"},
	"file":            {"tierwall prove --expect expect", "expectations.txt", "--expect"},
	"template":        {"tierwall show tem", "template.yaml", "expectations.txt"},
}

// completers are programs that ask a shell what it proposes for a line.
var completers = map[string]string{
	"bash": `source ./script
complete -p tierwall > complete.txt
grep -q -- '-o default -F _tierwall tierwall' complete.txt || exit 3
for line in "$@"; do
	read -ra COMP_WORDS <<< "${line//=/ = }"
	if [[ $line == *' ' ]]; then COMP_WORDS+=(''); fi
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_tierwall
	printf '%s\n' "${COMPREPLY[@]}"
	if [[ ${#COMPREPLY[@]} = 0 ]]; then compgen -f -- "${COMP_WORDS[COMP_CWORD]}"; fi # as "-o default" does
done`,
	"fish": `source ./script; complete -C $argv[1]`,
	// A shell in a pseudo-terminal gets the line and the key for a list. The end is marked by the next command.
	"zsh": `zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1='> ' PS2= LISTMAX=1000 COLUMNS=200; stty -echo; autoload -U compinit; compinit -u -D; setopt no_beep"
zpty -w shell "source ./script; bindkey '^X' list-choices; bindkey '^U' kill-whole-line; print rea''dy"
zpty -r shell output '*ready*'
zpty -w -n shell "$1"$'\C-x'
sleep 1
zpty -w shell $'\C-uprint D0\'\'NE'
zpty -r shell output '*D0NE*'
print -r -- "$output" | tail -n +2`,
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("-short leaves out shells")
	}
	for shell, program := range completers {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			requireTool(t, shell)
			for name, c := range completions {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					got := complete(t, shell, program, c.line)
					assert.Contains(t, got, c.has, "what %s proposes for %q", shell, c.line)
					assert.NotContains(t, got, c.lacks, "what %s proposes for %q", shell, c.line)
				})
			}
		})
	}
}

// complete returns what a shell proposes, without the line itself and descriptions.
func complete(t *testing.T, shell, program, line string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"script": output(t, "completion", shell), "template.yaml": "", "expectations.txt": ""} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	args := []string{"-c", program, shell, line}
	if shell == "fish" {
		args = []string{"--no-config", "-c", program, line}
	}
	cmd := exec.Command(shell, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HOME="+dir, "ZDOTDIR="+dir, "TERM=dumb")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	descriptions := regexp.MustCompile(`\t.*|  --? .*`)
	return descriptions.ReplaceAllString(strings.ReplaceAll(string(out), line, ""), "")
}
