// Package cfn reads CloudFormation templates: as CDK synthesizes them into a cloud assembly, and as people write them, in
// JSON or in YAML with short-form intrinsics. What can be resolved offline is resolved, across nested stacks, parameters
// with values, conditions, mappings, exports and imports; what cannot stays a named symbol.
//
// It knows CloudFormation's language and none of AWS's services.
package cfn
