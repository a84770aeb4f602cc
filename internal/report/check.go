package report

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/diag"
)

// AddCheck registers a function that is called at synthesis, when everything is wired. Errors that it returns fail synthesis. Findings
// and warnings are reported like those of networks.
func AddCheck(scope constructs.Construct, run func() diag.List) {
	b := &batch.Batch{}
	c := &check{run: run}
	b.Validate(scope, c.errors)
	found := askRegister(b, scope)
	b.Run()
	orNew(*found, scope).addCheck(c)
}

func (r *register) addCheck(c *check) { r.checks = append(r.checks, c) }

// check is a function that looks for problems, with the result of its last call.
type check struct {
	run   func() diag.List
	found diag.List
	done  bool
}

// errors calls the function and returns the errors. CDK calls it. A panic in a callback of CDK ends the process, so look recovers.
func (c *check) errors() (out []string) {
	c.look()
	for _, e := range c.found.With(diag.Error) {
		out = append(out, e.Message())
	}
	return out
}

// list returns all results. It calls the function if errors has not, because the synthesis skipped validation.
func (c *check) list() diag.List {
	if !c.done {
		c.look()
	}
	return c.found
}

// look calls the function.
func (c *check) look() {
	c.done = true
	defer func() {
		if r := recover(); r != nil {
			c.found = diag.List{{Rule: "internal", Summary: "a check failed; this is a defect of tierwall", Detail: fmt.Sprint(r)}}
		}
	}()
	c.found = c.run().Sorted()
}
