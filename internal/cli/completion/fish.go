package completion

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// fish returns a script of complete commands. Each has a condition: the commands that the line must hold, and must not hold yet.
func fish(app *kong.Application) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# fish completion for %s. To load it, add to ~/.config/fish/config.fish: %[1]s completion fish | source\n", app.Name)
	walk(app.Node, nil, func(n *kong.Node, path []string) {
		b.WriteString("\n")
		complete := "complete -c " + app.Name + " -n " + quote(fishCondition(n, path))
		words, files := allArguments(n)
		if !files || len(commands(n)) > 0 {
			b.WriteString(complete + " -f\n")
		}
		for _, c := range commands(n) {
			fmt.Fprintf(&b, "%s -a %s -d %s\n", complete, c.Name, quote(c.Help))
		}
		if len(words) > 0 {
			fmt.Fprintf(&b, "%s -a %s\n", complete, quote(strings.Join(words, " ")))
		}
		for _, f := range flags(n) {
			b.WriteString(complete + fishFlag(f) + "\n")
		}
	})
	return b.String()
}

func fishCondition(n *kong.Node, path []string) string {
	var out []string
	for _, name := range path {
		out = append(out, "__fish_seen_subcommand_from "+name)
	}
	var below []string
	for _, c := range commands(n) {
		below = append(below, c.Name)
	}
	if len(below) > 0 {
		out = append(out, "not __fish_seen_subcommand_from "+strings.Join(below, " "))
	}
	return strings.Join(out, "; and ")
}

func fishFlag(f *kong.Flag) string {
	out := " -l " + f.Name
	if f.Short != 0 {
		out += " -s " + string(f.Short)
	}
	switch words := values(f.Value); {
	case !takesValue(f):
	case len(words) > 0:
		out += " -x -a " + quote(strings.Join(words, " "))
	case takesFile(f):
		out += " -r -F"
	default:
		out += " -x"
	}
	return out + " -d " + quote(f.Help)
}
