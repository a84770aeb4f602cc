package completion

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// zsh returns a script with one function for each command.
func zsh(app *kong.Application) string {
	var b strings.Builder
	fmt.Fprintf(&b, "#compdef %s\n# zsh completion for %[1]s. To load it, add to ~/.zshrc: source <(%[1]s completion zsh)\n", app.Name)
	walk(app.Node, []string{"_" + app.Name}, func(n *kong.Node, path []string) {
		fmt.Fprintf(&b, "\n%s() {\n", strings.Join(path, "_"))
		if len(commands(n)) > 0 {
			writeZshCommands(&b, n, path)
		} else {
			b.WriteString("\t_arguments" + zshArguments(n) + "\n")
		}
		b.WriteString("}\n")
	})
	fmt.Fprintf(&b, "\nif [ \"$funcstack[1]\" = _%[1]s ]; then\n\t_%[1]s \"$@\"\nelse\n\tcompdef _%[1]s %[1]s\nfi\n", app.Name)
	return b.String()
}

// writeZshCommands writes the body of the function of a node that has commands.
func writeZshCommands(b *strings.Builder, n *kong.Node, path []string) {
	fmt.Fprintf(b, "\tlocal line state\n\tlocal -a commands\n\t_arguments -C%s \\\n\t\t'1: :->command' '*:: :->argument'\n\tcase $state in\n",
		zshFlags(n))
	b.WriteString("\tcommand)\n\t\tcommands=(\n")
	for _, c := range commands(n) {
		fmt.Fprintf(b, "\t\t\t%s\n", quote(c.Name+":"+c.Help))
	}
	b.WriteString("\t\t)\n\t\t_describe command commands\n\t\t;;\n\targument)\n\t\tcase $line[1] in\n")
	for _, c := range commands(n) {
		fmt.Fprintf(b, "\t\t%s) %s_%[1]s ;;\n", c.Name, strings.Join(path, "_"))
	}
	b.WriteString("\t\tesac\n\t\t;;\n\tesac\n")
}

func zshArguments(n *kong.Node) string {
	out := zshFlags(n)
	for i, p := range n.Positional {
		place := fmt.Sprint(i + 1)
		if p.IsCumulative() {
			place = "*"
		}
		out += " \\\n\t\t" + quote(place+":"+zshText(p.Help)+":"+zshAction(argumentValues(n, p), isFile(p)))
	}
	return out
}

// zshFlags returns a specification for each spelling of each flag. A flag that is given excludes itself, unless it may be repeated.
func zshFlags(n *kong.Node) string {
	out := ""
	for _, f := range flags(n) {
		prefix := "(" + strings.Join(spellings(f), " ") + ")"
		if f.IsCumulative() {
			prefix = "*"
		}
		for _, s := range spellings(f) {
			spec := prefix + s
			if takesValue(f) && strings.HasPrefix(s, "--") {
				spec += "="
			}
			spec += "[" + zshText(f.Help) + "]"
			if takesValue(f) {
				spec += ":" + zshText(f.FormatPlaceHolder()) + ":" + zshAction(values(f.Value), takesFile(f))
			}
			out += " \\\n\t\t" + quote(spec)
		}
	}
	return out
}

func zshAction(words []string, files bool) string {
	switch {
	case len(words) > 0:
		return "(" + strings.Join(words, " ") + ")"
	case files:
		return "_files"
	}
	return " "
}

// zshText escapes what ends a text in a specification.
func zshText(s string) string {
	return strings.NewReplacer(`\`, `\\`, ":", `\:`, "[", `\[`, "]", `\]`).Replace(s)
}
