package template

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
)

// The further limits of CloudFormation (AWS CloudFormation User Guide, "Understand CloudFormation quotas").
const (
	maxParameters = 200
	maxOutputs    = 200
)

// Check finds what the template of a network in a file cannot hold, and what CloudFormation rejects in it and in its nested stacks because
// it is too large.
func Check(t *Template, file string, n arch.Network) diag.List {
	out := t.limits(file, n, n.PathTo("network"))
	for _, nested := range slices.Sorted(maps.Keys(t.Nested)) {
		out = append(out, t.Nested[nested].limits(nested, n, n.PathTo("nested stack "+nested))...)
	}
	return append(out, t.refused...).Sorted()
}

// limits compares one template with the limits.
func (t *Template) limits(file string, n arch.Network, path string) diag.List {
	fix := "divide the network"
	if n.Layout == arch.OneStack {
		fix = "before the first deployment, set the layout to nested stacks; it cannot change later"
	}
	var out diag.List
	for _, limit := range []struct {
		rule, what   string
		has, allowed int
	}{
		{"stack-size", "resources", len(t.Resources), catalog.ResourcesPerStack},
		{"stack-size", "parameters", len(t.Parameters), maxParameters},
		{"stack-size", "outputs", len(t.Outputs), maxOutputs},
		{"template-size", "bytes", len(t.Encode(file)), catalog.TemplateBytes},
	} {
		if limit.has > limit.allowed {
			out.Add(diag.Diagnostic{
				Rule: limit.rule, Path: path, At: []diag.Position{n.At},
				Summary: "the template has more " + limit.what + " than CloudFormation accepts",
				Detail:  fmt.Sprintf("it has %d; allowed are %d", limit.has, limit.allowed), Fix: fix,
			})
		}
	}
	return out
}
