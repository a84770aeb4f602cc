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

// NewApp makes a CDK app. Unlike awscdk.NewApp, it returns an error instead of panicking if Node.js is missing or too old. The cloud
// assembly is written to the folder "cdk.out", unless props or the environment variable CDK_OUTDIR name another folder. The cdk command
// sets CDK_OUTDIR. Props may be nil.
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

// Synth synthesizes the app into its cloud assembly. If networks or other constructs of this module have mistakes, it returns one error
// that lists all of them. It also returns any other failure of CDK as an error. CDK prints findings and warnings in its validation report.
func Synth(app awscdk.App) error {
	if app == nil {
		return errors.New("tiers.Synth: the app is nil")
	}
	return wiring.Synth(app)
}

// minimumNode is the oldest major version of Node.js that the CDK library supports. Older versions fail with messages that are hard to
// read: version 16 fails during synthesis, and version 12 prints the source of CDK's kernel.
const minimumNode = 20

// checkNode returns an error if there is no Node.js that can run CDK's kernel.
func checkNode() error {
	node := os.Getenv("JSII_NODE")
	if node == "" {
		node = "node"
	}
	fix := fmt.Sprintf("AWS CDK runs on Node.js: install version %d or later, and make sure that PATH contains it as node", minimumNode)
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
