package check

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/webacl"
)

const maxRateKeys = 5

func (c *checker) rate(where string, r *webacl.RateBased) {
	c.between("rate", where+".Limit", r.Limit, webacl.MinRate, webacl.MaxRate, " requests")
	if !slices.Contains(webacl.RateWindows, r.EvaluationWindowSec) {
		c.failAt("rate", where+".EvaluationWindowSec", "a window is not usable",
			fmt.Sprintf("got %d; allowed are 60, 120, 300 and 600 seconds", r.EvaluationWindowSec), "")
	}
	c.enum("rate-key", where+".AggregateKeyType", r.AggregateKeyType, "IP", "FORWARDED_IP", "CUSTOM_KEYS", "CONSTANT")
	custom := r.AggregateKeyType == "CUSTOM_KEYS"
	switch {
	case custom && len(r.CustomKeys) == 0:
		c.failAt("rate-key", where+".CustomKeys", "AggregateKeyType is CUSTOM_KEYS, but there are no keys", "CustomKeys is empty",
			"name one to five keys")
	case !custom && len(r.CustomKeys) > 0:
		c.failAt("rate-key", where+".CustomKeys", "CustomKeys are given, but requests are not counted by them",
			"AggregateKeyType is "+r.AggregateKeyType, "write CUSTOM_KEYS")
	case len(r.CustomKeys) > maxRateKeys:
		c.failAt("rate-key", where+".CustomKeys", "there are too many keys",
			fmt.Sprintf("got %d; allowed are %d", len(r.CustomKeys), maxRateKeys), "")
	case r.AggregateKeyType == "CONSTANT" && r.ScopeDownStatement == nil:
		c.failAt("rate-key", where+".ScopeDownStatement", "all requests are counted together",
			"AggregateKeyType CONSTANT needs a ScopeDownStatement", "state which requests to count")
	}
	forwarded := r.AggregateKeyType == "FORWARDED_IP"
	for i, k := range r.CustomKeys {
		at := fmt.Sprintf("%s.CustomKeys[%d]", where, i)
		if c.one("rate-key", at, "a key", k) {
			c.rateKey(at, k)
		}
		forwarded = forwarded || k.ForwardedIP != nil
		if (k.IP != nil || k.ForwardedIP != nil) && len(r.CustomKeys) == 1 {
			c.failAt("rate-key", at, "the client's address is the only custom key", "as a custom key it must be combined with others",
				"write AggregateKeyType IP or FORWARDED_IP")
		}
	}
	if forwarded && r.ForwardedIPConfig == nil {
		c.failAt("rate-key", where+".ForwardedIPConfig", "ForwardedIPConfig is missing",
			"ForwardedIPConfig is required to find the client's address", "")
	}
	c.forwarded(where, r.ForwardedIPConfig)
	if r.ScopeDownStatement != nil {
		c.statement(where+".ScopeDownStatement", r.ScopeDownStatement)
	}
}

func (c *checker) rateKey(where string, k webacl.RateKey) {
	field := func(name string, f *webacl.RateField) {
		if f != nil {
			c.fieldName(where+"."+name, f.Name, 64)
			c.transformations(where+"."+name+".TextTransformations", f.TextTransformations, transformations)
		}
	}
	text := func(name string, f *webacl.RateText) {
		if f != nil {
			c.transformations(where+"."+name+".TextTransformations", f.TextTransformations, transformations)
		}
	}
	field("Cookie", k.Cookie)
	field("Header", k.Header)
	field("QueryArgument", k.QueryArgument)
	text("QueryString", k.QueryString)
	text("UriPath", k.UriPath)
	for name, f := range map[string]*webacl.Fallback{"JA3Fingerprint": k.JA3Fingerprint, "JA4Fingerprint": k.JA4Fingerprint} {
		if f != nil {
			c.enum("fallback", where+"."+name+".FallbackBehavior", f.FallbackBehavior, "MATCH", "NO_MATCH")
		}
	}
	if n := k.LabelNamespace; n != nil && !webacl.IsToken(n.Namespace) && !labelKey.MatchString(n.Namespace) {
		c.failAt("label", where+".LabelNamespace", "the namespace of a label is not usable", fmt.Sprintf("got %.100q", n.Namespace), "")
	}
}
