package waf

import "github.com/tierwall/tierwall/internal/webacl"

// Action is what a rule does with the requests that it matches. The zero Action is none, which is an error.
type Action struct{ model webacl.Action }

// The actions without choices. Allow, and Block, end the evaluation; Count goes on; Captcha and Challenge stop whoever has not solved a
// puzzle, or whose browser has not.
var (
	Allow     = Action{allowModel}
	Block     = Action{blockModel}
	Count     = Action{countModel}
	Captcha   = Action{captchaModel}
	Challenge = Action{challengeModel}
)

var (
	allowModel     = webacl.Action{Allow: &webacl.AllowAction{}}
	blockModel     = webacl.Action{Block: &webacl.BlockAction{}}
	countModel     = webacl.Action{Count: &webacl.AllowAction{}}
	captchaModel   = webacl.Action{Captcha: &webacl.AllowAction{}}
	challengeModel = webacl.Action{Challenge: &webacl.AllowAction{}}
)

// Response is what WAF answers itself.
type Response struct {
	Code int // 200 to 505, as AWS lists them
	// Body is the key of one of the web ACL's Bodies; empty is none.
	Body    string
	Headers []HTTPHeader // up to 10
}

// HTTPHeader is a header and its value, of up to 64 and 255 characters.
type HTTPHeader struct{ Name, Value string }

func headers(list []HTTPHeader) []webacl.Header {
	var out []webacl.Header
	for _, h := range list {
		out = append(out, webacl.Header{Name: h.Name, Value: h.Value})
	}
	return out
}

// BlockWith stops a request with a response.
func BlockWith(r Response) Action {
	return Action{webacl.Action{Block: &webacl.BlockAction{CustomResponse: &webacl.Response{ResponseCode: r.Code,
		CustomResponseBodyKey: r.Body, ResponseHeaders: headers(r.Headers)}}}}
}

// WithHeaders adds headers to what an Allow, Count, Captcha or Challenge lets go on; WAF puts x-amzn-waf- in front of their names. Of a
// Block it changes nothing.
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

// ResponseBody is a body of responses, of up to 4 KB.
type ResponseBody struct {
	Type    ContentType // required
	Content string
}

// ContentType is what a response body is.
type ContentType string

// The content types.
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
