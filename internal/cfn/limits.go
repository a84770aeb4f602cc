package cfn

// Limits of what is read. CloudFormation's own limits are far lower, so no deployable template reaches one of these.
// They stop input that would exhaust memory or run forever.
const (
	maxFileSize       = 64 << 20 // bytes of JSON. CloudFormation accepts 1 MB; the rest is for generated templates.
	maxYAMLSize       = 8 << 20  // bytes of YAML. Its parser needs a hundred times the memory of its input.
	maxNodes          = 4 << 20  // nodes in one template, 64 bytes each
	maxNesting        = 200      // nesting of nodes in one template, which limits the recursion of every reader
	maxAliased        = 100_000  // nodes that YAML aliases may add to a template (the "billion laughs" attack)
	maxLooped         = 1 << 20  // nodes that loops may make in one template: in JSON, they take far more than CloudFormation's 1 MB
	maxResolved       = 8 << 20  // units of resolved values in an assembly: see resolver.charge
	maxText           = 1 << 20  // bytes of a text that functions produce: CloudFormation's limit for a whole template
	madeText          = 16       // bytes of a text that functions produce and that count as one unit
	maxDepth          = 1000     // nesting of resolved values, through parameters, outputs and imports
	maxStacks         = 10_000   // stacks in an assembly, nested ones included
	maxOutcomes       = 16       // combinations of outcomes for one function's arguments: four conditions
	maxProblems       = 50       // problems reported for one assembly; the first ones explain the rest
	maxConditionDepth = 8        // nesting of condition functions in values; each is resolved twice
	maxRemarks        = 1000     // remarks about one file
	maxCidrCount      = 256      // blocks of one Fn::Cidr: CloudFormation's own limit

	maxAlternatives = 256 // combinations of the allowed values of parameters for one condition
)
