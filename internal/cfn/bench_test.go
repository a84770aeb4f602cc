package cfn

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// bigTemplate is a template of about that many bytes, with the resources that security groups in CDK consist of.
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

func BenchmarkParse(b *testing.B) {
	data := bigTemplate(10 << 20)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		_, _, err := parseJSON(data)
		require.NoError(b, err)
	}
}
