package reach

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
)

// network is the part that the templates of these tests have in common.
const network = `
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  B: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}}
  One: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !Ref Vpc, GroupDescription: one}}
  Two: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !Ref Vpc, GroupDescription: two}}
`

// TestInterfaces tests which groups go with which subnets.
func TestInterfaces(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		resources string
		want      []string // groups, then subnets, of each class; "none" for interfaces that nothing filters
		gaps      []string
	}{
		"function": {`F: {Type: AWS::Lambda::Function, Properties: {VpcConfig: {SecurityGroupIds: [!Ref One], SubnetIds: [!Ref A, !Ref B]}}}`,
			[]string{"One in A B"}, nil},
		"instance without groups has the default one": {`I: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref A}}`,
			[]string{"default in A"}, nil},
		"instance outside": {`I: {Type: AWS::EC2::Instance, Properties: {InstanceType: t4g.nano}}`, nil, nil},
		"two groups": {`I: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref A, SecurityGroupIds: [!Ref Two, !GetAtt One.GroupId]}}`,
			[]string{"One Two in A"}, nil},
		"two interfaces": {`I: {Type: AWS::EC2::Instance, Properties: {NetworkInterfaces: [
          {DeviceIndex: "0", SubnetId: !Ref A, GroupSet: [!Ref One]}, {DeviceIndex: "1", SubnetId: !Ref B, GroupSet: [!Ref Two]}]}}`,
			[]string{"One in A", "Two in B"}, nil},
		"an interface of its own": {`
  E: {Type: AWS::EC2::NetworkInterface, Properties: {SubnetId: !Ref B, GroupSet: [!Ref Two]}}
  I: {Type: AWS::EC2::Instance, Properties: {NetworkInterfaces: [{DeviceIndex: "0", NetworkInterfaceId: !Ref E}]}}`,
			[]string{"Two in B"}, nil},
		"launch template": {`
  L: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {SecurityGroupIds: [!Ref One]}}}
  G: {Type: AWS::AutoScaling::AutoScalingGroup,
    Properties: {VPCZoneIdentifier: [!Ref A, !Ref B], LaunchTemplate: {LaunchTemplateId: !Ref L}}}`,
			[]string{"One in A B"}, nil},
		"launch template with interfaces": {`
  L: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {NetworkInterfaces: [{Groups: [!Ref One, !Ref Two]}]}}}
  G: {Type: AWS::AutoScaling::AutoScalingGroup, Properties: {VPCZoneIdentifier: [!Ref A], LaunchTemplate: {LaunchTemplateId: !Ref L}}}`,
			[]string{"One Two in A"}, nil},
		"launch templates are alternatives": {`
  L: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {SecurityGroupIds: [!Ref One]}}}
  M: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {SecurityGroupIds: [!Ref Two]}}}
  G: {Type: AWS::AutoScaling::AutoScalingGroup, Properties: {VPCZoneIdentifier: [!Ref A], MixedInstancesPolicy: {LaunchTemplate: {
    LaunchTemplateSpecification: {LaunchTemplateId: !Ref L}, Overrides: [{LaunchTemplateSpecification: {LaunchTemplateId: !Ref M}}]}}}}`,
			[]string{"One in A", "Two in A"}, nil},
		"a launch template that is not there": {`
  G: {Type: AWS::AutoScaling::AutoScalingGroup, Properties: {VPCZoneIdentifier: [!Ref A], LaunchTemplate: {LaunchTemplateId: lt-123}}}`,
			[]string{"in A, groups unseen"}, nil},
		"database in a subnet group": {`
  S: {Type: AWS::RDS::DBSubnetGroup, Properties: {DBSubnetGroupDescription: x, SubnetIds: [!Ref A, !Ref B]}}
  D: {Type: AWS::RDS::DBInstance, Properties: {DBSubnetGroupName: !Ref S, VPCSecurityGroups: [!Ref Two]}}`,
			[]string{"Two in A B"}, nil},
		"network load balancer without groups": {`
  N: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer,
    Properties: {Type: network, SubnetMappings: [{SubnetId: !Ref A}, {SubnetId: !Ref B}]}}`,
			[]string{"none in A B"}, nil},
		"application load balancer without groups": {`
  N: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Subnets: [!Ref A, !Ref B]}}`,
			[]string{"default in A B"}, nil},
		"spot fleet": {`
  N: {Type: AWS::EC2::SpotFleet, Properties: {SpotFleetRequestConfigData: {LaunchSpecifications: [
    {SubnetId: !Ref A, SecurityGroups: [{GroupId: !Ref One}, {GroupId: !Ref Two}]}, {SubnetId: !Ref B,
    SecurityGroups: [{GroupId: !Ref One}]}]}}}`,
			[]string{"One Two in A", "One in B"}, nil},
		"subnets by ARN": {`
  N: {Type: AWS::DataSync::LocationNFS, Properties: {}}
  M: {Type: AWS::DataSync::LocationEFS, Properties: {Ec2Config: {SubnetArn: "arn:aws:ec2:eu-west-1:123456789012:subnet/subnet-1",
    SecurityGroupArns: ["arn:aws:ec2:eu-west-1:123456789012:security-group/sg-1"]}}}`,
			[]string{"sg-1 in subnet-1"}, nil},
		"unknown type": {`X: {Type: AWS::New::Thing, Properties: {Somewhere: [{Deep: !GetAtt One.GroupId}]}}`, nil,
			[]string{"AWS::New::Thing is not in the specification of resource types that this version knows"}},
		"unknown type elsewhere": {`X: {Type: AWS::New::Thing, Properties: {Size: 3}}`, nil, nil},
		"inert type":             {`X: {Type: AWS::EC2::FlowLog, Properties: {ResourceId: !Ref Vpc, ResourceType: VPC}}`, nil, nil},
		"the group of a service": {`
  X: {Type: AWS::Cloud9::EnvironmentEC2, Properties: {SubnetId: !Ref A}}`,
			[]string{"in A, groups unseen"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := cfn.Read("t.yaml", []byte("Resources:"+network+"  "+c.resources+"\n"), nil)
			require.NoError(t, err)
			top := Build(a)
			var got, gaps []string
			for _, class := range top.Classes {
				got = append(got, describe(class))
			}
			for _, g := range top.Gaps {
				gaps = append(gaps, g.Reason)
			}
			assert.ElementsMatch(t, c.want, got)
			assert.Equal(t, c.gaps, gaps)
		})
	}
}

func describe(c *Class) string {
	out := ""
	for _, g := range c.Groups {
		switch {
		case g.Default != nil:
			out += "default "
		case g.Resource != nil:
			out += g.Resource.ID + " "
		default:
			out += g.Name + " "
		}
	}
	if c.Unfiltered {
		out += "none "
	}
	out += "in"
	for _, s := range c.Subnets {
		if s.Resource != nil {
			out += " " + s.Resource.ID
		} else {
			out += " " + s.Name
		}
	}
	if c.Unsure != "" {
		out += ", unsure"
	}
	if c.Unseen != "" {
		out += ", groups unseen"
	}
	return out
}
