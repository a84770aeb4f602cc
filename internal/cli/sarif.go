package cli

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// sarif renders diagnostics in the Static Analysis Results Interchange Format 2.1.0 (OASIS), which code hosts show beside
// the lines of a pull request. They take no result without a place: one that has none is at the first of the files.
func sarif(list diag.List, files ...string) (string, error) {
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
		ID    string  `json:"id"`
		Short message `json:"shortDescription"`
		Help  message `json:"help"`
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
		if len(r.Locations) == 0 && len(files) > 0 {
			r.Locations = []location{{physical{artifact{files[0]}, &region{1}}}}
		}
		results = append(results, r)
		if one := (rule{d.Rule, message{ruleTitle(d.Rule)}, message{ruleHelp}}); !slices.Contains(rules, one) {
			rules = append(rules, one)
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

// ruleTitles say what the rules are whose names alone do not.
var ruleTitles = map[string]string{
	"excess":      "Traffic is carried and was not declared",
	"missing":     "Traffic was declared and is not carried",
	"unknown":     "The templates do not tell whether traffic is carried",
	"unprotected": "HTTP comes from the internet with no web ACL in front",
	"weakened":    "A declared control does not do its part",
	"bypass":      "Traffic goes around the inspection that was declared",
	"expected":    "An expectation does not hold",
}

// ruleHelp is where a result says what to do.
const ruleHelp = "The message of each result says what decides, and how to mend it. Run tierwall with --help for what the findings mean."

// ruleTitle says what a rule is, from its name at least: "endpoint-twice" is "Endpoint twice".
func ruleTitle(rule string) string {
	if title, ok := ruleTitles[rule]; ok {
		return title
	}
	title := strings.ReplaceAll(rule, "-", " ")
	if title == "" {
		return "Finding"
	}
	return strings.ToUpper(title[:1]) + title[1:]
}
