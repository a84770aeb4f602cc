package endpoints_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/internal/gen/template"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/tiers"
)

// TestRenderedTemplates compares the endpoints in templates that are written without the CDK with those of the constructs.
func TestRenderedTemplates(t *testing.T) {
	app := cdktest.App(t)
	stack := cdktest.StackIn(app, "Shop")
	platform(stack)
	require.NoError(t, tiers.Synth(app))
	plantest.Compare(t, *app.Outdir(), *stack.TemplateFile(), template.Input{}, plantest.Apart{})
}
