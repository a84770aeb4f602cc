package report

import (
	"fmt"
	"os"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
)

// templateSize compares the size of a template with CloudFormation's limit, so that the limit is known before a deployment fails.
func templateSize(path string) (diag.Diagnostic, bool) {
	info, err := os.Stat(path)
	if err != nil || info.Size() <= catalog.TemplateBytes*4/5 {
		return diag.Diagnostic{}, false
	}
	d := diag.Diagnostic{
		Severity: diag.Warning, Rule: "template-size", Subject: info.Name(), Path: info.Name(),
		Summary: "the template has nearly the maximum size that CloudFormation accepts",
		Detail:  fmt.Sprintf("it has %d bytes; allowed are %d", info.Size(), catalog.TemplateBytes),
		Fix: "set Layout: tiers.NestedStacks (layout: nested-stacks in architecture.yaml) before the first deployment, " +
			"or divide the app into more stacks",
	}
	if info.Size() > catalog.TemplateBytes {
		d.Severity, d.Summary = diag.Finding, "the template is larger than CloudFormation accepts"
	}
	return d, true
}
