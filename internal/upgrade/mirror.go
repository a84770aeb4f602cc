package upgrade

// mirrorTypes are those of VPC Traffic Mirroring, after the CloudFormation specification.
func mirrorTypes() map[string]typeFacts {
	return map[string]typeFacts{
		"AWS::EC2::TrafficMirrorFilter": {replacing: "Description"},
		"AWS::EC2::TrafficMirrorFilterRule": {
			replacing: "TrafficMirrorFilterId",
			keys: []key{{
				properties:  "TrafficMirrorFilterId TrafficDirection RuleNumber",
				description: "rule {RuleNumber} of the mirror filter {TrafficMirrorFilterId}, {TrafficDirection}", awsError: "with an error",
			}},
		},
		"AWS::EC2::TrafficMirrorSession": {
			replacing: "NetworkInterfaceId",
			keys: []key{{
				properties:  "NetworkInterfaceId SessionNumber",
				description: "session {SessionNumber} of the network interface {NetworkInterfaceId}", awsError: "with an error",
			}},
		},
		"AWS::EC2::TrafficMirrorTarget": {
			replacing: "Description GatewayLoadBalancerEndpointId NetworkInterfaceId NetworkLoadBalancerArn",
		},
	}
}
