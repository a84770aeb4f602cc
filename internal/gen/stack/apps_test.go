package stack_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/stack"
	"github.com/tierwall/tierwall/internal/gen/starter"
)

var apps = flag.String("apps", "", "the folder of generated apps, with their snapshots, that TestApps compares with stacks")

// TestApps compares the stack of each document with what the generated app of the same document synthesizes: every resource with its
// logical id, type, properties, dependencies and policies, and the outputs. A parameter stands for what the app states in its place.
//
// The snapshots come from "go test -run TestSnapshot -update" in the apps, which "go test ./internal/gen/app -run TestAppsCompile -apps"
// writes.
func TestApps(t *testing.T) {
	t.Parallel()
	snapshots, err := filepath.Glob(filepath.Join(*apps, "*", "testdata", "TestSnapshot.json"))
	require.NoError(t, err)
	require.Equal(t, *apps != "", len(snapshots) > 0)
	all := &seen{words: map[string]bool{}}
	t.Cleanup(func() {
		if *apps != "" {
			all.check(t)
		}
	})
	for _, snapshot := range snapshots {
		name := filepath.Base(filepath.Dir(filepath.Dir(snapshot)))
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := parsed(t, string(documentOf(t, name)))
			e := d.Environments[0]
			s, diags := stack.MakeIn(os.DirFS(filepath.Join(documents, name)), e.Document, e, ".json", today)
			require.NotNil(t, s, diags.String())
			compareApp(t, s, snapshot, all)
		})
	}
}

// documents holds a folder for each document that has a golden app.
const documents = "../app/testdata"

// documentOf returns the document of an app.
func documentOf(t *testing.T, name string) []byte {
	t.Helper()
	if kind, ok := strings.CutPrefix(name, "new-"); ok {
		data, err := starter.Write(starter.Answers{
			Kind: kind, Name: "First", Region: "eu-west-1", Account: "111122223333", Gateway: "tgw-0123456789abcdef0", CIDR: "10.0.0.0/16",
		})
		require.NoError(t, err)
		return data
	}
	data, err := os.ReadFile(filepath.Join(documents, name, document.FileName))
	require.NoError(t, err)
	return data
}

func compareApp(t *testing.T, s *stack.Stack, snapshot string, all *seen) {
	t.Helper()
	c := comparison{t: t, parameters: map[string]any{}}
	app, ours := readTemplate(t, snapshot), templateOf(t, s.Template.JSON())
	assert.Equal(t, app.Outputs, ours.Outputs)
	all.add(ours)
	nested := 0
	for id, r := range ours.Resources {
		if r.Type != nestedStack {
			continue
		}
		nested++
		path := strings.Split(r.Metadata["aws:cdk:path"].(string), "/")[2:] // After the stage and the stack.
		name := strings.TrimSuffix(strings.Join(path[:len(path)-1], "_"), ".NestedStack")
		theirs := readTemplate(t, strings.TrimSuffix(snapshot, "json")+name+".json")
		inner := templateOf(t, s.Template.Nested[r.Properties["TemplateURL"].(string)].JSON())
		all.add(inner)
		c.resources(theirs.with(app.Resources[id]), inner.with(r))
	}
	assert.Len(t, s.Template.Nested, nested)
	c.resources(app, ours)
}

const nestedStack = "AWS::CloudFormation::Stack"

type templateText struct {
	Resources map[string]resource
	Outputs   map[string]any
}

type resource struct {
	Type                                string
	Properties                          map[string]any
	DependsOn                           []string
	DeletionPolicy, UpdateReplacePolicy string
	Metadata                            map[string]any
}

func readTemplate(t *testing.T, file string) templateText {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	return templateOf(t, data)
}

func templateOf(t *testing.T, data []byte) templateText {
	t.Helper()
	var out templateText
	require.NoError(t, json.Unmarshal(data, &out))
	return out
}

// with returns the template of a nested stack with the values of its parameters in their place.
func (t templateText) with(stack resource) templateText {
	parameters, _ := stack.Properties["Parameters"].(map[string]any)
	for _, r := range t.Resources {
		replace(r.Properties, parameters)
	}
	return t
}

// replace replaces references to parameters within a value.
func replace(value any, parameters map[string]any) any {
	switch v := value.(type) {
	case map[string]any:
		if name, ok := v["Ref"].(string); ok && parameters[name] != nil {
			return parameters[name]
		}
		for key := range v {
			v[key] = replace(v[key], parameters)
		}
	case []any:
		for i := range v {
			v[i] = replace(v[i], parameters)
		}
	}
	return value
}

// comparison compares templates. Its parameters are what the app has in place of ours.
type comparison struct {
	t          *testing.T
	parameters map[string]any
}

// resources compares the resources of two templates. The app may have more outside the network.
func (c comparison) resources(app, ours templateText) {
	for _, id := range slices.Sorted(maps.Keys(ours.Resources)) {
		theirs, ok := app.Resources[id]
		if !assert.True(c.t, ok, "the app has no %s", id) {
			continue
		}
		r := ours.Resources[id]
		slices.Sort(theirs.DependsOn)
		theirs.Metadata, r.Metadata = nil, nil
		if r.Type == nestedStack { // Its template is compared with the values of its parameters.
			theirs.Properties, r.Properties = nil, nil
		}
		c.same(id, theirs.Properties, r.Properties)
		theirs.Properties, r.Properties = nil, nil
		assert.Equal(c.t, theirs, r, id)
	}
	for id, r := range app.Resources {
		_, both := ours.Resources[id]
		assert.False(c.t, !both && strings.HasPrefix(id, "Network") && !strings.Contains(id, "RestrictDefault"), "we have no %s %s", id, r.Type)
	}
}

// same compares values.
func (c comparison) same(at string, app, ours any) {
	if reference, ok := ours.(map[string]any); ok && len(reference) == 1 && strings.HasSuffix(fmt.Sprint(reference["Ref"]), "Arn") {
		name := reference["Ref"].(string)
		if known, ok := c.parameters[name]; ok {
			assert.Equal(c.t, known, app, at)
		}
		c.parameters[name] = app
		return
	}
	switch ours := ours.(type) {
	case map[string]any:
		app, _ := app.(map[string]any)
		assert.ElementsMatch(c.t, slices.Collect(maps.Keys(app)), slices.Collect(maps.Keys(ours)), at)
		for key := range ours {
			c.same(at+"."+key, app[key], ours[key])
		}
	case []any:
		app, _ := app.([]any)
		if !assert.Len(c.t, app, len(ours), at) {
			return
		}
		for i := range ours {
			c.same(fmt.Sprintf("%s[%d]", at, i), app[i], ours[i])
		}
	default:
		assert.Equal(c.t, app, ours, at)
	}
}
