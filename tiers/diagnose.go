package tiers

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/diag"
)

// Diagnose has check run when the app is synthesized, after all wiring: its errors fail the synth, and its findings and
// warnings are reported like those of networks. It is for the constructs of this module.
func Diagnose(scope constructs.Construct, check func() diag.List) {
	d := &diagnosis{check: check}
	scope.Node().AddValidation(d)
	r := findRegister(scope)
	if r == nil {
		r = newRegister(scope)
	}
	r.diagnoses = append(r.diagnoses, d)
}

// diagnosis is a check and what it found last.
type diagnosis struct {
	check func() diag.List
	found diag.List
	done  bool
}

// Validate returns the errors. It is called from within CDK, where a panic would take the whole process down.
func (d *diagnosis) Validate() *[]*string {
	d.run()
	var out []*string
	for _, e := range d.found.With(diag.Error) {
		out = append(out, new(e.Message()))
	}
	return &out
}

// list is what was found; a synth that skips validation has not looked yet.
func (d *diagnosis) list() diag.List {
	if !d.done {
		d.run()
	}
	return d.found
}

func (d *diagnosis) run() {
	d.done = true
	defer func() {
		if r := recover(); r != nil {
			d.found = diag.List{{Rule: "internal", Summary: "a check failed; this is a defect of tierwall", Detail: fmt.Sprint(r)}}
		}
	}()
	d.found = d.check().Sorted()
}
