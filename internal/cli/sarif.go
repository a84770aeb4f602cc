package cli

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// sarif renders diagnostics in the Static Analysis Results Interchange Format 2.1.0 (OASIS). Code hosts show the results beside the
// lines of a pull request. They reject a result without a location, so a diagnostic without one is shown at the first of the files.
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
		r := result{
			RuleID: d.Rule, Level: "error", Message: message{printableLines(d.Message())},
			Fingerprints: map[string]string{"tierwall/v1": d.ID()},
		}
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
	slices.SortStableFunc(rules, func(a, b rule) int { return strings.Compare(a.ID, b.ID) })
	driver := map[string]any{"name": "tierwall", "informationUri": "https://github.com/tierwall/tierwall", "rules": rules}
	return toJSON(map[string]any{
		"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
		"runs": []any{map[string]any{
			"tool":    map[string]any{"driver": driver},
			"results": results,
		}},
	})
}

// ruleTitles describes the rules that their ids alone do not describe.
var ruleTitles = map[string]string{
	"excess":                 "Traffic is carried but not declared",
	"missing":                "Traffic is declared but not carried",
	"unknown":                "The templates do not say whether traffic is carried",
	"unprotected":            "HTTP from the internet reaches a tier without a web ACL in front of it",
	"weakened":               "A declared control is missing or changed",
	"bypass":                 "Traffic bypasses the declared inspection",
	"expected":               "An expectation does not hold",
	"newly-allowed":          "Traffic or calls are newly allowed",
	"possibly-newly-allowed": "Traffic is possibly newly allowed",
	"newly-denied":           "Traffic is newly denied",
	"possibly-newly-denied":  "Traffic is possibly newly denied",
	"not-known":              "The templates do not say enough to check this part of the update",
	"key-collision":          "Two resources claim the same thing during the update, so AWS rejects the second one",
	"detaches":               "The cleanup at the end of the update removes an association that is still needed",
	"rule-gap":               "A security group rule is missing for a while during the update",
}

// ruleAreas names the parts of the module whose rule ids begin with these prefixes.
var ruleAreas = map[string]string{"waf-": "AWS WAF: ", "firewall-": "Network Firewall: ", "policy-": "Endpoint policy: "}

// ruleHelp is the help text of every rule.
const ruleHelp = "The message of each result says what is wrong, where, and how to fix it. " +
	"Run tierwall COMMAND --help for the meaning of the findings."

// ruleTitle describes a rule. If ruleTitles has no description, the title is the id in words: "endpoint-twice" is "Endpoint twice".
func ruleTitle(rule string) string {
	if title, ok := ruleTitles[rule]; ok {
		return title
	}
	for prefix, area := range ruleAreas {
		if name, ok := strings.CutPrefix(rule, prefix); ok {
			return area + strings.ReplaceAll(name, "-", " ")
		}
	}
	title := strings.ReplaceAll(rule, "-", " ")
	if title == "" {
		return "Finding"
	}
	return strings.ToUpper(title[:1]) + title[1:]
}
