package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/iam/deployed"
)

// answer is what one endpoint makes of a call.
type answer struct {
	Endpoint   string   `json:"endpoint"`
	Decision   string   `json:"decision"`
	Statements []int    `json:"statements"`
	Unknown    []string `json:"unknown,omitempty"`
	Assumed    []string `json:"assumed,omitempty"`
	Notes      []string `json:"notes,omitempty"`
}

// ask asks the endpoints that a call may go through.
func (e endpointsCommand) ask(c console, all []deployed.Endpoint) error {
	request, err := e.request()
	if err != nil {
		return err
	}
	if e.Format == "sarif" {
		return errors.New("sarif is a format of findings: leave --action out, or use text, json or markdown")
	}
	asked, err := through(all, request)
	if err != nil {
		return err
	}
	var answers []answer
	passes := false
	for _, d := range asked {
		x := d.Evaluate(request)
		passes = passes || x.Decision == iam.Allowed
		by := append([]int{}, x.Statements...)
		answers = append(answers, answer{d.Resource.String(), x.Decision.String(), by, x.Unknown, x.Assumed, d.Notes()})
	}
	text, err := e.answersText(answers), error(nil)
	if e.Format == "json" {
		text, err = toJSON(answers)
	}
	return c.finish(text, err, !passes)
}

func (e endpointsCommand) answersText(answers []answer) string {
	t := &table{head: []string{"ENDPOINT", "CALL", "BY STATEMENT", "DEPENDS ON"}}
	var more []string
	for _, a := range answers {
		t.add(a.Endpoint, a.Decision, strings.Trim(fmt.Sprint(a.Statements), "[]"), strings.Join(a.Unknown, ", "))
		for _, given := range a.Assumed {
			more = append(more, "assumed: "+given)
		}
		for _, n := range a.Notes {
			more = append(more, "note: "+a.Endpoint+": "+n)
		}
	}
	slices.Sort(more)
	more = slices.Compact(more)
	if e.Format == "markdown" {
		return t.markdown() + "\n" + markdownList(more)
	}
	for i, m := range more {
		more[i] = printable(m) + "\n"
	}
	return t.text() + strings.Join(more, "")
}

// through are the endpoints that a call comes through: of the action's service, in the resource's Region.
func through(all []deployed.Endpoint, r iam.Request) ([]deployed.Endpoint, error) {
	prefix, _, _ := strings.Cut(r.Action, ":")
	region := ""
	if fields := iam.CutARN(r.Resource); fields != nil && !strings.ContainsAny(fields[3], "$*?") {
		region = fields[3]
	}
	var out []deployed.Endpoint
	elsewhere := ""
	for _, d := range all {
		switch {
		case d.Through().Prefix() != prefix:
		case region != "" && d.Region != "" && region != d.Region:
			elsewhere = fmt.Sprintf("; %s leads to %s, and the resource is in %s", d.Resource, d.Region, region)
		default:
			out = append(out, d)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("no VPC endpoint in the templates is one that " + r.Action + " goes through" + elsewhere)
	}
	return out, nil
}

// request is the call that the flags describe. All that is wrong with it is told at once.
func (e endpointsCommand) request() (iam.Request, error) {
	action, ok := catalog.ActionNamed(e.Action)
	if !ok {
		fix := ""
		if near := catalog.NearestAction(e.Action); near != "" {
			fix = "; the nearest one is " + near
		}
		return iam.Request{}, fmt.Errorf("there is no action %q%s", e.Action, fix)
	}
	keys, problem := e.keys()
	problems := []error{problem}
	resource, problem := e.resource(action)
	problems = append(problems, problem)
	if !iam.IsCaller(e.As) {
		problems = append(problems, fmt.Errorf("--as: nobody has the ARN %q; allowed are those of a role, a user, the root user and a session, as in "+
			"arn:aws:iam::111122223333:role/app or arn:aws:sts::111122223333:assumed-role/app/session; without --as it is "+
			"somebody without credentials", e.As))
	}
	return iam.Request{Principal: e.As, Action: action.Name, Resource: resource, Keys: keys}, errors.Join(problems...)
}

// resource is what the call is on.
func (e endpointsCommand) resource(action catalog.Action) (string, error) {
	switch {
	case e.Resource == "" && len(action.Resources) == 0, e.Resource == "*":
		return "*", nil
	case e.Resource == "":
		return "", fmt.Errorf("the call names no resource: %s; add it with --resource", iam.Fitting(action.Name))
	case !iam.IsFor(action, e.Resource):
		return "", fmt.Errorf("--resource: there is no such call: %s; got %q", iam.Fitting(action.Name), e.Resource)
	}
	return e.Resource, nil
}

// keys are the condition keys of the call. One that is named again has several values; one with an empty value is absent.
func (e endpointsCommand) keys() (map[string][]string, error) {
	out := map[string][]string{}
	var problems []error
	for _, text := range e.Key {
		key, value, ok := strings.Cut(text, "=")
		known, near := iam.HasKey(key)
		switch {
		case !ok:
			problems = append(problems, fmt.Errorf("--key: write KEY=VALUE, and KEY= for a key that the call does not have; got %q", text))
		case !known:
			problems = append(problems, fmt.Errorf("--key: there is no key %q%s", key, near))
		case strings.EqualFold(key, "aws:SourceIp") && value != "":
			problems = append(problems, errors.New("--key: calls through an endpoint have no aws:SourceIp; the caller's address is aws:VpcSourceIp"))
		}
		name := key
		for other := range out {
			if strings.EqualFold(other, key) {
				name = other // Keys have no case.
			}
		}
		out[name] = append(out[name], slices.DeleteFunc([]string{value}, func(v string) bool { return v == "" })...)
	}
	return out, errors.Join(problems...)
}
