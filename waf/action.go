package waf

import "github.com/tierwall/tierwall/internal/webacl"

// Action says what a rule does with the requests that it matches (AWS WAF API Reference, RuleAction). The zero Action is an error in a
// rule. Use a variable such as [Block], or [BlockWith].
type Action struct{ model webacl.Action }

// The actions without parameters.
var (
	// Allow passes the request to the resource and ends the evaluation.
	Allow = Action{allowModel}
	// Block answers the request with status 403 and ends the evaluation.
	Block = Action{blockModel}
	// Count counts the request and continues with the next rule.
	Count = Action{countModel}
	// Captcha stops a request whose client has not solved a puzzle. For other requests the next rule decides.
	Captcha = Action{captchaModel}
	// Challenge stops a request whose client has not passed a silent check of its browser. For other requests the next rule decides.
	Challenge = Action{challengeModel}
)

var (
	allowModel     = webacl.Action{Allow: &webacl.AllowAction{}}
	blockModel     = webacl.Action{Block: &webacl.BlockAction{}}
	countModel     = webacl.Action{Count: &webacl.AllowAction{}}
	captchaModel   = webacl.Action{Captcha: &webacl.AllowAction{}}
	challengeModel = webacl.Action{Challenge: &webacl.AllowAction{}}
)

// Response is an answer that WAF sends in place of the resource (AWS WAF API Reference, CustomResponse).
type Response struct {
	// Code is the HTTP status, one of those from 200 to 505 that AWS lists; required.
	Code int
	// Body is a key of the Bodies of the web ACL or rule group; empty sends no body.
	Body string
	// Headers are at most 10 headers of the answer.
	Headers []HTTPHeader
}

// HTTPHeader is the name of a header, of at most 64 characters, and its value, of at most 255.
type HTTPHeader struct{ Name, Value string }

func headers(list []HTTPHeader) []webacl.Header {
	var out []webacl.Header
	for _, h := range list {
		out = append(out, webacl.Header{Name: h.Name, Value: h.Value})
	}
	return out
}

// BlockWith returns an action that answers the request with a response and ends the evaluation.
func BlockWith(r Response) Action {
	return Action{webacl.Action{Block: &webacl.BlockAction{CustomResponse: &webacl.Response{ResponseCode: r.Code,
		CustomResponseBodyKey: r.Body, ResponseHeaders: headers(r.Headers)}}}}
}

// WithHeaders returns an Allow, Count, Captcha or Challenge that also adds headers to the request that the resource receives. WAF puts
// x-amzn-waf- before their names. It returns a Block unchanged.
func (a Action) WithHeaders(h HTTPHeader, more ...HTTPHeader) Action {
	with := &webacl.AllowAction{CustomRequestHandling: &webacl.RequestHandling{InsertHeaders: headers(append([]HTTPHeader{h}, more...))}}
	switch {
	case a.model.Allow != nil:
		a.model.Allow = with
	case a.model.Count != nil:
		a.model.Count = with
	case a.model.Captcha != nil:
		a.model.Captcha = with
	case a.model.Challenge != nil:
		a.model.Challenge = with
	}
	return a
}

// ResponseBody is a body for a [Response].
type ResponseBody struct {
	// Type is the content type; required.
	Type ContentType
	// Content is the text, of at most 4 KB.
	Content string
}

// ContentType is the content type of a response body (AWS WAF API Reference, CustomResponseBody).
type ContentType string

// The content types of response bodies.
const (
	PlainText ContentType = "TEXT_PLAIN"
	HTML      ContentType = "TEXT_HTML"
	JSON      ContentType = "APPLICATION_JSON"
)

func responseBodies(m map[string]ResponseBody) map[string]webacl.ResponseBody {
	if len(m) == 0 {
		return nil
	}
	out := map[string]webacl.ResponseBody{}
	for key, b := range m {
		out[key] = webacl.ResponseBody{ContentType: string(b.Type), Content: b.Content}
	}
	return out
}
