package tiers

import (
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
)

// pluginName is what findings are acknowledged under: "tierwall::expired[...]".
const pluginName = "tierwall"

// register is a construct at the root of the app that knows all of its networks. It is the validation plugin that reports
// findings and warnings: CDK runs plugins when the root is synthesized, after the templates are written.
type register struct {
	constructs.Construct
	networks  []*Network
	diagnoses []*diagnosis
	controls  []madeControl
}

const registerID = "TierwallFindings"

func registerFindings(n *Network) {
	r := findRegister(n)
	if r == nil {
		r = newRegister(n)
	}
	r.networks = append(r.networks, n)
}

func newRegister(scope constructs.IConstruct) *register {
	root := scope.Node().Root()
	r := &register{}
	constructs.NewConstruct_Override(r, root.(constructs.Construct), new(registerID))
	awscdk.Validations_Of(root).AddPlugins(&findingsPlugin{register: r})
	return r
}

func findRegister(scope constructs.IConstruct) *register {
	r, _ := scope.Node().Root().Node().TryFindChild(new(registerID)).(*register)
	return r
}

// Networks exists so that jsii sees a method of the type's own.
func (r *register) Networks() int { return len(r.networks) }

// findingsPlugin implements awscdk.IPolicyValidationPlugin.
type findingsPlugin struct{ register *register }

// Name returns the name in front of every rule id.
func (p *findingsPlugin) Name() *string { return new(pluginName) }

// Version returns the version that CDK reports.
func (p *findingsPlugin) Version() *string { return new("0.1.0") }

// RuleIds returns the ids of all findings of this run.
func (p *findingsPlugin) RuleIds() *[]*string {
	var out []*string
	for _, f := range p.register.findings() {
		out = append(out, new(f.AcknowledgeID()))
	}
	return &out
}

// found is a finding or warning with the paths of the constructs that it is about. An acknowledgement counts if it is made
// on all of them, or above.
type found struct {
	diag.Diagnostic
	paths []string
}

// findings are those of the networks and of further checks.
func (r *register) findings() []found {
	var out []found
	for _, n := range r.networks {
		for _, d := range n.findings.With(diag.Finding, diag.Warning) {
			out = append(out, found{d, []string{n.declared.Path}})
		}
	}
	for _, check := range r.diagnoses {
		for _, d := range check.list().With(diag.Finding, diag.Warning) {
			out = append(out, found{d, []string{d.Path}})
		}
	}
	return out
}

// Validate reports the findings, which fail the synth unless acknowledged, and the warnings, which do not.
func (p *findingsPlugin) Validate(context awscdk.IPolicyValidationContext) (report *awscdk.PolicyValidationPluginReport) {
	var violations []*awscdk.PolicyViolation
	success := true
	add := func(f found) {
		violations = append(violations, f.violation())
		success = success && f.Severity == diag.Warning
	}
	defer func() {
		if r := recover(); r != nil {
			add(found{diag.Diagnostic{Rule: "internal", Summary: fmt.Sprint(r)}, []string{""}})
		}
		report = &awscdk.PolicyValidationPluginReport{Success: &success, Violations: &violations}
	}()
	for _, f := range p.register.findings() {
		add(f)
	}
	for _, f := range p.register.prove() {
		add(f)
	}
	for _, stack := range *context.StackTemplates() {
		if d, ok := templateSize(*stack.TemplatePath); ok {
			add(found{d, []string{*stack.StackConstructPath}})
		}
	}
	return nil // The deferred function fills it in.
}

// violation puts a finding into CDK's words. CDK acknowledges the severity "error" alone.
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

// describe renders what CDK does not show in places of its own.
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

// templateSize holds a template against CloudFormation's limit, before a deployment is lost to it.
func templateSize(path string) (diag.Diagnostic, bool) {
	info, err := os.Stat(path)
	if err != nil || info.Size() <= plan.MaxBytes*4/5 {
		return diag.Diagnostic{}, false
	}
	d := diag.Diagnostic{
		Severity: diag.Warning, Rule: "template-size", Subject: info.Name(), Path: info.Name(), Summary: "the template nearly fills what CloudFormation takes",
		Detail: fmt.Sprintf("it has %d bytes; allowed are %d", info.Size(), plan.MaxBytes),
		Fix:    "before the first deployment, set Layout: tiers.NestedStacks, or spread the app over more stacks",
	}
	if info.Size() > plan.MaxBytes {
		d.Severity, d.Summary = diag.Finding, "the template is larger than CloudFormation takes"
	}
	return d, true
}
