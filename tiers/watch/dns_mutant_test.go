package watch_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/tiers/watch"
)

// TestDNSMutants: a resource of DNS that is gone from the template, a property that is gone, and an item of a list that is gone are each a
// finding, whichever it is.
func TestDNSMutants(t *testing.T) {
	stack := tierstest.Stack(t)
	watch.DNS(dnsShop(stack), &watch.DNSProps{Advanced: watch.DNSHigh, Failure: watch.DNSFailClosed})
	original := tierstest.Template(t, stack)
	data, err := os.ReadFile(filepath.Join(*stack.Node().Root().(awscdk.App).Outdir(), proof.FileName))
	require.NoError(t, err)
	declared, err := proof.Decode(data)
	require.NoError(t, err)
	findings := func(template []byte) int {
		a, err := cfn.Read("Test.template.json", template, nil)
		require.NoError(t, err)
		report, err := proof.Prove(a, declared)
		require.NoError(t, err)
		return len(report.Findings)
	}
	require.Zero(t, findings(original))
	mutants := 0
	for _, m := range dnsMutantsOf(t, original) {
		mutants++
		assert.NotZero(t, findings(m.template), "%s is gone, and nothing is found", m.gone)
	}
	assert.Greater(t, mutants, 60)
}

// dnsMutant is a template without one part.
type dnsMutant struct {
	gone     string
	template []byte
}

// dnsMutantsOf returns the mutants of the DNS resources in a template.
func dnsMutantsOf(t *testing.T, original []byte) []dnsMutant {
	var out []dnsMutant
	var template map[string]any
	require.NoError(t, json.Unmarshal(original, &template))
	keep := func(gone string) {
		var b bytes.Buffer
		require.NoError(t, json.NewEncoder(&b).Encode(template))
		out = append(out, dnsMutant{gone, b.Bytes()})
	}
	var within func(path string, v any, set func(any)) // set replaces v; only a list needs it
	within = func(path string, v any, set func(any)) {
		switch v := v.(type) {
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(v)) {
				if strings.HasPrefix(name, "Fn::") || name == "Ref" {
					continue
				}
				value := v[name]
				delete(v, name)
				keep(path + "." + name)
				v[name] = value
				within(path+"."+name, value, func(other any) { v[name] = other })
			}
		case []any:
			for i := range v {
				set(slices.Delete(slices.Clone(v), i, i+1))
				keep(path)
				set(v)
			}
			for _, item := range v {
				within(path, item, nil)
			}
		}
	}
	resources := template["Resources"].(map[string]any)
	for _, id := range slices.Sorted(maps.Keys(resources)) {
		r := resources[id].(map[string]any)
		if !strings.HasPrefix(r["Type"].(string), "AWS::Route53Resolver::") {
			continue
		}
		within(id, r["Properties"], nil)
	}
	for _, id := range []string{"NetworkDNSAssociation", "NetworkDNSQueryLogAssociation", "NetworkDNSFailure"} {
		for _, full := range slices.Sorted(maps.Keys(resources)) {
			if r := resources[full]; strings.HasPrefix(full, id) {
				delete(resources, full)
				keep(full)
				resources[full] = r
			}
		}
	}
	return out
}
