package wiring

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
)

// Synth synthesizes the app. It returns CDK's panic as one error.
func Synth(app awscdk.App) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = synthError(app, r)
		}
	}()
	app.Synth(nil)
	return nil
}

// synthError returns the panic of a synthesis as one error. The message of CDK contains our errors in a form for machines; synthError
// replaces them with our own text.
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

// circlesOf returns the errors about declarations, in all networks, that are part of a circle of stacks.
func circlesOf(app awscdk.App, message string) diag.List {
	var found diag.List
	for _, s := range report.Sources(app) {
		if n, ok := s.(*Network); ok {
			found = append(found, n.circles(message)...)
		}
	}
	return found
}

// cycleFix is the fix for most circles between a network's stack and other stacks. The policies of endpoints cause them, because they name
// the granted resources.
const cycleFix = "\n    fix: two stacks depend on each other. " +
	"If the network's stack depends on the other one because of a grant to a tier, " +
	"make the bucket, the role, ... in\n    the network's stack or in a stack that does not depend on it, " +
	"or name its ARN: endpoints.ARN(\"arn:aws:s3:::...\"), endpoints.RoleARNs"

// validationHeader is the text with which CDK begins the list of all validation errors.
const validationHeader = "ValidationFailedWithErrors: Validation failed with the following errors:"
