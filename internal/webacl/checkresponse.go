package webacl

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
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

var statusCodes = []int{200, 201, 202, 204, 206, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 408, 409, 411, 412, 413, 414, 415, 416, 421, 429, 500, 501, 502, 503, 504, 505}

func (c *checker) defaultAction(a *DefaultAction) {
	if a == nil {
		c.failAt("default-action", "DefaultAction", "nothing says what becomes of requests that no rule decides", "DefaultAction is required", "")
		return
	}
	if c.one("default-action", "DefaultAction", "the default action", *a) {
		c.handling("DefaultAction", a.Allow)
		c.response("DefaultAction", a.Block)
	}
}

func (c *checker) action(where string, a *Action) {
	if !c.one("action", where, "an action", *a) {
		return
	}
	for _, h := range []*AllowAction{a.Allow, a.Count, a.Captcha, a.Challenge} {
		c.handling(where, h)
	}
	c.response(where, a.Block)
	if a.Monetize != nil && c.isNot(CloudFront) {
		c.failAt("monetize", where, "payment is asked for in front of something else than CloudFront", "AWS takes Monetize in scope CLOUDFRONT alone", "")
	}
}

func (c *checker) handling(where string, a *AllowAction) {
	if a != nil && a.CustomRequestHandling != nil {
		c.headersSent(where+".CustomRequestHandling.InsertHeaders", a.CustomRequestHandling.InsertHeaders, true)
	}
}

func (c *checker) response(where string, b *BlockAction) {
	if b == nil || b.CustomResponse == nil {
		return
	}
	where += ".CustomResponse"
	r := b.CustomResponse
	if !slices.Contains(statusCodes, r.ResponseCode) {
		c.failAt("response", where+".ResponseCode", "a status code is not usable", fmt.Sprintf("got %d; allowed are %s", r.ResponseCode, strings.Trim(fmt.Sprint(statusCodes), "[]")), "")
	}
	if _, ok := c.bodies[r.CustomResponseBodyKey]; r.CustomResponseBodyKey != "" && !ok {
		c.failAt("response", where+".CustomResponseBodyKey", "a response has a body that there is not", fmt.Sprintf("got %q; there are %s", r.CustomResponseBodyKey, list(c.bodies)), "add it to CustomResponseBodies")
	}
	c.headersSent(where+".ResponseHeaders", r.ResponseHeaders, false)
}

func list[V any](m map[string]V) string {
	if len(m) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(maps.Keys(m)), ", ")
}

func (c *checker) headersSent(where string, headers []Header, required bool) {
	if len(headers) > maxHeaders || required && len(headers) == 0 {
		c.failAt("header", where, "the number of headers is not usable", fmt.Sprintf("got %d; allowed are 1 to %d", len(headers), maxHeaders), "")
	}
	seen := map[string]bool{}
	for _, h := range headers {
		name := strings.ToLower(h.Name)
		switch {
		case !IsToken(h.Name) && !headerName.MatchString(h.Name):
			c.failAt("header", where, "the name of a header is not usable", fmt.Sprintf("got %.80q; allowed are 1 to 64 characters of a header's name", h.Name), "")
		case seen[name]:
			c.failAt("header", where, "a header is set twice", fmt.Sprintf("got %q", h.Name), "")
		case !IsToken(h.Value) && (h.Value == "" || len(h.Value) > maxHeader || strings.ContainsFunc(h.Value, func(r rune) bool { return r < ' ' || r > '~' })):
			c.failAt("header", where, "the value of a header is not usable", fmt.Sprintf("got %d characters for %s; allowed are 1 to %d of printable ASCII", len(h.Value), h.Name, maxHeader), "")
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
			c.failAt("response-body", where, "the key of a body is not usable", fmt.Sprintf("got %.140q; allowed are 1 to 128 letters, digits, hyphens and underscores", key), "")
		}
		c.enum("response-body", where+".ContentType", b.ContentType, "TEXT_PLAIN", "TEXT_HTML", "APPLICATION_JSON")
		if len(b.Content) == 0 || len(b.Content) > maxBody {
			c.failAt("response-body", where+".Content", "a body is not usable", fmt.Sprintf("got %d bytes; allowed are 1 to %d", len(b.Content), maxBody), "")
		}
		total += len(b.Content)
	}
	if total > maxBodies {
		c.failAt("response-body", "CustomResponseBodies", "the bodies are too large together", fmt.Sprintf("got %d bytes; allowed are %d", total, maxBodies), "")
	}
}

