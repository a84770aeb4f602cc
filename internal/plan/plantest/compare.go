package plantest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/proof"
)

// Aside is what a comparison leaves out: resources by the beginning of their type, and properties by name at any depth.
type Aside struct{ Types, Properties []string }

// Compare checks that the template that constructs made equals the one that [Template] makes from the plan of the same
// architecture. It compares every resource by its construct path, with its type, its properties without tags and, for network
// ACLs, its dependencies. folder is the cloud assembly of the app, and file the template of its stack, which is named Shop.
func Compare(t *testing.T, folder, file string, aside Aside) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, proof.FileName))
	require.NoError(t, err)
	declared, err := proof.Decode(data)
	require.NoError(t, err)
	rendered, _ := Template(Make(t, declared.Networks[0].Architecture))
	made, err := os.ReadFile(filepath.Join(folder, file))
	require.NoError(t, err)
	want, got := aside.resources(t, made), aside.resources(t, rendered)
	require.NotEmpty(t, want)
	assert.Equal(t, want, got)
}

// ofCDK are types of resources that CDK adds by itself.
var ofCDK = []string{"AWS::CDK::Metadata", "Custom::VpcRestrictDefaultSG", "AWS::IAM::Role", "AWS::Lambda::Function"}

// resource is a resource of a template.
type resource struct {
	Type       string
	Properties map[string]any
	Metadata   map[string]any
	DependsOn  []string
}

// path is the construct path as CDK writes it into logical ids. A rendered resource states it. The tests' stacks do not: there an
// id is the path without "Resource", and a hash of 8 digits.
func (r resource) path(id string) string {
	path, rendered := r.Metadata["aws:cdk:path"].(string)
	if !rendered {
		return id[:len(id)-8]
	}
	return logicalID(strings.TrimSuffix(strings.TrimPrefix(path, "Shop/"), "/Resource"))
}

// resources returns the resources of a template by construct path, with references likewise.
func (a Aside) resources(t *testing.T, template []byte) map[string]any {
	t.Helper()
	var parsed struct{ Resources map[string]resource }
	require.NoError(t, json.Unmarshal(template, &parsed))
	paths := map[string]string{}
	for id, r := range parsed.Resources {
		paths[id] = r.path(id)
	}
	out := map[string]any{}
	for id, r := range parsed.Resources {
		if slices.ContainsFunc(slices.Concat(ofCDK, a.Types), func(kind string) bool { return strings.HasPrefix(r.Type, kind) }) {
			continue
		}
		one := map[string]any{"type": r.Type, "properties": a.named(r.Properties, paths)}
		if strings.Contains(r.Type, "NetworkAcl") {
			var after []string
			for _, other := range r.DependsOn {
				after = append(after, paths[other])
			}
			slices.Sort(after)
			one["after"] = after
		}
		out[paths[id]] = one
	}
	return out
}

// named replaces logical ids by paths, leaves out what is aside, and sorts the lists of rules.
func (a Aside) named(v any, paths map[string]string) any {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			id, isText := inner.(string)
			list, isList := inner.([]any)
			switch {
			case key == "Tags" || slices.Contains(a.Properties, key):
				delete(v, key)
			case isText && key == "Ref" && paths[id] != "":
				v[key] = paths[id]
			case isList && key == "Fn::GetAtt":
				list[0] = paths[list[0].(string)]
			default:
				v[key] = a.named(inner, paths)
			}
		}
	case []any:
		for i := range v {
			v[i] = a.named(v[i], paths)
		}
		if isRules(v) {
			slices.SortFunc(v, func(x, y any) int { return strings.Compare(asText(x), asText(y)) })
		}
	}
	return v
}

// isRules reports whether a list holds rules of a security group, whose order means nothing.
func isRules(list []any) bool {
	if len(list) == 0 {
		return false
	}
	rule, ok := list[0].(map[string]any)
	return ok && rule["IpProtocol"] != nil
}

func asText(v any) string {
	data, _ := json.Marshal(v) // Of parsed JSON.
	return string(data)
}
