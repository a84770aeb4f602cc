package waf_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/waf"
)

// TestOverridesAreTold checks that an app that overrides properties of a web ACL's resource fails synthesis, except names and
// descriptions.
func TestOverridesAreTold(t *testing.T) {
	const samples = "VisibilityConfig.SampledRequestsEnabled"
	for name, c := range map[string]struct {
		path  string
		value any
		want  string // empty is no finding
	}{
		"no samples":          {samples, false, "weakened[Shop/WebACL:" + samples + "]"},
		"no rules":            {"Rules", []any{}, "weakened[Shop/WebACL:Rules/Countries]"},
		"another description": {"Description", "ours", ""},
	} {
		t.Run(name, func(t *testing.T) {
			app := cdktest.App(t)
			stack := cdktest.StackIn(app, "Shop")
			acl := waf.NewWebACL(stack, "WebACL", &waf.WebACLProps{Default: waf.Allow, Rules: []waf.Rule{
				waf.MatchRule{Name: "Countries", Priority: 10, Action: waf.Block, Statement: waf.GeoMatch{Countries: []string{"DE"}}},
			}})
			override(acl, c.path, c.value)
			err := tiers.Synth(app)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.Error(t, err)
			report, readErr := os.ReadFile(filepath.Join(*app.Outdir(), "validation-report.json"))
			require.NoError(t, readErr)
			assert.Contains(t, string(report), c.want)
			assert.Contains(t, string(report), "waf/made_test.go:", "the construct's line is named")
		})
	}
}

func override(acl *waf.WebACL, path string, value any) {
	cfn := acl.Node().FindChild(new("Resource")).(awswafv2.CfnWebACL)
	awscdk.CfnResource(cfn).AddPropertyOverride(&path, value)
}
