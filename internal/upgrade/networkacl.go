package upgrade

var networkACLKinds = map[string]kind{
	"AWS::EC2::NetworkAcl": {replacing: "VpcId"},
	"AWS::EC2::NetworkAclEntry": {
		replacing: "Egress NetworkAclId RuleNumber",
		keys: []key{{
			of: "NetworkAclId Egress=false RuleNumber", what: "entry {RuleNumber} of {NetworkAclId} (egress: {Egress})",
			answer: "NetworkAclEntryAlreadyExists", bridge: "the same entry under a free number",
		}},
	},
	"AWS::EC2::SubnetNetworkAclAssociation": {
		replacing: "NetworkAclId SubnetId",
		keys: []key{{
			of: "SubnetId", what: "the network ACL of {SubnetId}",
			adopts: "the subnet falls back to the VPC's default network ACL, which allows all traffic unless somebody changed it",
		}},
	},
}
