package wiring

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
)

// SynthError puts the panic of a synth into one error. It prefers our own words to CDK's message, which holds the same errors in a form
// for machines.
func SynthError(app awscdk.App, cause any) error {
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
		if n, ok := s.(*Network); ok {
			found = append(found, n.circles(message)...)
		}
	}
	return found
}

// cycleFix is the way out of most circles between a network's stack and others: those by endpoints, whose policies name what was granted.
const cycleFix = "\n    fix: two stacks need each other. Where the network's stack needs the other one for what was granted to a tier, " +
	"make the bucket, the role, ... in\n    the network's stack or in one that does not need it, " +
	"or name its ARN: endpoints.ARN(\"arn:aws:s3:::...\"), endpoints.RoleARNs"

// validationHeader is how CDK begins the list of all validation errors.
const validationHeader = "ValidationFailedWithErrors: Validation failed with the following errors:"
