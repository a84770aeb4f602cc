// Package cfn reads CloudFormation templates: those that CDK writes into a cloud assembly, and those that people write,
// in JSON or in YAML with short-form intrinsics. It resolves what can be resolved offline, across nested stacks,
// parameters with values, conditions, mappings, exports and imports. A value that cannot be resolved becomes a named
// Symbol, which says which parameter or template is needed to resolve it.
//
// Load reads templates from files, and Read reads one from memory. Both return an Assembly of Stacks, a Stack has
// Resources, and a Resource has properties, each of them a Value.
//
// Package cfn knows CloudFormation's language. It must not know any AWS service: what a resource type means is decided
// by its users.
//
// # Words
//
//   - assumed: a parameter without a given value has its default in properties. Resource.Defaults lists such
//
// assumptions.
//   - open: a condition whose outcome is unknown. Conditions never assume defaults, so a resource with an open
//
// condition may exist or not.
//   - Symbol: a value that is known only at deployment, under a stable name.
//   - Choice: two values, of which an open condition selects one.
//   - cause: what makes a value uncertain, such as a parameter without a given value or an import without its export.
//   - definition: a named parameter, condition, output or resource in a template. Its resolution is what it evaluates
//
// to.
//   - node: a piece of a template as it is written, before anything is resolved.
//
// # Untrusted input
//
// Input is not trusted. Files outside the assembly are refused, and sizes and depths have limits, which errors name.
package cfn
