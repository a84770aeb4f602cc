package webacl

// ACL is a web ACL (AWS::WAFv2::WebACL). Its JSON form is CloudFormation's, like that of all types here.
type ACL struct {
	Name        string `json:",omitempty"`
	Description string `json:",omitempty"`
	// Scope is Regional or CloudFront.
	Scope                        string
	DefaultAction                *DefaultAction
	Rules                        []Rule `json:",omitempty"`
	VisibilityConfig             *Visibility
	CustomResponseBodies         map[string]ResponseBody       `json:",omitempty"`
	CaptchaConfig                *Immunity                     `json:",omitempty"`
	ChallengeConfig              *Immunity                     `json:",omitempty"`
	TokenDomains                 []string                      `json:",omitempty"`
	AssociationConfig            *AssociationConfig            `json:",omitempty"`
	DataProtectionConfig         *DataProtectionConfig         `json:",omitempty"`
	OnSourceDDoSProtectionConfig *OnSourceDDoSProtectionConfig `json:",omitempty"`
}

// The scopes.
const (
	Regional   = "REGIONAL"
	CloudFront = "CLOUDFRONT"
)

// Group is a rule group (AWS::WAFv2::RuleGroup).
type Group struct {
	Name        string `json:",omitempty"`
	Description string `json:",omitempty"`
	Scope       string
	// Capacity is the declared maximum cost of the group, in WCU. It never changes.
	Capacity             int
	Rules                []Rule `json:",omitempty"`
	VisibilityConfig     *Visibility
	CustomResponseBodies map[string]ResponseBody `json:",omitempty"`
}

// Rule is a rule of a web ACL or a rule group. Exactly one of Action and OverrideAction is set: OverrideAction if the statement is a rule
// group.
type Rule struct {
	Name             string
	Priority         int
	Statement        *Statement
	Action           *Action         `json:",omitempty"`
	OverrideAction   *OverrideAction `json:",omitempty"`
	RuleLabels       []Label         `json:",omitempty"`
	VisibilityConfig *Visibility
	CaptchaConfig    *Immunity `json:",omitempty"`
	ChallengeConfig  *Immunity `json:",omitempty"`
	// Unread says that the rule could not be read. Then only its name and priority are known.
	Unread bool `json:"-"`
}

// Label is a label that a rule adds to the requests that it matches, without the prefix that WAF adds.
type Label struct{ Name string }

// Visibility says which metrics and samples WAF keeps of the requests that a rule matches.
type Visibility struct {
	SampledRequestsEnabled   bool
	CloudWatchMetricsEnabled bool
	MetricName               string
}

// Immunity is how long a solved puzzle counts.
type Immunity struct{ ImmunityTimeProperty *ImmunityTime }

// ImmunityTime is in seconds.
type ImmunityTime struct{ ImmunityTime int }

// ResponseBody is a body of the responses that WAF itself sends.
type ResponseBody struct {
	ContentType string // TEXT_PLAIN, TEXT_HTML or APPLICATION_JSON
	Content     string
}

// AssociationConfig says how much of a request's body WAF inspects.
type AssociationConfig struct {
	// RequestBody has the limits by kind of resource: CLOUDFRONT, API_GATEWAY, COGNITO_USER_POOL, APP_RUNNER_SERVICE,
	// VERIFIED_ACCESS_INSTANCE.
	RequestBody map[string]BodyLimit `json:",omitempty"`
}

// BodyLimit is KB_16, KB_32, KB_48 or KB_64.
type BodyLimit struct{ DefaultSizeInspectionLimit string }

// DataProtectionConfig says what WAF hides in logs and samples.
type DataProtectionConfig struct{ DataProtections []DataProtection }

// DataProtection hides one kind of field.
type DataProtection struct {
	Action                  string // SUBSTITUTION or HASH
	Field                   ProtectedField
	ExcludeRateBasedDetails bool `json:",omitempty"`
	ExcludeRuleMatchDetails bool `json:",omitempty"`
}

// ProtectedField is a kind of field: SINGLE_HEADER, SINGLE_COOKIE, SINGLE_QUERY_ARGUMENT, QUERY_STRING or BODY.
type ProtectedField struct {
	FieldType string
	FieldKeys []string `json:",omitempty"`
}

// OnSourceDDoSProtectionConfig is for load balancers: ACTIVE_UNDER_DDOS or ALWAYS_ON.
type OnSourceDDoSProtectionConfig struct{ ALBLowReputationMode string }

// TierDescription is the description of the web ACL in front of a tier.
func TierDescription(tier string) string { return "Tier " + tier }
