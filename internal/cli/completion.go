package cli

import (
	"github.com/alecthomas/kong"

	"github.com/tierwall/tierwall/internal/cli/completion"
)

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"The shell: bash, zsh or fish."`
}

// Run prints the script for a shell.
func (s completionCommand) Run(c console, k *kong.Kong) error {
	return c.write(completion.Script(s.Shell, k.Model))
}
