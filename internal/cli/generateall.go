package cli

import (
	"path/filepath"
	"strings"

	"github.com/tierwall/tierwall/internal/gen/folder"
	"github.com/tierwall/tierwall/internal/gen/owned"
)

// writeAll writes all files that a folder has, and removes those like a pattern that earlier runs wrote: of an environment, a tier or a
// format that is gone.
func (g generateCommand) writeAll(c console, files []owned.File, pattern string) error {
	into, err := folder.Open(g.Out)
	if err != nil {
		return err
	}
	defer func() { _ = into.Close() }()
	stale, err := into.Stale(pattern, files)
	if err != nil {
		return err
	}
	if g.Check && len(stale) > 0 {
		return c.finish("no longer generated: "+strings.Join(stale, ", ")+"\nnot up to date: run tierwall generate\n", nil, true)
	}
	if err := g.write(c, into, files); err != nil {
		return err
	}
	for _, name := range stale {
		if err := into.Remove(name); err != nil {
			return err
		}
		if err := c.print("removed " + filepath.Join(g.Out, filepath.FromSlash(name)) + "\n"); err != nil {
			return err
		}
	}
	return nil
}
