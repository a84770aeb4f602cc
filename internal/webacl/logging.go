package webacl

// Logging is what is logged of a web ACL (AWS::WAFv2::LoggingConfiguration).
type Logging struct {
	ResourceArn           string
	LogDestinationConfigs []string
	RedactedFields        []Field        `json:",omitempty"`
	LoggingFilter         *LoggingFilter `json:",omitempty"`
}

// LoggingFilter says which requests are logged.
type LoggingFilter struct {
	DefaultBehavior string // KEEP or DROP
	Filters         []LogFilter
}

// LogFilter is what becomes of requests that meet conditions.
type LogFilter struct {
	Behavior    string // KEEP or DROP
	Requirement string // MEETS_ALL or MEETS_ANY
	Conditions  []LogCondition
}

// LogCondition is something that requests meet: just one member is set.
type LogCondition struct {
	ActionCondition    *ActionCondition    `json:",omitempty"`
	LabelNameCondition *LabelNameCondition `json:",omitempty"`
}

// ActionCondition is what became of a request: ALLOW, BLOCK, COUNT, CAPTCHA, CHALLENGE or EXCLUDED_AS_COUNT.
type ActionCondition struct{ Action string }

// LabelNameCondition is a label of a request, with its prefix.
type LabelNameCondition struct{ LabelName string }

// LogPrefix is what the names of all destinations begin with (AWS WAF Developer Guide, "Logging destinations").
const LogPrefix = "aws-waf-logs-"
