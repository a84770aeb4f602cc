package webacl

// Empty is an object without members, whose presence alone has a meaning.
type Empty struct{}

// DefaultAction is the action for requests that no rule decides. Exactly one field is set.
type DefaultAction struct {
	Allow *AllowAction `json:",omitempty"`
	Block *BlockAction `json:",omitempty"`
}

// Action is what a rule does with the requests that it matches. Exactly one field is set.
type Action struct {
	Allow     *AllowAction    `json:",omitempty"`
	Block     *BlockAction    `json:",omitempty"`
	Count     *AllowAction    `json:",omitempty"`
	Captcha   *AllowAction    `json:",omitempty"`
	Challenge *AllowAction    `json:",omitempty"`
	Monetize  *MonetizeAction `json:",omitempty"`
}

// Name returns the name of the action as AWS's logs write it, "Block"; "Count" if none is set.
func (a Action) Name() string {
	switch {
	case a.Allow != nil:
		return "Allow"
	case a.Block != nil:
		return "Block"
	case a.Captcha != nil:
		return "Captcha"
	case a.Challenge != nil:
		return "Challenge"
	case a.Monetize != nil:
		return "Monetize"
	}
	return "Count"
}

// AllowAction allows a request or lets it continue, and may add headers.
type AllowAction struct {
	CustomRequestHandling *RequestHandling `json:",omitempty"`
}

// BlockAction stops a request.
type BlockAction struct {
	CustomResponse *Response `json:",omitempty"`
}

// MonetizeAction asks for payment. AWS accepts it only in scope CLOUDFRONT.
type MonetizeAction struct {
	PriceMultiplier string `json:",omitempty"` // "1" to "100"
}

// RequestHandling adds headers to a request. WAF prefixes their names with x-amzn-waf-.
type RequestHandling struct{ InsertHeaders []Header }

// Response is a response that WAF itself sends.
type Response struct {
	ResponseCode          int
	CustomResponseBodyKey string   `json:",omitempty"`
	ResponseHeaders       []Header `json:",omitempty"`
}

// Header is an HTTP header.
type Header struct{ Name, Value string }

// OverrideAction is what a rule does with the result of its rule group: None keeps it, and Count only counts.
type OverrideAction struct {
	None  *Empty `json:",omitempty"`
	Count *Empty `json:",omitempty"`
}
