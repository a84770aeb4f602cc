// Package template writes the CloudFormation template of a plan, without the CDK and Node: for teams that deploy with CloudFormation, SAM
// or another tool, and for tests that need thousands of templates.
//
// The template equals what the constructs of package tiers and of the controls synthesize from the same declaration, resource by
// resource: logical ids, properties, tags, names, dependencies and policies. A test holds both against each other. So a network can move
// from a template to a CDK app and back, and its stack does not change.
//
// What only the CDK can make is left out:
//   - The custom resource that removes the rules of the VPC's default security group, with its Lambda function. No tier is in that group.
//     To remove the rules once: aws ec2 revoke-security-group-ingress and revoke-security-group-egress with the group's id.
//   - The resource AWS::CDK::Metadata, and metadata for cdk-nag. Each resource has its construct path as metadata, so that the commands of
//     tierwall call it by the same name as in a synthesized template.
//   - The workloads themselves.
//
// A value that only a deployment knows is a parameter of the template, or an import of another stack's export: see [Input].
//
// The package does not know files of users, commands, or the CDK's types.
package template
