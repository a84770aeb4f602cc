package cli

import "runtime/debug"

type versionCommand struct{}

// Run prints the version of the module.
func (versionCommand) Run(c console) error {
	return c.print("tierwall " + moduleVersion() + "\n")
}

// moduleVersion returns the version of the module that the command is built from.
func moduleVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "(unknown)"
}
