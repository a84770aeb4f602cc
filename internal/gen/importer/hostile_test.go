package importer_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/importer"
)

// hostile are texts that break formats, shells, terminals and templates.
var hostile = []string{
	"line\nbreak", "carriage\rreturn", `"quotes"`, "'single'", "`backtick`", "${Ref}", "${AWS::Region}", "{{resolve:ssm:/secret}}",
	"{{resolve:secretsmanager:x}}", "<script>alert(1)</script>", "../../etc/passwd", `C:\windows`, "\u202eright to left",
	"\u2066isolated\u2069", "\x1b[31mred", "bell\a", "null\x00byte", "emoji 🔥", "key: value", "a #comment", "- list", "[x]", "{x: y}",
	"&anchor", "*alias", "!!tag", "%x", "@x", "|", ">", "~", "null", "true", "1e3", "0x1F", "2026-01-31", "no", "internet", "Default", " ",
	"", "ÄÖÜ", "\u200bzero width", "\ufeffmark", "$(rm -rf)", ";", "a -> b", strings.Repeat("x", 10_000),
	strings.Repeat("wide words ", 1_000), strings.Repeat("\u202e", 300),
}

// TestHostileNames puts hostile texts wherever a template has free text. The document can be read, and shows nothing that steers a
// terminal.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	for _, text := range hostile {
		data := hostileTemplate(t, text)
		a, err := cfn.Read(text+".json", data, nil)
		require.NoError(t, err, "%q", text)
		for _, name := range []string{"", text} {
			d, report := importer.Import(a, importer.Options{Exact: true, Name: name, Today: today})
			assert.Empty(t, report.Verdict.Wider, "%q", text)
			if assert.NotNil(t, d, "%q: %v", text, report.Residual) {
				assert.Len(t, d.Tiers, 2, "%q", text)
				assert.NotEmpty(t, d.Flows, "%q", text)
				assertSound(t, d)
			}
		}
	}
}

// hostileTemplate returns a template with two tiers and a text in all names and descriptions.
func hostileTemplate(t *testing.T, text string) []byte {
	t.Helper()
	type object = map[string]any
	ref := func(id string) object { return object{"Ref": id} }
	tags := []object{{"Key": "Name", "Value": text}, {"Key": text, "Value": text}}
	rule := func(more object) object {
		out := object{"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "Description": text}
		for k, v := range more {
			out[k] = v
		}
		return out
	}
	app, data := "App", "Data"
	group := func(in, out []object) object {
		return object{"Type": "AWS::EC2::SecurityGroup", "Metadata": object{"aws:cdk:path": "Shop/" + text + "/Resource"}, "Properties": object{
			"VpcId": ref("Vpc"), "GroupDescription": text, "GroupName": text, "SecurityGroupIngress": in, "SecurityGroupEgress": out, "Tags": tags,
		}}
	}
	server := func(group string) object {
		properties := object{"SubnetId": ref("Subnet"), "SecurityGroupIds": []any{ref(group)}, "Tags": tags}
		return object{"Type": "AWS::EC2::Instance", "Properties": properties}
	}
	subnet := object{"VpcId": ref("Vpc"), "CidrBlock": "10.0.128.0/24", "AvailabilityZone": text, "Tags": tags}
	encoded, err := json.Marshal(object{"Description": text, "Resources": object{
		"Vpc":        object{"Type": "AWS::EC2::VPC", "Properties": object{"CidrBlock": "10.0.0.0/16", "Tags": tags}},
		"Subnet":     object{"Type": "AWS::EC2::Subnet", "Properties": subnet},
		app:          group([]object{}, []object{rule(object{"DestinationSecurityGroupId": ref(data)})}),
		data:         group([]object{rule(object{"SourceSecurityGroupId": ref(app)})}, []object{rule(object{"CidrIp": text})}),
		"AppServer":  server(app),
		"DataServer": server(data),
	}})
	require.NoError(t, err)
	return encoded
}

// assertSound checks that a document can be read, and shows nothing that steers a terminal.
func assertSound(t *testing.T, d *document.Document) {
	t.Helper()
	written := d.Write()
	_, problems := document.Parse(document.FileName, written)
	assert.False(t, problems.HasErrors(), problems.Error())
	assertPrintable(t, written)
}

// assertPrintable checks that a text has no characters that steer a terminal or turn its direction, and that it is UTF-8.
func assertPrintable(t *testing.T, text []byte) {
	t.Helper()
	assert.True(t, utf8.Valid(text), "%q is not UTF-8", text)
	steers := func(r rune) bool { return unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r) }
	assert.Negative(t, bytes.IndexFunc(text, steers), "%q", text)
}

