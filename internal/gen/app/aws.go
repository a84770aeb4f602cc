package app

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
)

// retentions are the constants of package awslogs by the number of days, of which -1 is no end. CloudWatch Logs accepts no other numbers.
var retentions = map[int]string{
	-1: "INFINITE",
	1:  "ONE_DAY", 3: "THREE_DAYS", 5: "FIVE_DAYS", 7: "ONE_WEEK", 14: "TWO_WEEKS", 30: "ONE_MONTH", 60: "TWO_MONTHS", 90: "THREE_MONTHS",
	120: "FOUR_MONTHS", 150: "FIVE_MONTHS", 180: "SIX_MONTHS", 365: "ONE_YEAR", 400: "THIRTEEN_MONTHS", 545: "EIGHTEEN_MONTHS",
	731: "TWO_YEARS", 1096: "THREE_YEARS", 1827: "FIVE_YEARS", 2192: "SIX_YEARS", 2557: "SEVEN_YEARS", 2922: "EIGHT_YEARS",
	3288: "NINE_YEARS", 3653: "TEN_YEARS",
}

// retention returns how long a log group keeps its events.
func (g *generator) retention(at diag.Position, n document.Days) string {
	if n == 0 {
		return ""
	}
	if name := retentions[int(n)]; name != "" {
		return "awslogs.RetentionDays_" + name
	}
	var allowed []string
	for _, d := range slices.Sorted(maps.Keys(retentions))[1:] {
		allowed = append(allowed, strconv.Itoa(d))
	}
	g.refuse(at, "CloudWatch Logs cannot keep events for "+strconv.Itoa(int(n))+" days",
		"allowed are "+strings.Join(allowed, ", ")+" and unlimited", "write one of these")
	return ""
}

// tlsPolicies are the constants of package awselasticloadbalancingv2 by AWS's names.
var tlsPolicies = map[string]string{
	"ELBSecurityPolicy-TLS13-1-2-2021-06":              "RECOMMENDED_TLS",
	"ELBSecurityPolicy-TLS13-1-2-PQ-2025-09":           "TLS13_12_PQ",
	"ELBSecurityPolicy-TLS13-1-2-Res-2021-06":          "TLS13_RES",
	"ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06":         "TLS13_EXT1",
	"ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06":         "TLS13_EXT2",
	"ELBSecurityPolicy-TLS13-1-3-2021-06":              "TLS13_13",
	"ELBSecurityPolicy-TLS13-1-3-PQ-2025-09":           "TLS13_13_PQ",
	"ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09":       "TLS13_12_RES_PQ",
	"ELBSecurityPolicy-TLS13-1-2-Ext1-PQ-2025-09":      "TLS13_12_EXT1_PQ",
	"ELBSecurityPolicy-TLS13-1-2-Ext2-PQ-2025-09":      "TLS13_12_EXT2_PQ",
	"ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04":         "FIPS_TLS13_13",
	"ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04":     "FIPS_TLS13_12_RES",
	"ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04":         "FIPS_TLS13_12",
	"ELBSecurityPolicy-TLS13-1-2-Ext0-FIPS-2023-04":    "FIPS_TLS13_12_EXT0",
	"ELBSecurityPolicy-TLS13-1-2-Ext1-FIPS-2023-04":    "FIPS_TLS13_12_EXT1",
	"ELBSecurityPolicy-TLS13-1-2-Ext2-FIPS-2023-04":    "FIPS_TLS13_12_EXT2",
	"ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09":      "FIPS_TLS13_13_PQ",
	"ELBSecurityPolicy-TLS13-1-2-FIPS-PQ-2025-09":      "FIPS_TLS13_12_PQ",
	"ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09":  "FIPS_TLS13_12_RES_PQ",
	"ELBSecurityPolicy-TLS13-1-2-Ext0-FIPS-PQ-2025-09": "FIPS_TLS13_12_EXT0_PQ",
	"ELBSecurityPolicy-TLS13-1-2-Ext1-FIPS-PQ-2025-09": "FIPS_TLS13_12_EXT1_PQ",
	"ELBSecurityPolicy-TLS13-1-2-Ext2-FIPS-PQ-2025-09": "FIPS_TLS13_12_EXT2_PQ",
	"ELBSecurityPolicy-FS-1-2-Res-2020-10":             "FORWARD_SECRECY_TLS12_RES_GCM",
	"ELBSecurityPolicy-FS-1-2-Res-2019-08":             "FORWARD_SECRECY_TLS12_RES",
	"ELBSecurityPolicy-FS-1-2-2019-08":                 "FORWARD_SECRECY_TLS12",
	"ELBSecurityPolicy-TLS-1-2-2017-01":                "TLS12",
	"ELBSecurityPolicy-TLS-1-2-Ext-2018-06":            "TLS12_EXT",
}

// tlsPolicy returns the TLS versions and ciphers of a load balancer. Policies with TLS 1.0 and 1.1 are not in the table.
func (g *generator) tlsPolicy(b document.LoadBalancer, name string) string {
	if name == "" {
		return ""
	}
	if c := tlsPolicies[name]; c != "" {
		return elb + "SslPolicy_" + c
	}
	g.refuse(b.At, "the load balancer "+b.ID+" has an unknown tlsPolicy",
		"got "+strconv.Quote(name)+"; allowed are "+strings.Join(slices.Sorted(maps.Keys(tlsPolicies)), ", "),
		"leave out tlsPolicy for TLS 1.3 and 1.2 with post-quantum key exchange")
	return ""
}
