package plantest

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/gen/template"
	"github.com/tierwall/tierwall/internal/proof"
)

// Apart is what an app adds to a network, which a comparison leaves out. Resources outside the network are always left out.
type Apart struct {
	Types []string // of resources in the network, by their beginnings
	Tags  bool     // further tags

	everywhere bool // resources are the network's whatever their ids are
}

// Compare checks that the template that constructs made equals the one that package template makes from the same declaration: every
// resource with its logical id, type, properties, dependencies and policies, the outputs, and the declaration itself. It leaves out what
// only the CDK makes, and metadata. folder is the cloud assembly of the app, and file the template of its stack. in holds the choices that
// an architecture does not say. Resources whose paths begin with one of others, such as a bucket of the app, are left out.
func Compare(t *testing.T, folder, file string, in template.Input, apart Apart) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, proof.FileName))
	require.NoError(t, err)
	declared, err := proof.Decode(data)
	require.NoError(t, err)
	network := declared.Networks[0]
	in.Plan, in.File, in.Symbol = Make(t, network.Architecture), file, symbolsOf(t, folder, file, network)
	made, place := template.Make(in)
	compareTemplates(t, filepath.Join(folder, file), made, apart)
	for nested, inner := range made.Nested {
		compareTemplates(t, filepath.Join(folder, filepath.Dir(file), nested), inner, Apart{everywhere: true})
	}
	compareDeclarations(t, file, network, place.Networks[0])
}

// compareTemplates compares the template in a file with one that was made.
func compareTemplates(t *testing.T, file string, made *template.Template, apart Apart) {
	t.Helper()
	synthesized, err := os.ReadFile(file)
	require.NoError(t, err)
	want, got := parsed(t, synthesized), parsed(t, made.JSON())
	for id, r := range want.Resources {
		if r.ofCDK(id) || apart.has(id, r) {
			delete(want.Resources, id)
		}
		if apart.Tags {
			r.keepTags(got.Resources[id])
		}
	}
	maps.DeleteFunc(want.Outputs, func(id string, _ any) bool { return strings.HasPrefix(id, "ExportsOutput") })
	require.NotEmpty(t, want.Resources)
	assert.Equal(t, want, got, filepath.Base(file))
}

// symbolsOf returns what symbols stand for in the template that constructs made: the expression that the declaration states, or an import
// of the export of another template.
func symbolsOf(t *testing.T, folder, file string, n proof.Network) func(string) any {
	return func(symbol string) any {
		value, ok := n.Symbols[symbol]
		require.True(t, ok, "the declaration does not say what %s is", symbol)
		var out any
		require.NoError(t, json.Unmarshal(value.Expression, &out))
		if value.Template == file {
			return out
		}
		data, err := os.ReadFile(filepath.Join(folder, value.Template))
		require.NoError(t, err)
		for _, o := range parsed(t, data).Outputs {
			if output := o.(map[string]any); assert.ObjectsAreEqual(output["Value"], out) {
				return map[string]any{"Fn::ImportValue": output["Export"].(map[string]any)["Name"]}
			}
		}
		require.Fail(t, "nothing is exported", symbol)
		return nil
	}
}

// compareDeclarations compares what the declarations say of places in a template and its nested ones. The template was made from the rest.
func compareDeclarations(t *testing.T, file string, want, got proof.Network) {
	for symbol, value := range want.Symbols {
		if _, used := got.Symbols[symbol]; !used || value.Template != file { // Another part of the app uses it, or has it.
			delete(want.Symbols, symbol)
			delete(got.Symbols, symbol)
		}
	}
	for id, tier := range want.Tiers {
		if tier.Group.Template != file && !strings.Contains(tier.Group.Template, ".nested.") {
			delete(want.Tiers, id)
			delete(got.Tiers, id)
		}
	}
	places := func(n proof.Network) any {
		n.Architecture, n.Calls = arch.Architecture{}, nil
		for i := range n.FirewallRules {
			n.FirewallRules[i].Flows = nil // With the lines of the app.
		}
		data, err := json.Marshal(n)
		require.NoError(t, err)
		var out any
		require.NoError(t, json.Unmarshal(data, &out))
		return out
	}
	assert.Equal(t, places(want), places(got))
}

// templateText is a template as JSON.
type templateText struct {
	Parameters map[string]any
	Resources  map[string]resource
	Outputs    map[string]any
}

type resource struct {
	Type                string
	Properties          map[string]any
	DependsOn           []string
	DeletionPolicy      string
	UpdateReplacePolicy string
}

// ofCDK reports whether the CDK adds a resource by itself.
func (r resource) ofCDK(id string) bool {
	return r.Type == "AWS::CDK::Metadata" || strings.HasPrefix(r.Type, "Custom::VpcRestrictDefaultSG") ||
		strings.HasPrefix(id, "CustomVpcRestrictDefaultSG")
}

// has reports whether the app added a resource.
func (a Apart) has(id string, r resource) bool {
	return !a.everywhere && !strings.HasPrefix(id, "Network") && !strings.HasPrefix(id, "Tierwall") ||
		slices.ContainsFunc(a.Types, func(kind string) bool { return strings.HasPrefix(r.Type, kind) })
}

// keepTags takes away the tags that another resource does not have.
func (r resource) keepTags(other resource) {
	theirs, _ := other.Properties["Tags"].([]any)
	if own, ok := r.Properties["Tags"].([]any); ok {
		r.Properties["Tags"] = slices.DeleteFunc(own, func(tag any) bool {
			return !slices.ContainsFunc(theirs, func(t any) bool { return assert.ObjectsAreEqual(tag, t) })
		})
	}
}

// parsed reads a template. The order of dependencies means nothing.
func parsed(t *testing.T, text []byte) templateText {
	var out templateText
	require.NoError(t, json.Unmarshal(text, &out))
	for _, r := range out.Resources {
		slices.Sort(r.DependsOn)
		if r.Type == "AWS::CloudFormation::Stack" {
			delete(r.Properties, "TemplateURL") // The CDK names a file by its content.
		}
	}
	if out.Outputs == nil {
		out.Outputs = map[string]any{}
	}
	if delete(out.Parameters, "BootstrapVersion"); len(out.Parameters) == 0 {
		out.Parameters = nil
	}
	return out
}
