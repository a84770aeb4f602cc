// Package env prepares the environment of a test process before CDK's kernel reads it.
//
// CDK's Go packages copy the environment when Go initialises them. Go initialises this package first because it imports
// only os. Do not add imports.
package env

import "os"

// Temp is the folder for temporary files of the process and of CDK's kernel. It is empty if it could not be made.
var Temp string

func init() {
	// CDK's own validation takes seconds for each process. It is off, unless the variable is set.
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
