package cli

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/networkfirewall/deployed"
)

type firewallCommand struct {
	Template []string `arg:"" optional:"" help:"${templates}"`
	Name     string   `help:"Only this firewall, policy or rule group: its name, logical id or construct path."`
	Format   string   `enum:"text,json,sarif,markdown" default:"text" help:"Output format: text, json, sarif or markdown."`
	templateFlags
}

// Run shows network firewalls and the mistakes in them.
func (f firewallCommand) Run(c console) error {
	a, err := f.load(f.Template...)
	if err != nil {
		return err
	}
	all := deployed.Read(a)
	if f.Name != "" {
		all = all.Find(f.Name)
		if len(all.Firewalls)+len(all.Policies)+len(all.Groups) == 0 {
			return fmt.Errorf("no network firewall, policy or rule group is called %q", f.Name)
		}
	}
	found := all.Check(a)
	text := ""
	switch f.Format {
	case "json":
		text, err = toJSON(firewallsJSON(all, found))
	case "sarif":
		text, err = sarif(found, firstFile(a))
	case "markdown":
		text = firewallsMarkdown(all, found)
	default:
		text = firewallsText(all, found)
	}
	return c.finish(text, err, len(found.With(diag.Error, diag.Finding)) > 0)
}
