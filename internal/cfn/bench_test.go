package cfn

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// bigTemplate returns a template of about that many bytes, with the resources that CDK makes for security groups.
func bigTemplate(size int) []byte {
	var b bytes.Buffer
	b.WriteString("{\n \"Resources\": {\n  \"Vpc\": {\"Type\": \"AWS::EC2::VPC\", \"Properties\": {\"CidrBlock\": \"10.0.0.0/16\"}}")
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, `,
  "Group%d": {
   "Type": "AWS::EC2::SecurityGroup",
   "Properties": {
    "GroupDescription": "Security group of tier %d",
    "SecurityGroupEgress": [
     {
      "CidrIp": "255.255.255.255/32",
      "Description": "Matches nothing: keeps the default egress rule away",
      "FromPort": 252,
      "IpProtocol": "icmp",
      "ToPort": 86
     }
    ],
    "Tags": [{"Key": "Name", "Value": {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":x:%d"]]}}],
    "VpcId": {"Ref": "Vpc"}
   },
   "Metadata": {"aws:cdk:path": "Shop/Network/Group%d"}
  },
  "Rule%d": {
   "Type": "AWS::EC2::SecurityGroupIngress",
   "Properties": {
    "Description": "orders and catalogue",
    "FromPort": 5432,
    "GroupId": {"Fn::GetAtt": ["Group%d", "GroupId"]},
    "IpProtocol": "tcp",
    "SourceSecurityGroupId": {"Fn::GetAtt": ["Group%d", "GroupId"]},
    "ToPort": 5432
   }
  }`, i, i, i, i, i, i, i/2)
	}
	b.WriteString("\n }\n}\n")
	return b.Bytes()
}

func BenchmarkRead(b *testing.B) {
	data := bigTemplate(10 << 20)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		a, err := Read("Shop", data, nil)
		require.NoError(b, err)
		require.Greater(b, len(a.Stacks[0].Resources), 10_000)
	}
}

// BenchmarkLoad reads a cloud assembly of twenty stacks.
func BenchmarkLoad(b *testing.B) {
	dir, data := b.TempDir(), bigTemplate(500<<10)
	var artifacts []string
	for i := range 20 {
		artifacts = append(artifacts,
			fmt.Sprintf(`"S%d": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "S%d.json"}}`, i, i))
		require.NoError(b, os.WriteFile(filepath.Join(dir, fmt.Sprintf("S%d.json", i)), data, 0o600))
	}
	manifest := `{"version": "50.0.0", "artifacts": {` + strings.Join(artifacts, ",") + "}}"
	require.NoError(b, os.WriteFile(filepath.Join(dir, manifestFile), []byte(manifest), 0o600))
	b.SetBytes(int64(20 * len(data)))
	for b.Loop() {
		a, err := Load([]string{dir}, nil)
		require.NoError(b, err)
		require.Len(b, a.Stacks, 20)
	}
}

func BenchmarkParse(b *testing.B) {
	data := bigTemplate(10 << 20)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		_, _, err := parseJSON(data)
		require.NoError(b, err)
	}
}

// nestedSub returns a text that contains itself twice at each of so many levels.
func nestedSub(depth int) string {
	text := `"x"`
	for range depth {
		text = `{"Fn::Sub": ["${A}${A}", {"A": ` + text + `}]}`
	}
	return text
}

// BenchmarkNestedSub resolves values that double through nested functions. Beyond some depth they are refused.
func BenchmarkNestedSub(b *testing.B) {
	for _, depth := range []int{5, 10, 15, 40} {
		b.Run(fmt.Sprint(depth), func(b *testing.B) {
			template := []byte(resources(nestedSub(depth)))
			for b.Loop() {
				_, _ = Read("Shop", template, nil)
			}
		})
	}
}

// BenchmarkLongSub resolves one text with many references.
func BenchmarkLongSub(b *testing.B) {
	for _, size := range []int{4_000, 40_000, 400_000} {
		for _, name := range []string{"X", "P", "AWS::Region"} {
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				text := strings.Repeat("${"+name+"} ", size/len("${"+name+"} "))
				template := []byte(resources(`{"Fn::Sub": "`+text+`"}`, `"Parameters": {"P": {"Type": "String", "Default": "x"}}`))
				b.ReportAllocs()
				for b.Loop() {
					_, err := Read("Shop", template, nil)
					require.NoError(b, err)
				}
			})
		}
	}
}

// BenchmarkConditions resolves many conditions on many parameters. Each condition uses two others, and one resource
// depends on each.
func BenchmarkConditions(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			template := []byte(manyConditions(n))
			for b.Loop() {
				_, err := Read("Shop", template, nil)
				require.NoError(b, err)
			}
		})
	}
}

func manyConditions(n int) string {
	var parameters, conditions, resources strings.Builder
	for i := range n {
		fmt.Fprintf(&parameters, `"P%d": {"Type": "String", "Default": "a", "AllowedValues": ["a", "b", "c"]},`, i)
		fmt.Fprintf(&conditions, `"C%d": {"Fn::Or": [{"Fn::Equals": [{"Ref": "P%d"}, "a"]}, {"Condition": "C%d"}, {"Condition": "C%d"}]},`, i,
			i, max(i-1, 0), i/2)
		fmt.Fprintf(&resources, `"R%d": {"Type": "T", "Condition": "C%d", "Properties": {"P": {"Fn::If": ["C%d", {"Ref": "P%d"}, 1]}}},`, i, i,
			i/3, i)
	}
	first := `"C0": {"Fn::Equals": [{"Ref": "P0"}, "b"]},` // Later conditions refer to this one.
	all := strings.Replace(conditions.String(), conditions.String()[:strings.Index(conditions.String(), `"C1"`)], first, 1)
	return `{"Parameters": {` + strings.TrimSuffix(parameters.String(), ",") + `}, "Conditions": {` + strings.TrimSuffix(all, ",") +
		`}, "Resources": {` + strings.TrimSuffix(resources.String(), ",") + `}}`
}
