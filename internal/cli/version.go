package cli

import "runtime/debug"

type versionCommand struct{}

// Run prints the version of the module.
func (versionCommand) Run(c console) error { return c.print("tierwall " + version() + "\n") }

// version returns the version of the module that the command was built from.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "(unknown)"
}
