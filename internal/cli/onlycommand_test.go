package cli

import (
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestOnlyCommand: a command says the same of itself whether the parser knows the others or not. A flag in front makes it know them all.
func TestOnlyCommand(t *testing.T) {
	t.Parallel()
	said := func(args ...string) string {
		var out strings.Builder
		run(args, strings.NewReader(""), &out, &out, false)
		return out.String()
	}
	all, err := kong.New(&commands{}, kong.Vars{"templates": ""}, onlyCommand([]string{"--color=auto"}))
	require.NoError(t, err)
	assert.Greater(t, len(all.Model.Children), 20)
	for _, command := range all.Model.Children {
		for _, rest := range []string{"--help", "--nonsense", "--color"} {
			assert.Equal(t, said("--color=auto", command.Name, rest), said(command.Name, rest), "%s %s", command.Name, rest)
		}
		only, err := kong.New(&commands{}, kong.Vars{"templates": ""}, onlyCommand([]string{command.Name}))
		require.NoError(t, err)
		known := 1
		if command.Name == "completion" || command.Name == "man" {
			known = len(all.Model.Children)
		}
		assert.Len(t, only.Model.Children, known, command.Name)
	}
}
