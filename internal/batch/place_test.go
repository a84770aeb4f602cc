package batch

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/cdktest"
)

// TestPlaces: both modes find a construct in an app, in a stage, in a nested stack, and outside of an app.
func TestPlaces(t *testing.T) {
	for _, mode := range []string{"", "off"} {
		t.Setenv("TIERWALL_BATCH", mode)
		app := cdktest.App(t)
		stack := cdktest.StackIn(app, "Shop")
		stage := awscdk.NewStage(app, new("Prod"), nil)
		alone := awscdk.NewStack(constructs.NewRootConstruct(nil), new("Alone"), nil)
		in := func(scope constructs.Construct) constructs.Construct { return constructs.NewConstruct(scope, new("A")) }
		for of, want := range map[constructs.Construct][3]string{ // path, path of the stack, template
			in(stack): {"Shop/A", "Shop", "Shop.template.json"},
			in(awscdk.NewStack(stage, new("Shop"), nil)):    {"Prod/Shop/A", "Prod/Shop", "assembly-Prod/ProdShop" + hash},
			in(awscdk.NewNestedStack(stack, new("N"), nil)): {"Shop/N/A", "Shop/N", "ShopN" + hash},
			in(alone): {"Alone/A", "Alone", "Alone.template.json"},
		} {
			p := PlaceOf(of)
			_, inApp := p.Outdir()
			assert.Equal(t, want[:2], []string{p.Path, p.StackPath}, "mode %q", mode)
			assert.Regexp(t, "^"+want[2]+"$", p.TemplateFile(), "mode %q", mode)
			assert.Equal(t, want[1] != "Alone", inApp, "mode %q, %s", mode, p.Path)
			assert.Equal(t, of.Node().Root(), p.Root, "mode %q", mode)
		}
	}
}

// hash is the end of the names of templates in stages and nested stacks.
const hash = `[0-9A-F]{8}\.(nested\.)?template\.json`
