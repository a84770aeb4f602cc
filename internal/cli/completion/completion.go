// Package completion writes scripts that complete the command line of a program in bash, zsh and fish. It reads the commands, flags and
// values from kong's model, and must not know the commands themselves.
package completion

import (
	"strings"

	"github.com/alecthomas/kong"
)

// Shells are the shells for which there is a script.
var Shells = []string{"bash", "zsh", "fish"}

// Script returns the script for one of Shells.
func Script(shell string, app *kong.Application) string {
	switch shell {
	case "bash":
		return bash(app)
	case "zsh":
		return zsh(app)
	}
	return fish(app)
}

// commands returns the visible commands below a node.
func commands(n *kong.Node) []*kong.Node {
	var out []*kong.Node
	for _, c := range n.Children {
		if c.Type == kong.CommandNode && !c.Hidden {
			out = append(out, c)
		}
	}
	return out
}

// walk calls visit for a node and all commands below it, each with the names that lead to it.
func walk(n *kong.Node, path []string, visit func(n *kong.Node, path []string)) {
	visit(n, path)
	for _, c := range commands(n) {
		walk(c, append(path[:len(path):len(path)], c.Name), visit)
	}
}

// flags returns the visible flags that a command takes, with those of the commands above it.
func flags(n *kong.Node) []*kong.Flag {
	var out []*kong.Flag
	for _, group := range n.AllFlags(true) {
		out = append(out, group...)
	}
	return out
}

// spellings returns the ways to write a flag, the long one first.
func spellings(f *kong.Flag) []string {
	out := []string{"--" + f.Name}
	if f.Short != 0 {
		out = append(out, "-"+string(f.Short))
	}
	return out
}

// takesValue reports whether a word follows a flag.
func takesValue(f *kong.Flag) bool { return !f.IsBool() && !f.IsCounter() }

// values returns the only values that an argument or flag may have.
func values(v *kong.Value) []string {
	if v.Enum == "" {
		return nil
	}
	return v.EnumSlice()
}

// takesFile reports whether the value of a flag is a file or folder, which its placeholder says.
func takesFile(f *kong.Flag) bool {
	return strings.Contains(f.PlaceHolder, "FILE") || strings.Contains(f.PlaceHolder, "FOLDER") || strings.Contains(f.PlaceHolder, "DIR")
}

// argumentValues returns the only words that an argument of a command may be. An argument with the tag complete:"commands" is the name of
// a command.
func argumentValues(n *kong.Node, v *kong.Value) []string {
	if v.Tag.Get("complete") != "commands" {
		return values(v)
	}
	for n.Parent != nil {
		n = n.Parent
	}
	var out []string
	for _, c := range commands(n) {
		out = append(out, c.Name)
	}
	return out
}

// isFile reports whether an argument may be a file. The tag complete says it of those that may not.
func isFile(v *kong.Value) bool { return v.Enum == "" && !v.Tag.Has("complete") }

// allArguments returns the words that the arguments of a command may be, and whether one of them may be a file.
func allArguments(n *kong.Node) (words []string, files bool) {
	for _, p := range n.Positional {
		words = append(words, argumentValues(n, p)...)
		files = files || isFile(p)
	}
	return words, files
}

// quote makes a single word of a text in bash, zsh and fish. Help texts hold no backslash before a quote.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
