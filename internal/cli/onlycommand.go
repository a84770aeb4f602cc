package cli

import (
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// onlyCommand has the parser leave out all commands but the one that the arguments start with. To read the flags of all takes a fifth of
// the start. It leaves out none if the arguments start with something else, or if the command shows all of them.
func onlyCommand(args []string) kong.Option {
	var others []string
	known := false
	for field := range reflect.TypeFor[commands]().Fields() {
		if _, isCommand := field.Tag.Lookup("cmd"); !isCommand {
			continue
		}
		if strings.ToLower(field.Name) == args[0] {
			known = true
		} else {
			others = append(others, field.Name)
		}
	}
	if !known || slices.Contains([]string{"completion", "man"}, args[0]) {
		others = nil
	}
	return kong.IgnoreFields(`^commands\.(` + strings.Join(others, "|") + `)$`)
}
