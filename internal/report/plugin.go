package report

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/diag"
)

// pluginName is the first part of the ids with which users acknowledge findings: "tierwall::expired[...]".
const pluginName = "tierwall"

// The register implements awscdk.IPolicyValidationPlugin. CDK runs plugins when the root is synthesized, after it has written the
// templates.
var _ awscdk.IPolicyValidationPlugin = (*register)(nil)

// Name returns the prefix of every rule id.
func (r *register) Name() *string { return new(pluginName) }

// Version returns the version that CDK shows in its report.
func (r *register) Version() *string { return new(version()) }

// RuleIds returns the ids of all findings of this run.
func (r *register) RuleIds() *[]*string {
	var out []*string
	for _, f := range r.findings() {
		out = append(out, new(f.AcknowledgeID()))
	}
	return &out
}

// found is a finding or warning with the paths of the constructs that it concerns. An acknowledgement is valid if it is made on all of
// these constructs, or on constructs that contain them.
type found struct {
	diag.Diagnostic
	paths []string
}

// findings returns the findings and warnings of all sources and checks.
func (r *register) findings() []found {
	var out []found
	for _, s := range r.sources {
		for _, d := range s.Findings().With(diag.Finding, diag.Warning) {
			out = append(out, found{d, []string{s.Path()}})
		}
	}
	for _, c := range r.checks {
		for _, d := range c.list().With(diag.Finding, diag.Warning) {
			out = append(out, found{d, []string{d.Path}})
		}
	}
	return out
}

// Validate reports the findings, which fail synthesis unless they are acknowledged, and the warnings, which do not fail it.
func (r *register) Validate(context awscdk.IPolicyValidationContext) (report *awscdk.PolicyValidationPluginReport) {
	var violations []*awscdk.PolicyViolation
	success := true
	add := func(f found) {
		violations = append(violations, f.violation())
		success = success && f.Severity == diag.Warning
	}
	defer func() {
		if problem := recover(); problem != nil {
			add(found{diag.Diagnostic{Rule: "internal", Summary: fmt.Sprint(problem)}, []string{""}})
		}
		report = &awscdk.PolicyValidationPluginReport{Success: &success, Violations: &violations}
	}()
	for _, f := range r.findings() {
		add(f)
	}
	for _, f := range r.prove() {
		add(f)
	}
	for _, stack := range batch.Templates(context) {
		if d, ok := templateSize(stack.File); ok {
			add(found{d, []string{stack.Path}})
		}
	}
	return nil // The deferred function sets the result.
}

// violation returns a finding in CDK's form. CDK accepts acknowledgements only for the severity "error".
func (f found) violation() *awscdk.PolicyViolation {
	v := &awscdk.PolicyViolation{RuleName: new(f.AcknowledgeID()), Description: new(describe(f.Diagnostic)), Severity: new("error")}
	if f.Severity == diag.Warning {
		v.Severity = new("warning")
	}
	if f.Fix != "" {
		v.Fix = new(f.Fix)
	}
	var resources []*awscdk.PolicyViolatingResource
	for _, path := range f.paths {
		resources = append(resources, &awscdk.PolicyViolatingResource{ConstructPath: new(path), Locations: &[]*string{new(f.Where())}})
	}
	v.ViolatingResources = &resources
	return v
}

// describe returns the parts of a diagnostic for which CDK's report has no field.
func describe(d diag.Diagnostic) string {
	text := d.Path + ": " + d.Summary
	if at := d.Where(); at != "" {
		text += " (" + at + ")"
	}
	if d.Detail != "" {
		text += "\n" + d.Detail
	}
	return text
}
