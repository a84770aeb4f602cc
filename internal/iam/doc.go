// Package iam models the policies of VPC endpoints, and those of roles and resources as far as they matter for endpoints. It reads and
// writes policies, checks them against the rules that AWS publishes, evaluates requests, compares two policies, and makes policies smaller
// without changing what they mean.
//
// Texts of a policy may hold values that are known only at deployment, written as in Fn::Sub: "${Shop/Bucket.Arn}/uploads/*". The package
// assumes three things about them: values with the same name are the same; the ARNs of two resources, "${Shop/Bucket.Arn}", differ; and
// the ARN of a resource without a name of its own differs from every ARN that is written out. The package knows neither templates nor CDK.
package iam
