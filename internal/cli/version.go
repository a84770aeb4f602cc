package cli

import "runtime/debug"

type versionCommand struct{}

// Run prints the version of the module.
func (versionCommand) Run(c console) error {
	version := "(unknown)"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
	}
	return c.print("tierwall " + version + "\n")
}
