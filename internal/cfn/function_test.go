package cfn

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// functions is the template in which the expressions below are evaluated.
const functions = `{
  "Parameters": {
    "Env":     {"Type": "String", "Default": "prod"},
    "Name":    {"Type": "String"},
    "Ports":   {"Type": "CommaDelimitedList", "Default": "80, 443"},
    "Subnets": {"Type": "List<AWS::EC2::Subnet::Id>"},
    "Image":   {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "Default": "/aws/ami"},
    "Range":   {"Type": "String", "Default": "10.1.0.0/16"}
  },
  "Mappings": {
    "Sizes": {"prod": {"Cidr": "10.0.0.0/16", "Zones": ["a", "b"]}, "dev": {"Cidr": "10.9.0.0/16"}}
  },
  "Conditions": {
    "IsProd":  {"Fn::Equals": [{"Ref": "Env"}, "prod"]},
    "IsDev":   {"Fn::Not": [{"Condition": "IsProd"}]},
    "Named":   {"Fn::Equals": [{"Ref": "Name"}, "x"]},
    "Both":    {"Fn::And": [{"Condition": "IsProd"}, {"Condition": "Named"}]},
    "Neither": {"Fn::And": [{"Condition": "IsDev"}, {"Condition": "Named"}]},
    "Either":  {"Fn::Or": [{"Condition": "IsProd"}, {"Condition": "Named"}]},
    "Same":    {"Fn::Equals": [{"Ref": "Name"}, {"Ref": "Name"}]}
  },
  "Resources": {
    "Vpc":     {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
    "Web":     {"Type": "AWS::EC2::SecurityGroup"},
    "App":     {"Type": "AWS::EC2::SecurityGroup"},
    "Debug":   {"Type": "AWS::EC2::SecurityGroup", "Condition": "IsDev"},
    "Extra":   {"Type": "AWS::EC2::SecurityGroup", "Condition": "Named"},
    "Custom":  {"Type": "Custom::Lookup"},
    "Child":   {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://s3/x"}}
  }
}`

