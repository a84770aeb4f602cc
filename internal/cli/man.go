package cli

import (
	"github.com/alecthomas/kong"

	"github.com/tierwall/tierwall/internal/cli/manpage"
)

type manCommand struct {
	Command []string `arg:"" optional:"" complete:"commands" help:"The command. Default: tierwall itself."`
}

// Run prints the page of a command.
func (m manCommand) Run(c console, k *kong.Kong) error {
	n, err := manpage.Find(k.Model, m.Command)
	if err != nil {
		return err
	}
	return c.write(manpage.Page(n, "tierwall "+version()))
}