// TestWrongTypes gives properties of a template a value of a wrong type, in turn: every third by default. No import panics or carries more.
func TestWrongTypes(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/styles/11-json.json")
	require.NoError(t, err)
	wrong := []string{`null`, `1`, `"x"`, `[]`, `{}`, `[[[]]]`, `true`, `-1`, `{"Ref": 1}`,
		`{"Fn::GetAtt": []}`, `[null]`, `{"Ref": "Nobody"}`, `"10.0.0.0/99"`}
	template := map[string]any{}
	require.NoError(t, json.Unmarshal(data, &template))
	count := 0
	for set := range places(template["Resources"]) {
		if count++; count%3 != 0 && !*allMutations {
			continue
		}
		restore := set(json.RawMessage(wrong[count%len(wrong)]))
		changed, err := json.Marshal(template)
		require.NoError(t, err)
		importSoundly(t, changed)
		restore()
	}
	assert.Greater(t, count, 200)
}

// places yields, for each value below a node, a function that replaces it and returns a function that puts it back.
func places(node any) func(yield func(func(any) func()) bool) {
	return func(yield func(func(any) func()) bool) { eachPlace(node, yield) }
}

func eachPlace(node any, yield func(func(any) func()) bool) bool {
	switch n := node.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(n)) {
			old := n[k]
			if !yield(func(v any) func() { n[k] = v; return func() { n[k] = old } }) || !eachPlace(old, yield) {
				return false
			}
		}
	case []any:
		for k, old := range n {
			if !yield(func(v any) func() { n[k] = v; return func() { n[k] = old } }) || !eachPlace(old, yield) {
				return false
			}
		}
	}
	return true
}

// importSoundly imports a template if it can be read, and checks what comes of it.
func importSoundly(t *testing.T, data []byte) {
	t.Helper()
	a, err := cfn.Read("Shop.json", data, nil)
	if err != nil {
		return
	}
	for _, exact := range []bool{true, false} {
		d, report := importer.Import(a, importer.Options{Exact: exact, Today: today})
		if !assert.Empty(t, report.Verdict.Wider) {
			t.Logf("%s", data)
		}
		if d != nil {
			assertSound(t, d)
		}
	}
}

// TestTruncated cuts templates at many places.
func TestTruncated(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/public/*/*.y*ml")
	require.NoError(t, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		for part := 1; part < 12; part++ {
			importSoundly(t, data[:len(data)*part/12])
		}
	}
}

// TestCycles imports templates whose resources refer to each other in circles.
func TestCycles(t *testing.T) {
	t.Parallel()
	group := "%s: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: x, VpcId: !Ref Vpc, SecurityGroupIngress: " +
		"[{IpProtocol: tcp, FromPort: 80, ToPort: 80, SourceSecurityGroupId: !Ref %s}]}}\n  "
	for _, text := range []string{
		fmt.Sprintf(group, "A", "B") + fmt.Sprintf(group, "B", "A"),
		fmt.Sprintf(group, "A", "A"),
		"A: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: !Ref A, VpcId: !Ref A, SecurityGroupIngress: !GetAtt A.GroupId}}",
		"Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !GetAtt S.CidrBlock}}\n  " +
			"S: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: !GetAtt Vpc.CidrBlock}}\n  " + fmt.Sprintf(group, "A", "A"),
		fmt.Sprintf(group, "A", "R") + "R: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref R}}",
		fmt.Sprintf(group, "A", "A") + "N: {Type: AWS::CloudFormation::Stack, " +
			"Properties: {TemplateURL: x, Parameters: {P: !GetAtt N.Outputs.P}}}",
	} {
		importSoundly(t, []byte("Resources:\n  "+text))
	}
	file := filepath.Join(t.TempDir(), "self.yaml")
	self := "Resources:\n  Me: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: self.yaml}}\n  " + fmt.Sprintf(group, "A", "A")
	require.NoError(t, os.WriteFile(file, []byte(self), 0o600))
	_, err := cfn.Load([]string{file}, nil)
	assert.ErrorContains(t, err, "which contains this stack")
}
