package tierstest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/iam/deployed"
)

// Call is a call of an AWS service through a VPC endpoint. All texts may contain CDK tokens: *bucket.BucketArn() + "/uploads/a".
type Call struct {
	As       string // the ARN of a role or user; empty is a caller without credentials
	Action   string // "s3:GetObject"
	Resource string // an ARN, or "*" for an action without a resource
	// Keys are condition keys and their values. If the ARNs and Keys name no account of the caller or the resource, it is the account of
	// the stack. The organisation of both is absent unless Keys has it.
	Keys map[string]string
	// Denied states that the endpoint's policy must deny the call. Otherwise the policy must allow the call.
	Denied bool
}

// RequireCalls synthesizes the app of stack and evaluates the policy of one VPC endpoint for each call. The endpoint is named by the short
// name of its service, "s3", by its logical id, or by its construct path. The test fails if a decision is not the expected one, or is
// unknown.
func RequireCalls(t testing.TB, stack awscdk.Stack, endpoint string, calls []Call) {
	t.Helper()
	d, a := endpointNamed(t, stack, endpoint)
	r := resolver{t, stack, a}
	for _, c := range calls {
		asked := iam.Request{Principal: r.text(c.As), Action: c.Action, Resource: r.text(c.Resource), Keys: r.keys(c)}
		e := d.Evaluate(asked)
		if c.Denied && e.Decision.IsDenied() || !c.Denied && e.Decision == iam.Allowed {
			continue
		}
		why := ""
		if len(e.Unknown) > 0 {
			why = ": it depends on " + strings.Join(e.Unknown, ", ")
		}
		for _, i := range e.Statements {
			why += fmt.Sprintf(" [Statement %d]", i)
		}
		t.Errorf("%s on %s as %s: %s%s", c.Action, asked.Resource, asked.Principal, e.Decision, why)
	}
}

// RequireNoOtherCalls synthesizes the app of stack and checks that the policy of an endpoint, named as in [RequireCalls], allows no other
// calls than these. Actions and resources may be patterns with * and ?. The test ignores conditions in the policy, which only make it
// stricter.
func RequireNoOtherCalls(t testing.TB, stack awscdk.Stack, endpoint string, calls []Call) {
	t.Helper()
	d, a := endpointNamed(t, stack, endpoint)
	r := resolver{t, stack, a}
	allowed := iam.Policy{}
	for _, c := range calls {
		s := iam.Statement{Effect: iam.Allow, Principal: iam.Everybody(), Actions: []string{c.Action}, Resources: []string{r.text(c.Resource)}}
		if c.As != "" {
			s.Conditions = []iam.Condition{{Operator: "ArnEquals", Key: iam.PrincipalArn, Values: []string{r.text(c.As)}}}
		}
		allowed.Statements = append(allowed.Statements, s)
	}
	for _, b := range d.Policy.Beyond(allowed) {
		t.Errorf("the policy also allows %s on %s [Statement %d]", b.Action, b.Resource, b.Statement)
	}
}

// endpointNamed synthesizes the app of stack and returns the one endpoint with a name.
func endpointNamed(t testing.TB, stack awscdk.Stack, name string) (deployed.Endpoint, *cfn.Assembly) {
	t.Helper()
	root, ok := stack.Node().Root().(awscdk.App)
	if !ok {
		t.Fatalf("the stack %s is not in an app", *stack.Node().Path())
	}
	if err := Synth(t, stack); err != nil {
		t.Fatalf("synth:\n%v", err)
	}
	a, err := cfn.Load([]string{*root.Outdir()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	all := deployed.Read(a)
	found := deployed.Find(all, name)
	if len(found) != 1 {
		t.Fatalf("%d VPC endpoints have the name %q, of %d in the app; want one", len(found), name, len(all))
	}
	if found[0].Unknown != "" {
		t.Fatalf("the policy of %s is unknown: %s", name, found[0].Unknown)
	}
	return found[0], a
}

// resolver replaces CDK tokens with their values in the templates.
type resolver struct {
	t     testing.TB
	stack awscdk.Stack
	a     *cfn.Assembly
}

// text returns a text without tokens. It fails the test if the templates do not have the value of a token.
func (r resolver) text(text string) string {
	expression, err := json.Marshal(r.stack.Resolve(&text))
	if err == nil {
		var v cfn.Value
		if v, err = r.a.Evaluate(*r.stack.TemplateFile(), expression); err == nil {
			return deployed.Text(v)
		}
	}
	r.t.Fatalf("the template has no value for %s: %v", text, err)
	return ""
}

// keys returns the condition keys of a call.
func (r resolver) keys(c Call) map[string][]string {
	account := r.text(*r.stack.Account())
	keys := map[string][]string{}
	for _, absent := range []string{iam.PrincipalOrgID, iam.ResourceOrgID} {
		keys[absent] = []string{}
	}
	keys[iam.ResourceAccount] = []string{account}
	if fields := iam.CutARN(r.text(c.Resource)); fields != nil && fields[4] != "" {
		keys[iam.ResourceAccount] = []string{fields[4]}
	}
	switch as := r.text(c.As); {
	case as == "":
		keys[iam.PrincipalAccount] = []string{}
	case iam.CutARN(as) == nil:
		keys[iam.PrincipalAccount] = []string{account} // A role of the app.
	}
	for key, value := range c.Keys {
		keys[key] = []string{r.text(value)}
	}
	return keys
}
