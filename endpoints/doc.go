// Package endpoints makes VPC endpoints for AWS services. Their policies allow the calls that were granted and nothing else.
//
// [Grant] says which AWS services a tier uses: which actions, on which resources. From the grants of all its tiers, a network derives
//   - one endpoint for each service, however many tiers use it;
//   - the endpoints' security groups and routes, and the security group rules at both ends;
//   - the endpoints' policies.
//
// The roles of the tiers get the IAM statements that they need for their grants.
//
//	endpoints.Roles(app, taskRole)
//	endpoints.Grant(app,
//		endpoints.S3(bucket).Read("uploads/*"),
//		endpoints.Secret(password).Read(),
//		endpoints.Service("xray").Actions("PutTraceSegments").On("*"))
//
// Some uses need more than the service that they name. To pull an image, for example, a task also reads layers from a bucket of Amazon
// ECR. Such companions are granted as well, and the network's summary says why.
//
// # Across stacks
//
// If a service has a stack of its own, that stack depends on the network's stack, where the endpoints are. The endpoints' policies name
// the service's roles and resources, so those must have names that CDK knows at synthesis: names of your own, or
// PhysicalName_GENERATE_IF_NEEDED in a stack whose Env has an account and a Region. Without such names, the two stacks refer to each other
// in a circle, and the synthesis fails.
//
// # Single endpoints
//
// [NewInterface] and [NewGateway] make a single endpoint in any VPC, without a network of tiers. Their typed policies are checked against
// the actions, resources and condition keys that AWS publishes in the Service Authorization Reference.
package endpoints
