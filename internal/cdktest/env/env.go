// Package env prepares the environment of a test process before CDK's kernel reads it.
//
// CDK's Go packages copy the environment when they are initialised. This package imports nothing but os, so that Go
// initialises it first. It must stay that way.
package env

import "os"

// Temp is the folder that the process's temporary files go to, CDK's kernel included; empty if it could not be made.
var Temp string

func init() {
	// CDK's own template validation takes two seconds a process. It stays on where somebody has set the variable.
	setDefault("CDK_VALIDATION", "false")
	setDefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "18,20,22,24")
	if dir, err := os.MkdirTemp("", "tierwall-test-"); err == nil {
		Temp = dir
		os.Setenv("TMPDIR", dir)
	}
}

func setDefault(name, value string) {
	if _, ok := os.LookupEnv(name); !ok {
		os.Setenv(name, value)
	}
}
