package webacl

// Empty is an object without members: its presence alone says something.
type Empty struct{}

// DefaultAction is what becomes of a request that no rule decides: one of the two.
type DefaultAction struct {
	Allow *AllowAction `json:",omitempty"`
	Block *BlockAction `json:",omitempty"`
}

// Action is what a rule does with the requests that it matches: one of them.
type Action struct {
	Allow     *AllowAction    `json:",omitempty"`
	Block     *BlockAction    `json:",omitempty"`
	Count     *AllowAction    `json:",omitempty"`
	Captcha   *AllowAction    `json:",omitempty"`
	Challenge *AllowAction    `json:",omitempty"`
	Monetize  *MonetizeAction `json:",omitempty"`
}

// AllowAction lets a request pass, or go on, with headers added.
type AllowAction struct {
	CustomRequestHandling *RequestHandling `json:",omitempty"`
}

// BlockAction stops a request.
type BlockAction struct {
	CustomResponse *Response `json:",omitempty"`
}

// MonetizeAction asks for payment; CLOUDFRONT alone.
type MonetizeAction struct {
	PriceMultiplier string `json:",omitempty"` // "1" to "100"
}

// RequestHandling adds headers to a request; WAF puts x-amzn-waf- in front of their names.
type RequestHandling struct{ InsertHeaders []Header }

// Response is what WAF answers itself.
type Response struct {
	ResponseCode          int
	CustomResponseBodyKey string   `json:",omitempty"`
	ResponseHeaders       []Header `json:",omitempty"`
}

// Header is a header of HTTP.
type Header struct{ Name, Value string }

// OverrideAction is what a rule makes of the verdict of its rule group: None leaves it, Count only counts.
type OverrideAction struct {
	None  *Empty `json:",omitempty"`
	Count *Empty `json:",omitempty"`
}
