package tiers

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
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
			err = synthError(app, r)
		}
	}()
	app.Synth(nil)
	return nil
}

// synthError prefers our own words to CDK's, which holds the same errors in a form for machines.
func synthError(app awscdk.App, cause any) error {
	var ours diag.List
	rest := fmt.Sprint(cause)
	for _, s := range report.Sources(app) {
		for _, d := range s.Findings().With(diag.Error) {
			ours = append(ours, d)
			rest = strings.Replace(rest, fmt.Sprintf("  [%s/%s] %s", s.Path(), emitterID, d.Message()), "", 1)
		}
	}
	if strings.Contains(rest, "DependencyCycle") {
		circles := circlesOf(app, rest)
		if len(circles) == 0 {
			rest += cycleFix
		}
		ours = append(ours, circles...)
	}
	if len(ours) == 0 {
		return errors.New(rest)
	}
	rest = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(rest), validationHeader))
	if rest == "" {
		return ours.Sorted().Err()
	}
	return fmt.Errorf("%w\n\n%s", ours.Sorted().Err(), rest)
}

// circlesOf returns the declarations of all networks that make a circle of stacks.
func circlesOf(app awscdk.App, message string) diag.List {
	var found diag.List
	for _, s := range report.Sources(app) {
		if s, ok := s.(source); ok {
			found = append(found, s.net.circles(message)...)
		}
	}
	return found
}

// cycleFix is the way out of most circles between a network's stack and others: those by endpoints, whose policies name what was granted.
const cycleFix = "\n    fix: two stacks need each other. Where the network's stack needs the other one for what was granted to a tier, make the bucket, the role, ... in\n" +
	"    the network's stack or in one that does not need it, or name its ARN: endpoints.ARN(\"arn:aws:s3:::...\"), endpoints.RoleARNs"

// validationHeader is how CDK begins the list of all validation errors.
const validationHeader = "ValidationFailedWithErrors: Validation failed with the following errors:"

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
