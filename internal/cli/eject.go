package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/tierwall/tierwall/internal/gen/app"
	"github.com/tierwall/tierwall/internal/gen/folder"
	"github.com/tierwall/tierwall/internal/gen/owned"
)

type ejectCommand struct {
	Dir   string `arg:"" optional:"" default:"." help:"Folder of the app. Default: the working directory."`
	Force bool   `help:"Eject the file although somebody has edited it."`
}

// Run ends the generator's ownership of an app.
func (e ejectCommand) Run(c console) error {
	name := filepath.Join(e.Dir, app.NetworkFile)
	data, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("there is no app to eject: %s: %w; name the folder of the app", name, cause(err))
	}
	switch owned.StateOf(app.NetworkFile, data) {
	case owned.Foreign:
		return fmt.Errorf("%s has no header of tierwall: it was ejected already, or somebody else wrote it", name)
	case owned.Edited:
		if !e.Force {
			return fmt.Errorf("%s was edited after tierwall wrote it: eject it as it is with --force", name)
		}
	}
	into, err := folder.Open(e.Dir)
	if err != nil {
		return err
	}
	defer func() { _ = into.Close() }()
	if err := into.Write([]owned.File{{Path: app.NetworkFile, Data: app.Eject(data)}}); err != nil {
		return err
	}
	return c.print(name + " is yours now: tierwall no longer writes it\n" +
		"remove the line //go:generate from main.go, and the step tierwall generate --check from .github/workflows/tierwall.yml\n")
}
