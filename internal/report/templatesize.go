package report

import (
	"fmt"
	"os"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
)

// templateSize holds a template against CloudFormation's limit, before a deployment is lost to it.
func templateSize(path string) (diag.Diagnostic, bool) {
	info, err := os.Stat(path)
	if err != nil || info.Size() <= plan.MaxBytes*4/5 {
		return diag.Diagnostic{}, false
	}
	d := diag.Diagnostic{
		Severity: diag.Warning, Rule: "template-size", Subject: info.Name(), Path: info.Name(),
		Summary: "the template nearly fills what CloudFormation takes",
		Detail:  fmt.Sprintf("it has %d bytes; allowed are %d", info.Size(), plan.MaxBytes),
		Fix:     "before the first deployment, set Layout: tiers.NestedStacks, or spread the app over more stacks",
	}
	if info.Size() > plan.MaxBytes {
		d.Severity, d.Summary = diag.Finding, "the template is larger than CloudFormation takes"
	}
	return d, true
}