func TestFunctions(t *testing.T) {
	t.Parallel()
	a, err := Read("Shop.template.json", []byte(functions), &Options{Parameters: map[string]string{"Env": "prod"}})
	require.NoError(t, err)
	for _, tt := range []struct{ expression, want string }{
		{`"plain"`, "plain"},
		{`""`, `""`},
		{`80`, "80"},
		{`true`, "true"},
		{`"Shop/Web"`, `"Shop/Web"`},
		{`"10.0.0.0/8"`, "10.0.0.0/8"},
		{`"fd00::/8"`, "fd00::/8"},
		{`[1, {"Ref": "AWS::NoValue"}, "a, b"]`, `[1, "a, b"]`},
		{`{"B": 1, "A": {"Ref": "AWS::NoValue"}, "C": {"Ref": "Vpc"}}`, "{B: 1, C: Shop/Vpc}"},
		{`{"Condition": "IsProd"}`, "{Condition: IsProd}"},

		{`{"Ref": "Web"}`, "Shop/Web"},
		{`{"Ref": "Env"}`, "prod"},
		{`{"Ref": "Name"}`, "Shop/Parameters.Name"},
		{`{"Ref": "Ports"}`, "[80, 443]"},
		{`{"Ref": "Subnets"}`, "Shop/Parameters.Subnets"},
		{`{"Ref": "Image"}`, "Shop/Parameters.Image"},
		{`{"Ref": "AWS::Region"}`, "AWS::Region"},
		{`{"Ref": "AWS::StackName"}`, "Shop"},
		{`{"Ref": "AWS::NoValue"}`, "AWS::NoValue"},
		{`{"Ref": "Debug"}`, "Shop/Debug"},
		{`{"Ref": "Extra"}`, "Shop/Extra"},
		{`{"Fn::GetAtt": ["Web", "GroupId"]}`, "Shop/Web.GroupId"},
		{`{"Fn::GetAtt": "Web.GroupId"}`, "Shop/Web.GroupId"},
		{`{"Fn::GetAtt": ["Child", "Outputs.Id"]}`, "Shop/Child.Outputs.Id"},
		{`{"Fn::ImportValue": "net-Vpc"}`, "Import(net-Vpc)"},
		{`{"Fn::ImportValue": {"Fn::Sub": "${Name}-Vpc"}}`, "Import(${Shop/Parameters.Name}-Vpc)"},

		{`{"Fn::Sub": "x"}`, "x"},
		{`{"Fn::Sub": "${Env}-${!Env}"}`, `"prod-${Env}"`},
		{`{"Fn::Sub": "${Web.GroupId}"}`, "Shop/Web.GroupId"},
		{`{"Fn::Sub": ["${A}/${B}", {"A": 1, "B": {"Ref": "Vpc"}}]}`, "1/${Shop/Vpc}"},
		{`{"Fn::Sub": "arn:${AWS::Partition}:s3:::x"}`, "arn:${AWS::Partition}:s3:::x"},
		{`{"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":s3:::x"]]}`, "arn:${AWS::Partition}:s3:::x"},
		{`{"Fn::Join": ["", ["arn:", {"Fn::Sub": "${AWS::Partition}:s3"}, ":::x"]]}`, "arn:${AWS::Partition}:s3:::x"},
		{`{"Fn::Join": [",", ["a", {"Ref": "AWS::NoValue"}, "b"]]}`, "a,b"},
		{`{"Fn::Join": [",", [{"Ref": "Web"}]]}`, "Shop/Web"},
		{`{"Fn::Join": [",", []]}`, `""`},
		{`{"Fn::Join": [",", {"Ref": "Ports"}]}`, "80,443"},
		{`{"Fn::Join": [",", {"Ref": "Subnets"}]}`, `Join(",", Shop/Parameters.Subnets)`},
		{`{"Fn::Split": [",", {"Fn::Join": [",", {"Ref": "Subnets"}]}]}`, "Shop/Parameters.Subnets"},
		{`{"Fn::Split": ["|", "a|b||c"]}`, `[a, b, "", c]`},
		{`{"Fn::Split": [",", {"Fn::Join": [",", [{"Fn::GetAtt": ["Web", "GroupId"]}, {"Fn::GetAtt": ["App", "GroupId"]}]]}]}`,
			"[Shop/Web.GroupId, Shop/App.GroupId]"},
		{`{"Fn::Split": [",", {"Fn::Join": [",", [{"Ref": "Name"}, "b"]]}]}`, `Split(",", Sub("${Shop/Parameters.Name},b"))`},
		{`{"Fn::Split": ["-", {"Ref": "Web"}]}`, "Split(-, Shop/Web)"},
		{`{"Fn::Split": [",", {"Ref": "Custom"}]}`, `Split(",", Shop/Custom)`},
		{`{"Fn::Select": [0, {"Fn::Split": [",", {"Ref": "Name"}]}]}`, `Split(",", Shop/Parameters.Name)[0]`},
		{`{"Fn::Select": ["1", ["a", "b"]]}`, "b"},
		{`{"Fn::Select": [1, {"Ref": "Ports"}]}`, "443"},
		{`{"Fn::Select": [2, {"Ref": "Subnets"}]}`, "Shop/Parameters.Subnets[2]"},
		{`{"Fn::Select": [0, {"Fn::GetAtt": ["Vpc", "Ipv6CidrBlocks"]}]}`, "Shop/Vpc.Ipv6CidrBlocks[0]"},
		{`{"Fn::Select": [{"Ref": "Name"}, ["a", "b"]]}`, "Select(Shop/Parameters.Name, [a, b])"},
		{`{"Fn::Select": [0, {"Fn::GetAZs": ""}]}`, "GetAZs(AWS::Region)[0]"},
		{`{"Fn::Select": [0, {"Fn::GetAZs": {"Ref": "AWS::Region"}}]}`, "GetAZs(AWS::Region)[0]"},
		{`{"Fn::GetAZs": "eu-west-1"}`, "GetAZs(eu-west-1)"},

		{`{"Fn::Cidr": ["192.168.0.0/24", "6", "5"]}`, "[192.168.0.0/27, 192.168.0.32/27, 192.168.0.64/27, 192.168.0.96/27, " +
			"192.168.0.128/27, 192.168.0.160/27]"},
		{`{"Fn::Cidr": [{"Ref": "Range"}, 2, 8]}`, "[10.1.0.0/24, 10.1.1.0/24]"},
		{`{"Fn::Cidr": ["2001:db8::/56", 2, 64]}`, "[2001:db8::/64, 2001:db8:0:1::/64]"},
		{`{"Fn::Cidr": ["0.0.0.0/0", 1, 32]}`, "[0.0.0.0/0]"},
		{`{"Fn::Select": [1, {"Fn::Cidr": [{"Fn::GetAtt": ["Vpc", "CidrBlock"]}, 4, 8]}]}`, "Cidr(Shop/Vpc.CidrBlock, 8)[1]"},
		{`{"Fn::Select": [1, {"Fn::Cidr": [{"Fn::GetAtt": ["Vpc", "CidrBlock"]}, {"Ref": "Name"}, 8]}]}`, "Cidr(Shop/Vpc.CidrBlock, 8)[1]"},
		{`{"Fn::Cidr": ["10.0.0.0/16", 2, {"Ref": "Name"}]}`, "Cidr(10.0.0.0/16, Shop/Parameters.Name)"},

		{`{"Fn::FindInMap": ["Sizes", {"Ref": "Env"}, "Cidr"]}`, "10.0.0.0/16"},
		{`{"Fn::FindInMap": ["Sizes", "prod", "Zones"]}`, "[a, b]"},
		{`{"Fn::FindInMap": ["Sizes", "test", "Cidr", {"DefaultValue": {"Ref": "Range"}}]}`, "10.1.0.0/16"},
		{`{"Fn::FindInMap": ["Sizes", {"Ref": "AWS::Region"}, "Cidr"]}`, "FindInMap(Shop/AWS::StackId, Sizes, AWS::Region, Cidr)"},

		{`{"Fn::If": ["IsProd", 1, {"Ref": "Nobody"}]}`, "1"},
		{`{"Fn::If": ["IsDev", 1, 2]}`, "2"},
		{`{"Fn::If": ["Named", 1, 2]}`, "If(Shop/Conditions.Named, 1, 2)"},
		{`{"Fn::If": ["Named", 1, 1]}`, "1"},
		{`{"Fn::If": ["Both", 1, 2]}`, "If(Shop/Conditions.Both, 1, 2)"},
		{`{"Fn::If": ["Neither", 1, 2]}`, "2"},
		{`{"Fn::If": ["Either", 1, 2]}`, "1"},
		{`{"Fn::If": ["Same", 1, 2]}`, "1"},
		{`{"Fn::Sub": ["10.${N}.0.0/16", {"N": {"Fn::If": ["Named", 1, 2]}}]}`, "If(Shop/Conditions.Named, 10.1.0.0/16, 10.2.0.0/16)"},
		{`{"Fn::Join": [",", ["a", {"Fn::If": ["Named", "b", {"Ref": "AWS::NoValue"}]}]]}`, `If(Shop/Conditions.Named, "a,b", a)`},
		{`{"Fn::Select": [0, [{"Fn::If": ["Named", "a", {"Ref": "AWS::NoValue"}]}, "b"]]}`, "If(Shop/Conditions.Named, a, b)"},
		{`{"Fn::Select": [0, {"Fn::If": ["Named", ["a"], ["b"]]}]}`, "If(Shop/Conditions.Named, a, b)"},
		{`{"Fn::Equals": ["a", "b"]}`, "false"},
		{`{"Fn::Equals": [{"Ref": "Name"}, "b"]}`, "Equals([Shop/Parameters.Name, b])"},
		{`{"Fn::Equals": [{"Fn::If": ["Named", "a", "b"]}, "c"]}`, "false"},
		{`{"Fn::Equals": [{"Fn::If": ["Named", "a", "b"]}, "a"]}`, "Equals([If(Shop/Conditions.Named, a, b), a])"},
		{`{"Fn::Equals": ["a", {"Fn::If": ["Named", ["a"], {"A": 1}]}]}`, "false"},
		{`{"Fn::Equals": [["a", {"Ref": "Name"}], ["b", 1]]}`, "false"},
		{`{"Fn::Equals": [["a", {"Ref": "Name"}], ["a", 1]]}`, "Equals([[a, Shop/Parameters.Name], [a, 1]])"},
		{`{"Fn::Equals": [["a"], ["a", 1]]}`, "false"},
		{`{"Fn::Equals": [{"A": {"Ref": "Name"}}, 1]}`, "Equals([{A: Shop/Parameters.Name}, 1])"},
		{`{"Fn::Equals": [{"Ref": "Web"}, "sg-1"]}`, "Equals([Shop/Web, sg-1])"},
		{`{"Fn::Not": [{"Fn::Equals": ["a", "b"]}]}`, "true"},

		{`{"Fn::Base64": "hello"}`, "aGVsbG8="},
		{`{"Fn::Base64": {"Fn::Sub": "x ${Name}"}}`, "Base64(x ${Shop/Parameters.Name})"},
		{`{"Fn::Length": {"Ref": "Ports"}}`, "2"},
		{`{"Fn::Length": {"Ref": "Subnets"}}`, "Length(Shop/Parameters.Subnets)"},
		{`{"Fn::ToJsonString": {"A": {"Ref": "Vpc"}}}`, "ToJsonString({A: Shop/Vpc})"},
		{`{"Fn::Transform": {"Name": "AWS::Include"}}`, `Transform({Name: "AWS::Include"})`},
		{`{"Fn::Transform": {"Name": "M"}, "B": 1}`, "Transform({B: 1, Transform: {Name: M}})"},
		{`{"Fn::Tomorrow": [1]}`, "Tomorrow([1])"},
		{`"{{resolve:ssm:/x}}"`, "{{resolve:ssm:/x}}"},
		{`{"Fn::Join": ["", ["{{resolve:secretsmanager:", {"Ref": "Name"}, ":x}}"]]}`, "{{resolve:secretsmanager:${Shop/Parameters.Name}:x}}"},
		{`{"Fn::Join": ["", ["{{resolve:", "ssm:/x}}"]]}`, "{{resolve:ssm:/x}}"},
		{`"a {{resolve:ssm:/x}} b"`, "a {{resolve:ssm:/x}} b"},
	} {
		v, err := a.Evaluate("Shop", []byte(tt.expression))
		if assert.NoError(t, err, tt.expression) {
			assert.Equal(t, tt.want, v.String(), tt.expression)
		}
	}
}
