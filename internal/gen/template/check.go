package template

import (
	"fmt"
	"maps"
	"path"
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
// it is too large. files are those of t.Files.
func Check(t *Template, file string, files map[string][]byte, n arch.Network) diag.List {
	out := t.limits(len(files[file]), n, n.PathTo("network"))
	for _, nested := range slices.Sorted(maps.Keys(t.Nested)) {
		bytes := len(files[path.Join(path.Dir(file), nested)])
		out = append(out, t.Nested[nested].limits(bytes, n, n.PathTo("nested stack "+nested))...)
	}
	return append(out, t.refused...).Sorted()
}

// limits compares one template, which has a number of bytes in its file, with the limits.
func (t *Template) limits(bytes int, n arch.Network, where string) diag.List {
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
		{"template-size", "bytes", bytes, catalog.TemplateBytes},
	} {
		if limit.has > limit.allowed {
			out.Add(diag.Diagnostic{
				Rule: limit.rule, Path: where, At: []diag.Position{n.At},
				Summary: "the template has more " + limit.what + " than CloudFormation accepts",
				Detail:  fmt.Sprintf("it has %d; allowed are %d", limit.has, limit.allowed), Fix: fix,
			})
		}
	}
	return out
}
