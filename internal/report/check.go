package report

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/diag"
)

// AddCheck has run called when the app is synthesized, after all wiring. Its errors fail the synth; its findings and warnings are
// reported like those of networks.
func AddCheck(scope constructs.Construct, run func() diag.List) {
	c := &check{run: run}
	scope.Node().AddValidation(c)
	r := registerOf(scope)
	r.checks = append(r.checks, c)
}

// check is a function that looks for problems, and what the function found last.
type check struct {
	run   func() diag.List
	found diag.List
	done  bool
}

// Validate returns the errors. It is called from within CDK, where a panic would take the whole process down.
func (c *check) Validate() *[]*string {
	c.look()
	var out []*string
	for _, e := range c.found.With(diag.Error) {
		out = append(out, new(e.Message()))
	}
	return &out
}

// list returns what was found; a synth that skips validation has not looked yet.
func (c *check) list() diag.List {
	if !c.done {
		c.look()
	}
	return c.found
}

func (c *check) look() {
	c.done = true
	defer func() {
		if r := recover(); r != nil {
			c.found = diag.List{{Rule: "internal", Summary: "a check failed; this is a defect of tierwall", Detail: fmt.Sprint(r)}}
		}
	}()
	c.found = c.run().Sorted()
}
