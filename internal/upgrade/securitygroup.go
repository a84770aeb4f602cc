package upgrade

// ruleBridge is what allows a rule's traffic between two deployments.
const ruleBridge = "rules with other blocks or ports that allow the same traffic"

// securityGroupTypes holds groups and their rules. The keys of rules are in rule.go, because rules may also be inline.
func securityGroupTypes() map[string]typeFacts {
	return map[string]typeFacts{
		"AWS::EC2::SecurityGroup": {
			replacing: "GroupDescription GroupName VpcId",
			keys: []key{{properties: "VpcId= GroupName~", description: "the group name {GroupName}", awsError: "InvalidGroup.Duplicate",
				uniqueIn: parent}},
			loss: &loss{rule: "group-replaced", detail: "every member of the group and every rule that names it must move to the new one: " +
				"traffic is interrupted in between, and AWS refuses to delete a group in use (DependencyViolation)",
				fix: "keep the description and the name; or deploy twice: first add a second group with the change and attach it too, then remove " +
					"this one"},
		},
		"AWS::EC2::SecurityGroupIngress": {
			replacing: "CidrIp CidrIpv6 FromPort GroupId GroupName IpProtocol SourcePrefixListId SourceSecurityGroupId SourceSecurityGroupName " +
				"SourceSecurityGroupOwnerId ToPort",
		},
		"AWS::EC2::SecurityGroupEgress": {
			replacing: "CidrIp CidrIpv6 DestinationPrefixListId DestinationSecurityGroupId FromPort GroupId IpProtocol ToPort",
		},
		"AWS::EC2::SecurityGroupVpcAssociation": {
			replacing: "GroupId VpcId",
			keys: []key{{properties: "GroupId VpcId", description: "the association of {GroupId} with {VpcId}",
				afterCleanup: "the group is no longer in the VPC"}},
		},
	}
}
