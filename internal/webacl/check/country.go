package check

import (
	"strings"

	"github.com/tierwall/tierwall/internal/webacl"
)

// mistaken are codes that are often mistaken for one of ISO 3166.
var mistaken = map[string]string{"UK": "GB", "EN": "GB", "EL": "GR"}

// countryFix says how to correct the code of a country; empty if it is unclear which country is meant.
func countryFix(code string) string {
	code = strings.ToUpper(code)
	if other, ok := mistaken[code]; ok {
		code = other
	}
	if webacl.IsCountry(code) {
		return "write " + code
	}
	return ""
}
