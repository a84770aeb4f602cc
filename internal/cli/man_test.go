package cli_test

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cli"
)

// TestManPages has groff judge every page. Its rendered text must have what the help has.
func TestManPages(t *testing.T) {
	t.Parallel()
	requireTool(t, "groff")
	for _, command := range commandNames(t) {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"man"}, strings.Fields(command)...)
			text := render(t, output(t, args...))
			for _, section := range []string{"NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS"} {
				assert.Contains(t, text, "\n"+section+"\n")
			}
			help := strings.Join(strings.Fields(output(t, append(strings.Fields(command), "--help")...)), " ")
			_, examples, _ := strings.Cut(text, "\nEXAMPLES\n")
			examples, _, _ = strings.Cut(examples, "\nSEE ALSO\n")
			for line := range strings.Lines(examples) {
				assert.Contains(t, help, strings.TrimSpace(line))
			}
			_, status, _ := strings.Cut(text, "\nEXIT STATUS\n")
			assert.Contains(t, status, "0  ")
		})
	}
}

func TestManOfNothing(t *testing.T) {
	t.Parallel()
	var out, errors bytes.Buffer
	assert.Equal(t, 2, cli.Main([]string{"man", "shwo"}, nil, &out, &errors))
	assert.Contains(t, errors.String(), `tierwall has no command "shwo"; allowed are new, plan`)
	assert.Empty(t, out.String())
}

// render formats a page. It fails the test for every warning.
func render(t *testing.T, page string) string {
	t.Helper()
	cmd := exec.Command("groff", "-man", "-ww", "-Tascii", "-P-cbou", "-rLL=200n")
	cmd.Stdin = strings.NewReader(page)
	var out, warnings bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &warnings
	require.NoError(t, cmd.Run(), "%s", &warnings)
	assert.Empty(t, warnings.String())
	return out.String()
}

// output returns what the command prints.
func output(t *testing.T, args ...string) string {
	t.Helper()
	var out, errors bytes.Buffer
	require.Zero(t, cli.Main(args, strings.NewReader(""), &out, &errors), "%s", &errors)
	return out.String()
}
