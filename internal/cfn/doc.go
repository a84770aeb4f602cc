// Package cfn reads CloudFormation templates: as CDK synthesizes them into a cloud assembly, and as people write them, in
// JSON or in YAML with short-form intrinsics. What can be resolved offline is resolved, across nested stacks, parameters
// with values, conditions, mappings, exports and imports; what cannot stays a named symbol that says which parameter or which
// template would tell it. A default that is used is an assumption, and a condition on a parameter without
// a given value is open: what it guards may exist or not.
//
// Input is not trusted: files outside the assembly are refused, and sizes and depths have limits that errors name.
//
// It knows CloudFormation's language and none of AWS's services.
package cfn
