package batch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/jsii-runtime-go/runtime"
)

// SelectSubnets returns the subnets of a selection. It asks CDK only if the selection does not list them.
func SelectSubnets(vpc awsec2.IVpc, s *awsec2.SubnetSelection) []awsec2.ISubnet {
	switch {
	case s != nil && s.Subnets != nil && s.SubnetType == "" && s.SubnetGroupName == nil:
		return *s.Subnets
	case !load():
		return *vpc.SelectSubnets(s).Subnets
	}
	var found []awsec2.ISubnet
	runtime.StaticInvoke(class, "selected", []any{vpc, s}, &found)
	return found
}
