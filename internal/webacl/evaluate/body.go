package evaluate

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/webacl"
)

// smallLimit and standardLimit are how much of a body WAF reads, in bytes (AWS WAF Developer Guide, "Body inspection size limits").
const (
	smallLimit    = 8 << 10 // for load balancers and AppSync, which cannot change it
	standardLimit = 16 << 10
)

// bodyLimits returns how much of a body WAF may read, each limit once, ascending. kinds are what the web ACL protects; none is unknown.
func bodyLimits(acl webacl.ACL, kinds []string) []int {
	if len(kinds) == 0 {
		kinds = webacl.RegionalKinds
		if acl.Scope == webacl.CloudFront {
			kinds = []string{webacl.Distribution}
		}
	}
	var out []int
	for _, kind := range kinds {
		out = append(out, limitsOf(acl, kind)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// limitsOf returns the limits of one kind: all possible ones if that of AssociationConfig is known only at deployment.
func limitsOf(acl webacl.ACL, kind string) []int {
	if kind == webacl.LoadBalancer || kind == webacl.GraphQL {
		return []int{smallLimit}
	}
	size := ""
	if acl.AssociationConfig != nil {
		size = acl.AssociationConfig.RequestBody[kind].DefaultSizeInspectionLimit
	}
	var kb int
	if webacl.IsToken(size) {
		return []int{16 << 10, 32 << 10, 48 << 10, 64 << 10}
	}
	if _, err := fmt.Sscanf(size, "KB_%d", &kb); err == nil && kb >= 16 && kb <= 64 {
		return []int{kb << 10}
	}
	return []int{standardLimit}
}

func body(r *Request, oversize string, limit int) found {
	switch {
	case len(r.Body) <= limit:
		return found{texts: []string{r.Body}}
	case oversize == "MATCH" || oversize == "NO_MATCH":
		return decided(oversize)
	}
	return found{texts: []string{r.Body[:limit]}}
}

func jsonBody(r *Request, j *webacl.JSONBody, limit int) found {
	text := body(r, j.OversizeHandling, limit)
	if text.decided {
		return text
	}
	if j.MatchPattern == nil || !json.Valid([]byte(text.texts[0])) {
		switch {
		case len(r.Body) > limit || j.MatchPattern == nil || j.InvalidFallbackBehavior == "":
			return found{unknown: "how much of the body's JSON is read is not published"}
		case j.InvalidFallbackBehavior == "EVALUATE_AS_STRING":
			return text
		}
		return decided(j.InvalidFallbackBehavior)
	}
	tree := parseJSON(text.texts[0])
	out := found{}
	if len(j.MatchPattern.IncludedPaths) == 0 {
		tree.texts(j.MatchScope, &out.texts)
		return out
	}
	for _, pointer := range j.MatchPattern.IncludedPaths {
		for _, part := range tree.at(pointer) {
			part.texts(j.MatchScope, &out.texts)
		}
	}
	return out
}
