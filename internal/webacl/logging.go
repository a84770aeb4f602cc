package webacl

// Logging is the logging configuration of a web ACL (AWS::WAFv2::LoggingConfiguration).
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

// LogFilter says whether requests that meet conditions are logged.
type LogFilter struct {
	Behavior    string // KEEP or DROP
	Requirement string // MEETS_ALL or MEETS_ANY
	Conditions  []LogCondition
}

// LogCondition is a condition on requests. Exactly one field is set.
type LogCondition struct {
	ActionCondition    *ActionCondition    `json:",omitempty"`
	LabelNameCondition *LabelNameCondition `json:",omitempty"`
}

// ActionCondition is the action on a request: ALLOW, BLOCK, COUNT, CAPTCHA, CHALLENGE or EXCLUDED_AS_COUNT.
type ActionCondition struct{ Action string }

// LabelNameCondition is a label of a request, with its prefix.
type LabelNameCondition struct{ LabelName string }

// LogPrefix begins the names of all log destinations (AWS WAF Developer Guide, "Logging destinations").
const LogPrefix = "aws-waf-logs-"

// SecretHeaders are the headers that logs leave out by default.
func SecretHeaders() []Field {
	return []Field{{SingleHeader: &Named{Name: "authorization"}}, {SingleHeader: &Named{Name: "cookie"}}}
}
