package upgrade

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
)

type object = map[string]any

// renamed lists types whose resources are not referred to, and that AWS distinguishes by other things than a logical
// id.
var renamed = []string{
	"AWS::EC2::Route", "AWS::EC2::SecurityGroupEgress", "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SubnetRouteTableAssociation",
	"AWS::EC2::VPCGatewayAttachment",
}

var allRenamed = flag.Bool("renamed", false, "TestRenamedResourcesAreFound renames all resources; without, every eighth")

// TestRenamedResourcesAreFound gives the resources of real templates other logical ids, one at a time, as if ids were
// derived from names or content.
func TestRenamedResourcesAreFound(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "..", "examples", "*", "testdata", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			before := parse(t, data)
			require.Empty(t, Check(before, before))
			count := 0
			for r := range resources(before) {
				if !slices.Contains(renamed, r.Type) {
					continue
				}
				if count++; !*allRenamed && count%8 != 1 {
					continue
				}
				id, template := r.ID, templateOf(t, data)
				all := template["Resources"].(object)
				all["Other"+id] = all[id]
				delete(all, id)
				found := Check(before, parse(t, changed(t, template, id)))
				assert.Equal(t, []string{"key-collision[Test/Other" + id + "]"}, ids(found), "%s", found)
			}
		})
	}
}

// TestChangedDescriptionsAreFound changes the descriptions of inline rules and groups of real templates.
func TestChangedDescriptionsAreFound(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join("..", "..", "examples", "shop", "testdata", "TestShop_production.json"))
	require.NoError(t, err)
	before := parse(t, data)
	gaps := 0
	for r := range resources(before) {
		if r.Type != "AWS::EC2::SecurityGroup" {
			continue
		}
		template := templateOf(t, data)
		properties := template["Resources"].(object)[r.ID].(object)["Properties"].(object)
		var want []string
		for direction, list := range map[string]string{"egress": "SecurityGroupEgress", "ingress": "SecurityGroupIngress"} {
			rules, _ := properties[list].([]any)
			for _, rule := range rules {
				rule.(object)["Description"] = "other"
			}
			if len(rules) > 0 {
				want = append(want, "rule-gap["+r.String()+":"+direction+"]")
				gaps++
			}
		}
		slices.Sort(want)
		found := Check(before, parse(t, changed(t, template, "")))
		assert.Equal(t, want, ids(found), "%s", found)
		properties["GroupDescription"] = "other"
		assert.Equal(t, []string{"group-replaced[" + r.String() + "]"}, ids(Check(before, parse(t, changed(t, template, "")))))
	}
	require.Positive(t, gaps)
}

func parse(t *testing.T, data []byte) *cfn.Assembly {
	t.Helper()
	a, err := cfn.Read("Test.json", data, nil)
	require.NoError(t, err)
	return a
}

func templateOf(t *testing.T, data []byte) object {
	t.Helper()
	var template object
	require.NoError(t, json.Unmarshal(data, &template))
	return template
}

// changed returns a template's text in which resources that depend on id depend on Other and id instead.
func changed(t *testing.T, template object, id string) []byte {
	t.Helper()
	data, err := json.Marshal(template)
	require.NoError(t, err)
	if id == "" {
		return data
	}
	return []byte(strings.ReplaceAll(string(data), `"`+id+`"`, `"Other`+id+`"`))
}
