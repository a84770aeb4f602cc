package cli_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// commandNames returns the names of all commands, and the empty name for tierwall itself, from the pages.
func commandNames(t *testing.T) []string {
	t.Helper()
	out := []string{""}
	for i := 0; i < len(out); i++ {
		page := output(t, append([]string{"man"}, strings.Fields(out[i])...)...)
		_, list, _ := strings.Cut(page, ".SH \"COMMANDS\"\n")
		list, _, _ = strings.Cut(list, ".SH ")
		for _, m := range regexp.MustCompile(`(?m)^\.B (\S+)$`).FindAllStringSubmatch(list, -1) {
			out = append(out, strings.TrimSpace(out[i]+" "+strings.ReplaceAll(m[1], `\-`, "-")))
		}
	}
	require.Greater(t, len(out), 10)
	return out
}

// requireTool skips a test if the machine lacks a tool. Where everything must be tested, it fails.
func requireTool(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		require.Empty(t, os.Getenv("TIERWALL_CI"), "%s is missing", name)
		t.Skipf("%s is missing; its judgement is left out", name)
	}
}