func (c *checker) immunity(where string, i *Immunity, least int) {
	if i == nil {
		return
	}
	if i.ImmunityTimeProperty == nil {
		c.failAt("immunity", where, "an immunity has no time", "ImmunityTimeProperty is required", "")
		return
	}
	c.between("immunity", where+".ImmunityTimeProperty.ImmunityTime", i.ImmunityTimeProperty.ImmunityTime, least, maxImmunity, " seconds")
}

var bodyLimits = []string{"CLOUDFRONT", "API_GATEWAY", "COGNITO_USER_POOL", "APP_RUNNER_SERVICE", "VERIFIED_ACCESS_INSTANCE"}

func (c *checker) association(a *AssociationConfig) {
	if a == nil {
		return
	}
	for _, kind := range slices.Sorted(maps.Keys(a.RequestBody)) {
		where := "AssociationConfig.RequestBody." + kind
		if kind == "ALB" || kind == "APPLICATION_LOAD_BALANCER" || kind == "APPSYNC" {
			c.failAt("body-limit", where, "the limit of bodies cannot be chosen for it", "load balancers and AppSync have 8 KB", "leave it out")
			continue
		}
		if c.enum("body-limit", where, kind, bodyLimits...) && (kind == "CLOUDFRONT") != (c.scope == CloudFront) && !IsToken(c.scope) {
			c.failAt("body-limit", where, "the limit of bodies is for another scope", fmt.Sprintf("got %s in scope %s", kind, c.scope), "")
		}
		c.enum("body-limit", where+".DefaultSizeInspectionLimit", a.RequestBody[kind].DefaultSizeInspectionLimit, "KB_16", "KB_32", "KB_48", "KB_64")
	}
}

func (c *checker) protection(d *DataProtectionConfig) {
	if d == nil {
		return
	}
	for i, p := range d.DataProtections {
		where := fmt.Sprintf("DataProtectionConfig.DataProtections[%d]", i)
		c.enum("data-protection", where+".Action", p.Action, "SUBSTITUTION", "HASH")
		c.enum("data-protection", where+".Field.FieldType", p.Field.FieldType, "SINGLE_HEADER", "SINGLE_COOKIE", "SINGLE_QUERY_ARGUMENT", "QUERY_STRING", "BODY")
		if single := strings.HasPrefix(p.Field.FieldType, "SINGLE_"); !single && len(p.Field.FieldKeys) > 0 {
			c.failAt("data-protection", where+".Field.FieldKeys", "a field without keys has some", "got "+strings.Join(p.Field.FieldKeys, ", ")+" for "+p.Field.FieldType, "leave them out")
		}
	}
}

const maxTokenDomains = 10

// publicSuffix: AWS takes no token domain under which anybody can have a name (AWS WAF Developer Guide, "Specifying token domains").
func (c *checker) publicSuffix(domain string) {
	name := strings.ToLower(domain)
	if suffix, _ := publicsuffix.PublicSuffix(name); suffix != name || IsToken(domain) {
		return
	}
	c.failAt("token-domain", "TokenDomains", "a domain is a public suffix",
		fmt.Sprintf("got %.80q, under which anybody can have a name; allowed are domains of your own", domain),
		"write your domain in it, as in example."+name)
}

func (c *checker) tokenDomains(domains []string) {
	if len(domains) > maxTokenDomains {
		c.failAt("token-domain", "TokenDomains", "there are too many domains", fmt.Sprintf("got %d; allowed are %d", len(domains), maxTokenDomains), "a domain covers those below it")
	}
	for _, d := range domains {
		if !IsToken(d) && !tokenDomain.MatchString(d) {
			c.failAt("token-domain", "TokenDomains", "a domain is not usable", fmt.Sprintf("got %.80q; allowed is as in example.com", d), "")
			continue
		}
		c.publicSuffix(d)
	}
}
