package catalog

import "github.com/tierwall/tierwall/internal/lazyregexp"

// ApplicationInterfaces returns how an application of the AWS Serverless Application Repository places interfaces,
// given the application's id. It knows the applications that Secrets Manager publishes to rotate credentials. Each of
// them creates one Lambda function, with the subnets and groups of its parameters, and changes nothing else in a
// network (Secrets Manager User Guide, "Rotation function templates").
func ApplicationInterfaces(id string) (Interfaces, bool) {
	return rotation, rotationID.MatchString(id)
}

// rotationID matches the ids of these applications. The accounts are the publisher's in AWS, in China and in GovCloud.
var rotationID = lazyregexp.New(
	`^arn:aws[a-z-]*:serverlessrepo:[a-z0-9-]+:(297356227824|193023089310|023102451235):applications/SecretsManager\w*Rotation\w*$`)

var rotation = Interfaces{
	Groups:  []string{"Parameters.vpcSecurityGroupIds"},
	Subnets: []string{"Parameters.vpcSubnetIds"},
	Public:  Public{Rule: PublicNever},
}
