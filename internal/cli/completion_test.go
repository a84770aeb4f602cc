package cli_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
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

// completers are programs that ask a shell what it proposes for each line. LISTED follows each answer.
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
	echo LISTED
done`,
	"fish": `source ./script
for line in $argv
	complete -C $line
	echo LISTED
end`,
	// A shell in a pseudo-terminal gets each line, a key that lists, and one that empties the line.
	"zsh": `zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1='> ' PS2= LISTMAX=1000 COLUMNS=200; stty -echo; autoload -U compinit; compinit -u -D; setopt no_beep"
zpty -w shell "list() { zle list-choices; zle -R; print 'LIS''TED' }; zle -N list; bindkey '^T' list; bindkey '^U' kill-whole-line"
zpty -w shell "source ./script; print rea''dy"
zpty -r shell output '*ready*'
for line in "$@"; do
	zpty -w -n shell "$line"$'\C-t'
	zpty -r shell output '*LISTED*'
	print -r -- "$output"
	zpty -w shell $'\C-u'
done`,
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("-short leaves out shells")
	}
	names := slices.Sorted(maps.Keys(completions))
	for shell, program := range completers {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			requireTool(t, shell)
			var lines []string
			for _, name := range names {
				lines = append(lines, completions[name].line)
			}
			for i, got := range complete(t, shell, program, lines) {
				c := completions[names[i]]
				assert.Contains(t, got, c.has, "what %s proposes for %q", shell, c.line)
				assert.NotContains(t, got, c.lacks, "what %s proposes for %q", shell, c.line)
			}
		})
	}
}

// complete returns what a shell proposes for each line, without the line itself and descriptions.
func complete(t *testing.T, shell, program string, lines []string) []string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"script": output(t, "completion", shell), "template.yaml": "", "expectations.txt": ""} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	args := append([]string{"-c", program, shell}, lines...)
	if shell == "fish" {
		args = append([]string{"--no-config", "-c", program}, lines...)
	}
	cmd := exec.Command(shell, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HOME="+dir, "ZDOTDIR="+dir, "TERM=dumb")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	parts := strings.Split(string(out), "LISTED")
	require.Len(t, parts, len(lines)+1, "%s", out)
	descriptions := regexp.MustCompile(`\t.*|  --? .*`)
	for i, line := range lines {
		parts[i] = descriptions.ReplaceAllString(strings.ReplaceAll(parts[i], line, ""), "")
	}
	return parts[:len(lines)]
}
