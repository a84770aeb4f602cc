package check

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/webacl"
)

// The limits of custom requests and responses (AWS WAF Developer Guide, "Customized web requests and responses" and "AWS WAF quotas").
const (
	maxBody      = 4 << 10
	maxBodies    = 50 << 10
	maxHeaders   = 10
	maxHeader    = 255
	minCaptcha   = 60
	minChallenge = 300
	maxImmunity  = 259_200
)

var statusCodes = []int{200, 201, 202, 204, 206, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 408, 409, 411, 412, 413, 414,
	415, 416, 421, 429, 500, 501, 502, 503, 504, 505}

func (c *checker) defaultAction(a *webacl.DefaultAction) {
	if a == nil {
		c.failAt("default-action", "DefaultAction", "DefaultAction is missing", "DefaultAction is required", "")
		return
	}
	if c.one("default-action", "DefaultAction", "the default action", *a) {
		c.handling("DefaultAction", a.Allow)
		c.response("DefaultAction", a.Block)
	}
}

func (c *checker) action(where string, a *webacl.Action) {
	if !c.one("action", where, "an action", *a) {
		return
	}
	for _, h := range []*webacl.AllowAction{a.Allow, a.Count, a.Captcha, a.Challenge} {
		c.handling(where, h)
	}
	c.response(where, a.Block)
	if a.Monetize != nil && c.isNot(webacl.CloudFront) {
		c.failAt("monetize", where, "Monetize is used outside of CloudFront", "AWS accepts Monetize only in scope CLOUDFRONT", "")
	}
}

func (c *checker) handling(where string, a *webacl.AllowAction) {
	if a != nil && a.CustomRequestHandling != nil {
		c.headersSent(where+".CustomRequestHandling.InsertHeaders", a.CustomRequestHandling.InsertHeaders, true)
	}
}

func (c *checker) response(where string, b *webacl.BlockAction) {
	if b == nil || b.CustomResponse == nil {
		return
	}
	where += ".CustomResponse"
	r := b.CustomResponse
	if !slices.Contains(statusCodes, r.ResponseCode) {
		c.failAt("response", where+".ResponseCode", "a status code is not usable",
			fmt.Sprintf("got %d; allowed are %s", r.ResponseCode, strings.Trim(fmt.Sprint(statusCodes), "[]")), "")
	}
	if _, ok := c.bodies[r.CustomResponseBodyKey]; r.CustomResponseBodyKey != "" && !ok {
		c.failAt("response", where+".CustomResponseBodyKey", "a response names a body that does not exist",
			fmt.Sprintf("got %q; the web ACL has %s", r.CustomResponseBodyKey, list(c.bodies)), "add it to CustomResponseBodies")
	}
	c.headersSent(where+".ResponseHeaders", r.ResponseHeaders, false)
}

func list[V any](m map[string]V) string {
	if len(m) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(maps.Keys(m)), ", ")
}

func (c *checker) headersSent(where string, headers []webacl.Header, required bool) {
	if len(headers) > maxHeaders || required && len(headers) == 0 {
		c.failAt("header", where, "the number of headers is not usable", fmt.Sprintf("got %d; allowed are 1 to %d", len(headers), maxHeaders), "")
	}
	seen := map[string]bool{}
	for _, h := range headers {
		name := strings.ToLower(h.Name)
		switch {
		case !webacl.IsToken(h.Name) && !headerName.MatchString(h.Name):
			c.failAt("header", where, "the name of a header is not usable",
				fmt.Sprintf("got %.80q; allowed are 1 to 64 characters of a header's name", h.Name), "")
		case seen[name]:
			c.failAt("header", where, "a header is set twice", fmt.Sprintf("got %q", h.Name), "")
		case !webacl.IsToken(h.Value) && (h.Value == "" || len(h.Value) > maxHeader || strings.ContainsFunc(h.Value, func(r rune) bool {
			return r < ' ' || r > '~'
		})):
			c.failAt("header", where, "the value of a header is not usable",
				fmt.Sprintf("got %d characters for %s; allowed are 1 to %d of printable ASCII", len(h.Value), h.Name, maxHeader), "")
		}
		seen[name] = true
	}
}

func (c *checker) responseBodies() {
	total := 0
	for _, key := range slices.Sorted(maps.Keys(c.bodies)) {
		b := c.bodies[key]
		where := "CustomResponseBodies." + key
		if !bodyKey.MatchString(key) {
			c.failAt("response-body", where, "the key of a body is not usable",
				fmt.Sprintf("got %.140q; allowed are 1 to 128 letters, digits, hyphens and underscores", key), "")
		}
		c.enum("response-body", where+".ContentType", b.ContentType, "TEXT_PLAIN", "TEXT_HTML", "APPLICATION_JSON")
		if len(b.Content) == 0 || len(b.Content) > maxBody {
			c.failAt("response-body", where+".Content", "a body is not usable",
				fmt.Sprintf("got %d bytes; allowed are 1 to %d", len(b.Content), maxBody), "")
		}
		total += len(b.Content)
	}
	if total > maxBodies {
		c.failAt("response-body", "CustomResponseBodies", "all bodies together are too large",
			fmt.Sprintf("got %d bytes; allowed are %d", total, maxBodies), "")
	}
}

func (c *checker) immunity(where string, i *webacl.Immunity, least int) {
	if i == nil {
		return
	}
	if i.ImmunityTimeProperty == nil {
		c.failAt("immunity", where, "an immunity time is missing", "ImmunityTimeProperty is required", "")
		return
	}
	c.between("immunity", where+".ImmunityTimeProperty.ImmunityTime", i.ImmunityTimeProperty.ImmunityTime, least, maxImmunity, " seconds")
}
