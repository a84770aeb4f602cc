package upgrade

// ruleBridge is what carries a rule's traffic between two deploys.
const ruleBridge = "rules of other blocks or ports that carry the same traffic"

// securityGroupTypes are groups; the keys of their rules are in rule.go, as rules are inline as well.
var securityGroupTypes = map[string]typeFacts{
	"AWS::EC2::SecurityGroup": {
		replacing: "GroupDescription GroupName VpcId",
		keys:      []key{{properties: "VpcId= GroupName~", description: "the group name {GroupName}", awsError: "InvalidGroup.Duplicate", uniqueIn: parent}},
		loss: &loss{rule: "group-replaced", detail: "everything that wears the group and every rule that names it must move to the new one: traffic stops between the steps, and AWS refuses to delete a group in use (DependencyViolation)",
			fix: "leave the description and the name as they are; or deploy twice: first add a group with the change and attach it beside this one, then remove this one"},
	},
	"AWS::EC2::SecurityGroupIngress": {
		replacing: "CidrIp CidrIpv6 FromPort GroupId GroupName IpProtocol SourcePrefixListId SourceSecurityGroupId SourceSecurityGroupName SourceSecurityGroupOwnerId ToPort",
	},
	"AWS::EC2::SecurityGroupEgress": {
		replacing: "CidrIp CidrIpv6 DestinationPrefixListId DestinationSecurityGroupId FromPort GroupId IpProtocol ToPort",
	},
	"AWS::EC2::SecurityGroupVpcAssociation": {
		replacing: "GroupId VpcId",
		keys:      []key{{properties: "GroupId VpcId", description: "the association of {GroupId} with {VpcId}", afterCleanup: "the group is no longer in the VPC"}},
	},
}
