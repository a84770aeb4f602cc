package document

import (
	"go/ast"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestOneModelOfTokens: the file can import exactly what Go takes a CDK token for. tokens.txt says what that is; a test with the CDK, in
// package cdktest, holds that it is true.
func TestOneModelOfTokens(t *testing.T) {
	t.Parallel()
	takes, named := map[string]bool{}, map[string]bool{}
	for _, words := range tokenLines(t) {
		key, _, _ := strings.Cut(words[1], ":")
		named[words[0]], named[key] = true, true
		takes[key] = takes[key] || words[2] == "takes"
	}
	texts := map[string]hints{}
	textsOf(reflect.TypeFor[Document](), "", hints{}, texts)
	for key, h := range texts {
		if _, apart := tokensApart[key]; apart || h.enum != nil {
			continue
		}
		if assert.True(t, named[key], "tokens.txt does not say whether Go takes a token for %s", key) {
			assert.Equal(t, takes[key], h.imports(), "the import of %s", key)
		}
	}
	for key := range tokensApart {
		assert.Contains(t, texts, key)
	}
	for _, name := range textFields(t) {
		place, _ := placeOfGo(name)
		if _, other := tokenFieldsApart[name]; len(place.paths) > 0 && !other {
			assert.True(t, named[name], "tokens.txt does not say whether %s may be a token", name)
		}
	}
}

// tokensApart are texts of the file that are no values of Go, or that another key of the same form stands for.
var tokensApart = map[string]string{
	"name": "the stack's id", "network.id": "a construct id", "inspection.threats.id": "a construct id",
	"environments.account": "awscdk.Environment", "environments.region": "awscdk.Environment", "environments.stackName": "awscdk.StackProps",
	"tiers.sharesWith": "a construct", "endpoints.sharesWith": "a construct", "loadBalancers.tier": "a construct",
	"webACLs.tier": "a construct", "tiers.holds": "a class of data, which policies compare",
	"loadBalancers.to.tier": "a construct", "loadBalancers.routes.to.tier": "a construct", "loadBalancers.listeners.to.tier": "a construct",
	"loadBalancers.routes.to.healthPath": "as loadBalancers.to", "loadBalancers.listeners.to.healthPath": "as loadBalancers.to",
	"grants.uses.for": "a construct", "grants.uses.fargate.images": "as resources.arn", "grants.uses.fargate.logs": "as resources.arn",
	"grants.uses.fargate.secrets": "as resources.arn", "grants.uses.fargate.parameters": "as resources.arn",
	"grants.uses.fargate.executionRole": "a construct", "loadBalancers.mutualTLS.trustStore": "a construct",
	"loadBalancers.oidc.clientSecret": "a secret value", "loadBalancers.logs.to": "a construct", "webACLs.logs.to": "as inspection.logs.alert",
	"webACLs.logs.key": "a construct", "inspection.logs.flow": "as alert", "inspection.logs.tls": "as alert",
	"inspection.logs.key": "a construct",
	"webACLs.admin.from":  "as peers.cidr", "webACLs.blockedSources": "as peers.cidr",
	"inspection.managed.name": "a name in Go", "inspection.threats.suricata": "a file", "inspection.threats.ips": "a file",
	"inspection.threats.domains": "a file", "loadBalancers.tlsPolicy": "an enum of the CDK",
	"watch.flowLogs.tiers": "a construct", "watch.flowLogs.to": "a construct", "watch.flowLogs.prefix": "as loadBalancers.logs.prefix",
	"watch.flowLogs.key": "a construct", "watch.alarms.topic": "a construct", "watch.alarms.flowLog": "a construct",
	"watch.alarms.deniedCalls": "a construct", "watch.dns.logs.to": "a construct", "watch.dns.logs.prefix": "as loadBalancers.logs.prefix",
	"watch.dns.logs.key": "a construct", "watch.calendar.topic": "a construct",
}

// tokenFieldsApart are fields of Go that only stand alone, or that have other lines in tokens.txt.
var tokenFieldsApart = map[string]string{
	"firewall.PolicyProps.Managed": "groups", "firewall.Props.Managed": "groups",
}

// imports reports whether a text may be imported: as it is, after the kind of a gateway, as an ARN in a use, or as the ARN of a resource
// that the text names.
func (h hints) imports() bool {
	isResource := func(to string) bool { return slices.Contains(ResourceTypes, to) }
	return forms()[h.is].imports || h.is == "gateway" || slices.Contains(h.ref, "use") || slices.ContainsFunc(h.ref, isResource)
}

func tokenLines(t *testing.T) [][]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "tokens.txt"))
	require.NoError(t, err)
	var out [][]string
	for line := range strings.Lines(string(data)) {
		if words := strings.Fields(line); words[0] != "#" {
			require.Len(t, words, 3, line)
			require.Contains(t, []string{"takes", "refuses", "only-in-go"}, words[2])
			out = append(out, words)
		}
	}
	return out
}

// textsOf adds the paths of all texts of the file.
func textsOf(t reflect.Type, path string, h hints, to map[string]hints) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.String:
		to[path] = h
	case reflect.Struct:
		for _, f := range fieldsOf(t) {
			textsOf(t.Field(f.index).Type, strings.TrimPrefix(path+"."+f.name, "."), f.hints, to)
		}
	}
}

// textFields returns the exported fields of the public packages that hold texts.
func textFields(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, folder := range publicPackages {
		for _, file := range sources(t, filepath.Join("..", "..", "..", filepath.FromSlash(folder))) {
			ast.Inspect(file, func(n ast.Node) bool {
				spec, ok := n.(*ast.TypeSpec)
				if !ok || !spec.Name.IsExported() {
					return true
				}
				if fields, isStruct := spec.Type.(*ast.StructType); isStruct {
					for _, f := range fields.Fields.List {
						for _, name := range f.Names {
							if name.IsExported() && holdsText(f.Type) {
								out = append(out, file.Name.Name+"."+spec.Name.Name+"."+name.Name)
							}
						}
					}
				}
				return false
			})
		}
	}
	require.NotEmpty(t, out)
	return out
}

// holdsText reports whether a type is a text, or a list or map of texts.
func holdsText(typ ast.Expr) bool {
	switch typ := typ.(type) {
	case *ast.Ident:
		return typ.Name == "string"
	case *ast.ArrayType:
		return holdsText(typ.Elt)
	case *ast.MapType:
		return holdsText(typ.Value)
	}
	return false
}
