package webacl

// ManagedGroup is a rule group of AWS or of a seller.
type ManagedGroup struct {
	VendorName              string
	Name                    string
	Version                 string           `json:",omitempty"` // empty is the vendor's default
	ManagedRuleGroupConfigs []ManagedConfig  `json:",omitempty"`
	RuleActionOverrides     []ActionOverride `json:",omitempty"`
	ExcludedRules           []ExcludedRule   `json:",omitempty"`
	ScopeDownStatement      *Statement       `json:",omitempty"`
}

// ManagedConfig configures one of AWS's groups. Exactly one field is set. LoginPath to PasswordField are an old form.
type ManagedConfig struct {
	AWSManagedRulesACFPRuleSet       *ACFPConfig       `json:",omitempty"`
	AWSManagedRulesAntiDDoSRuleSet   *AntiDDoSConfig   `json:",omitempty"`
	AWSManagedRulesATPRuleSet        *ATPConfig        `json:",omitempty"`
	AWSManagedRulesBotControlRuleSet *BotControlConfig `json:",omitempty"`
	LoginPath                        string            `json:",omitempty"`
	PayloadType                      string            `json:",omitempty"`
	UsernameField                    *Identifier       `json:",omitempty"`
	PasswordField                    *Identifier       `json:",omitempty"`
}

// BotControlConfig chooses the level of bot control, COMMON or TARGETED.
type BotControlConfig struct {
	InspectionLevel       string
	EnableMachineLearning *bool `json:",omitempty"`
}

// AntiDDoSConfig says when clients are challenged and when they are blocked. SensitivityToBlock is LOW, MEDIUM or HIGH.
type AntiDDoSConfig struct {
	ClientSideActionConfig *ClientSideActions
	SensitivityToBlock     string `json:",omitempty"`
}

// ClientSideActions says what clients must do.
type ClientSideActions struct{ Challenge *ClientSideAction }

// ClientSideAction is ENABLED or DISABLED, and has the paths that are exempt.
type ClientSideAction struct {
	UsageOfAction               string
	Sensitivity                 string  `json:",omitempty"`
	ExemptUriRegularExpressions []Regex `json:",omitempty"`
}

// Regex is a regular expression.
type Regex struct{ RegexString string }

// Identifier is the name of a field of a form, or a JSON pointer.
type Identifier struct{ Identifier string }

// ATPConfig describes where users log in.
type ATPConfig struct {
	LoginPath          string
	EnableRegexInPath  bool                `json:",omitempty"`
	RequestInspection  *RequestInspection  `json:",omitempty"`
	ResponseInspection *ResponseInspection `json:",omitempty"`
}

// ACFPConfig describes where users create accounts.
type ACFPConfig struct {
	CreationPath         string
	RegistrationPagePath string
	EnableRegexInPath    bool                `json:",omitempty"`
	RequestInspection    *RequestInspection  `json:",omitempty"`
	ResponseInspection   *ResponseInspection `json:",omitempty"`
}

// RequestInspection names the fields of a user's request. Email, phone numbers and addresses are for ACFP.
type RequestInspection struct {
	PayloadType       string       // JSON or FORM_ENCODED
	UsernameField     *Identifier  `json:",omitempty"`
	PasswordField     *Identifier  `json:",omitempty"`
	EmailField        *Identifier  `json:",omitempty"`
	PhoneNumberFields []Identifier `json:",omitempty"`
	AddressFields     []Identifier `json:",omitempty"`
}

// ResponseInspection tells success and failure apart. Exactly one field is set. AWS accepts it only in scope CLOUDFRONT.
type ResponseInspection struct {
	BodyContains *ResponseTexts      `json:",omitempty"`
	Header       *ResponseHeader     `json:",omitempty"`
	Json         *ResponseJSON       `json:",omitempty"`
	StatusCode   *ResponseStatusCode `json:",omitempty"`
}

// ResponseTexts tells by texts of the body.
type ResponseTexts struct{ SuccessStrings, FailureStrings []string }

// ResponseHeader tells by the values of a header.
type ResponseHeader struct {
	Name                         string
	SuccessValues, FailureValues []string
}

// ResponseJSON tells by the value of a member.
type ResponseJSON struct {
	Identifier                   string
	SuccessValues, FailureValues []string
}

// ResponseStatusCode tells by status codes.
type ResponseStatusCode struct{ SuccessCodes, FailureCodes []int }
