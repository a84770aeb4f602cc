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

// Call is a call of an AWS service through a VPC endpoint. Texts may hold CDK tokens: *bucket.BucketArn() + "/uploads/a".
type Call struct {
	As       string // the ARN of a role or user; empty is somebody without credentials
	Action   string // "s3:GetObject"
	Resource string // an ARN, or "*" for actions that are for no resource
	// Keys are condition keys and their values. The account of caller and resource is the stack's if they do not say: others are surely
	// absent.
	Keys map[string]string
	// Denied says that the endpoint's policy must stop it; else it must let it through.
	Denied bool
}

// RequireCalls synthesizes the app that stack is in and asks the policy of one of its VPC endpoints, by the service's short name, "s3", its
// logical id or construct path, whether it lets calls through. A call whose fate is another one, or not known, fails the test.
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

// RequireNoOtherCalls is that an endpoint's policy lets nothing through but calls like these, in which actions and resources may be
// patterns with * and ?. Conditions make a policy stricter, and are no difference.
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
		t.Errorf("%s on %s passes as well [Statement %d]", b.Action, b.Resource, b.Statement)
	}
}

func endpointNamed(t testing.TB, stack awscdk.Stack, name string) (deployed.Endpoint, *cfn.Assembly) {
	t.Helper()
	root, ok := stack.Node().Root().(awscdk.App)
	if !ok {
		t.Fatalf("the stack %s is in no app", *stack.Node().Path())
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
		t.Fatalf("%d VPC endpoints are called %q, of %d in the app", len(found), name, len(all))
	}
	if found[0].Unknown != "" {
		t.Fatalf("the policy of %s is not known: %s", name, found[0].Unknown)
	}
	return found[0], a
}

// resolver puts what is in the templates in place of CDK's tokens.
type resolver struct {
	t     testing.TB
	stack awscdk.Stack
	a     *cfn.Assembly
}

func (r resolver) text(text string) string {
	expression, err := json.Marshal(r.stack.Resolve(&text))
	if err == nil {
		var v cfn.Value
		if v, err = r.a.Evaluate(*r.stack.TemplateFile(), expression); err == nil {
			return deployed.Text(v)
		}
	}
	r.t.Fatalf("%s cannot be found in the template: %v", text, err)
	return ""
}

// keys are the condition keys of a call.
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
