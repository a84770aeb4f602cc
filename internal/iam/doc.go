// Package iam is what the policies of VPC endpoints, and those of roles and resources as far as they meet them, say: it reads and writes
// them, holds them against the rules that AWS publishes, says what they decide of a request, compares two, and makes them small without
// changing what they mean.
//
// Texts of a policy may hold values that only a deployment knows, as Fn::Sub writes them: "${Shop/Bucket.Arn}/uploads/*". Nothing is
// assumed of such a value but that it is the same wherever it has the same name; that the ARNs of two resources, "${Shop/Bucket.Arn}",
// differ; and that such an ARN, of a resource to which nobody gave a name, is none that somebody has written out. The package knows
// neither templates nor CDK.
package iam
