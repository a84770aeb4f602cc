package cli

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// sarif renders diagnostics in the Static Analysis Results Interchange Format 2.1.0 (OASIS), which code hosts show beside
// the lines of a pull request.
func sarif(list diag.List) (string, error) {
	type message struct {
		Text string `json:"text"`
	}
	type region struct {
		StartLine int `json:"startLine"`
	}
	type artifact struct {
		URI string `json:"uri"`
	}
	type physical struct {
		Artifact artifact `json:"artifactLocation"`
		Region   *region  `json:"region,omitempty"`
	}
	type location struct {
		Physical physical `json:"physicalLocation"`
	}
	type result struct {
		RuleID       string            `json:"ruleId"`
		Level        string            `json:"level"`
		Message      message           `json:"message"`
		Locations    []location        `json:"locations,omitempty"`
		Fingerprints map[string]string `json:"partialFingerprints"`
	}
	type rule struct {
		ID string `json:"id"`
	}
	results := []result{}
	rules := []rule{}
	for _, d := range list {
		r := result{RuleID: d.Rule, Level: "error", Message: message{lines(d.Message())}, Fingerprints: map[string]string{"tierwall/v1": d.ID()}}
		if d.Severity == diag.Warning {
			r.Level = "warning"
		}
		for _, at := range d.At {
			if !at.IsZero() {
				r.Locations = append(r.Locations, location{physical{artifact{at.File}, &region{max(1, at.Line)}}})
			}
		}
		results = append(results, r)
		if !slices.Contains(rules, rule{d.Rule}) {
			rules = append(rules, rule{d.Rule})
		}
	}
	slices.SortFunc(rules, func(a, b rule) int { return strings.Compare(a.ID, b.ID) })
	return toJSON(map[string]any{
		"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
		"runs": []any{map[string]any{
			"tool":    map[string]any{"driver": map[string]any{"name": "tierwall", "informationUri": "https://github.com/tierwall/tierwall", "rules": rules}},
			"results": results,
		}},
	})
}
