package response

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// logRecord reads a record of a web ACL's log (AWS WAF Developer Guide, "Log fields for web ACL traffic"). clientIp is the peer of the
// connection: behind a proxy or a CDN it is theirs, so the guard must hold their addresses.
func (c Config) logRecord(text []byte, out *Outcome) {
	var r struct {
		Timestamp   int64  `json:"timestamp"` // in milliseconds
		WebACLID    string `json:"webaclId"`
		Rule        string `json:"terminatingRuleId"`
		NonBlocking []struct {
			Rule string `json:"ruleId"`
		} `json:"nonTerminatingMatchingRules"`
		Request struct {
			ClientIP string `json:"clientIp"`
		} `json:"httpRequest"`
	}
	if err := json.Unmarshal(text, &r); err != nil {
		out.skip("a log record", "it is no JSON object of AWS WAF")
		return
	}
	matched := map[string]bool{r.Rule: true}
	for _, n := range r.NonBlocking {
		matched[n.Rule] = true
	}
	acl := webACLName(r.WebACLID)
	for _, rule := range c.WebACLRules {
		if rule.WebACL != acl || !matched[rule.Rule] {
			continue
		}
		a, ok := address(r.Request.ClientIP)
		if !ok {
			out.skip(r.Request.ClientIP, "the client of a log record is no address")
			return
		}
		at := time.UnixMilli(r.Timestamp).UTC().Truncate(time.Second)
		out.Candidates = append(out.Candidates, Candidate{
			Action: Block, Finding: cleanID("waf:" + acl + "/" + rule.Rule), Address: a, At: at, Expires: lasting(at, rule.Minutes),
			Reason: cleanText(fmt.Sprintf("rule %s of the web ACL %s", rule.Rule, acl)),
		})
		return
	}
}

// webACLName returns the name in the ARN of a web ACL, such as arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/ID.
func webACLName(arn string) string {
	_, rest, ok := strings.Cut(arn, "/webacl/")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	return name
}
