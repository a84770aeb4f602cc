package batch

import "github.com/aws/aws-cdk-go/awscdk/v2/awsec2"

// SelectSubnets returns the subnets of a selection. It asks CDK only if the selection does not list them.
func SelectSubnets(vpc awsec2.IVpc, s *awsec2.SubnetSelection) []awsec2.ISubnet {
	if s != nil && s.Subnets != nil && s.SubnetType == "" && s.SubnetGroupName == nil {
		return *s.Subnets
	}
	return *vpc.SelectSubnets(s).Subnets
}
