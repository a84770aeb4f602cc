package cli

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/networkfirewall/deployed"
)

type firewallCommand struct {
	Template []string `arg:"" optional:"" help:"Cloud assembly, templates, or folders of them; cdk.out if none is named."`
	Name     string   `short:"n" help:"Only this firewall, policy or rule group, by name, logical id or construct path."`
	Format   string   `enum:"text,json,sarif,markdown" default:"text" help:"text, json, sarif or markdown."`
	templates
}

// Help says what the command looks at.
func (f firewallCommand) Help() string {
	return `Every firewall is shown with its policy and logs, every policy with its default actions, order and rule groups,
and every group with the capacity that its rules use of what it states. The checks are those of the constructs: what
AWS or Suricata refuses is an error; what AWS takes and what opens the firewall, or can never have an effect, is a
finding; what is probably a mistake is a warning. What only a deployment knows is said and not checked.

Exit codes: 0 neither errors nor findings, 1 errors or findings, 2 bad usage or input.`
}

// Run shows network firewalls and what is wrong with them.
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
