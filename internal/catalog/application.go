package catalog

import "regexp"

// ApplicationInterfaces returns how an application of the AWS Serverless Application Repository places interfaces, given its
// id. It knows those that Secrets Manager publishes to rotate credentials: each makes one Lambda function, in the subnets and
// with the groups of its parameters, and changes nothing else of a network (Secrets Manager User Guide, "Rotation function
// templates").
func ApplicationInterfaces(id string) (Interfaces, bool) {
	return rotation, rotationID.MatchString(id)
}

// rotationID names the publisher's accounts in AWS, in China and in GovCloud.
var rotationID = regexp.MustCompile(
	`^arn:aws[a-z-]*:serverlessrepo:[a-z0-9-]+:(297356227824|193023089310|023102451235):applications/SecretsManager\w*Rotation\w*$`)

var rotation = Interfaces{
	Groups:  []string{"Parameters.vpcSecurityGroupIds"},
	Subnets: []string{"Parameters.vpcSubnetIds"},
	Public:  Public{Rule: PublicNever},
}
