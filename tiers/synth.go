package tiers

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/internal/wiring"
)

// NewApp makes a CDK app, as awscdk.NewApp does, with two differences: where Node.js is missing or too old it returns an
// error that says so instead of panicking, and the cloud assembly goes to "cdk.out" unless props or the environment
// variable CDK_OUTDIR, which the cdk command sets, name another folder. Props may be nil.
func NewApp(props *awscdk.AppProps) (app awscdk.App, err error) {
	if err := checkNode(); err != nil {
		return nil, err
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("CDK did not start: %v", r)
		}
	}()
	all := awscdk.AppProps{}
	if props != nil {
		all = *props
	}
	if all.Outdir == nil && os.Getenv("CDK_OUTDIR") == "" {
		all.Outdir = new("cdk.out")
	}
	return awscdk.NewApp(&all), nil
}

// Synth synthesizes the app into its cloud assembly. What is wrong with its networks comes back as one error that lists
// everything; so does any other failure of CDK. Findings and warnings are printed by CDK in its validation report.
func Synth(app awscdk.App) (err error) {
	if app == nil {
		return errors.New("tiers.Synth: the app is nil")
	}
	defer func() {
		if r := recover(); r != nil {
			err = wiring.SynthError(app, r)
		}
	}()
	app.Synth(nil)
	return nil
}

// minimumNode is the oldest major version of Node.js that the CDK library supports. Older ones fail in ways that are hard
// to read: version 16 in the middle of a synth, version 12 with the whole of CDK's kernel on the screen.
const minimumNode = 20

// checkNode says what keeps CDK's kernel from running: it needs Node.js.
func checkNode() error {
	node := os.Getenv("JSII_NODE")
	if node == "" {
		node = "node"
	}
	fix := fmt.Sprintf("AWS CDK runs on Node.js: install version %d or later, and have it in the PATH as node", minimumNode)
	path, err := exec.LookPath(node)
	if err != nil {
		return fmt.Errorf("Node.js is missing: %w\n    fix: %s", err, fix)
	}
	out, err := exec.Command(path, "--version").Output()
	if err != nil {
		return fmt.Errorf("Node.js does not run: %s --version: %w\n    fix: %s", path, err, fix)
	}
	version := strings.TrimSpace(string(out))
	major, _, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	if n, err := strconv.Atoi(major); err != nil || n < minimumNode {
		return fmt.Errorf("Node.js is too old: %s is %s\n    fix: %s", path, version, fix)
	}
	return nil
}
