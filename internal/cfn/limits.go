package cfn

// Bounds on what is read. CloudFormation's own are far below, so that no template which can be deployed meets one of these;
// they end what would otherwise exhaust memory or never end.
const (
	maxFileSize       = 64 << 20 // of JSON; CloudFormation takes 1 MB. Room for generated templates and measurements.
	maxYAMLSize       = 8 << 20  // of YAML, whose parser needs a hundred times the memory of its input
	maxNodes          = 4 << 20  // as written, in one template: 64 bytes each
	maxNesting        = 200      // as written; keeps the recursion of every reader short
	maxAliased        = 100_000  // nodes that YAML aliases may add to a template, against "billion laughs"
	maxResolved       = 8 << 20  // units of resolved values in an assembly: one per value and one per 64 bytes of text, or per madeText
	maxText           = 1 << 20  // characters of a text that functions make: CloudFormation's limit on a whole template
	madeText          = 16       // bytes of a text that functions make, which count as one unit
	maxDepth          = 1000     // of resolved values: parameters, outputs and imports nest what is written
	maxStacks         = 10_000   // in an assembly, nested ones included: ten templates that nest ten each end here
	maxOutcomes       = 16       // of conditions that one function's arguments are told apart by: four conditions
	maxProblems       = 50       // told of one assembly; the first ones explain the rest
	maxConditionDepth = 8        // condition functions nested in values, where CloudFormation takes none: each is looked at twice
	maxRemarks        = 1000     // on the writing of one file
	maxCidrCount      = 256      // CloudFormation's own limit on Fn::Cidr

	maxAlternatives = 256 // outcomes by the allowed values of parameters that a condition is told apart by
)
