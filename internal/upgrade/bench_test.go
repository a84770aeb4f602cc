package upgrade

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkCheck updates a network of groups with ten rules each, half of them inline, of which one in ten changes.
func BenchmarkCheck(b *testing.B) {
	for _, groups := range []int{10, 100, 1000} {
		b.Run(fmt.Sprint(groups), func(b *testing.B) {
			before, after := read(b, network(groups, 0)), read(b, network(groups, 1))
			found := len(Check(before, after))
			if found != groups/10 {
				b.Fatalf("%d findings", found)
			}
			for b.Loop() {
				Check(before, after)
			}
		})
	}
}

// network is a template of groups; step says which descriptions it has.
func network(groups, step int) string {
	var s strings.Builder
	s.WriteString(`{"Resources": {"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/8"}}`)
	for g := range groups {
		description := "rule"
		if g%10 == 0 {
			description = fmt.Sprint("rule ", step)
		}
		fmt.Fprintf(&s, `, "Subnet%d": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.%d.%d.0/24"}}`, g, g/256, g%256)
		fmt.Fprintf(&s, `, "Group%d": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"VpcId": {"Ref": "Vpc"}, "GroupDescription": "g", "SecurityGroupIngress": [`, g)
		for r := range 5 {
			if r > 0 {
				s.WriteString(", ")
			}
			fmt.Fprintf(&s, `{"IpProtocol": "tcp", "FromPort": %d, "ToPort": %d, "CidrIp": "10.%d.0.0/16", "Description": "%s"}`, 8000+r, 8000+r, g%256, description)
		}
		s.WriteString(`]}}`)
		for r := range 5 {
			fmt.Fprintf(&s, `, "Rule%dx%d": {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {"GroupId": {"Fn::GetAtt": ["Group%d", "GroupId"]}, "IpProtocol": "tcp", "FromPort": %d, "ToPort": %d, "SourceSecurityGroupId": {"Ref": "Group%d"}}}`,
				g, r, g, 9000+r, 9000+r, (g+r+1)%groups)
		}
	}
	s.WriteString("}}")
	return s.String()
}
