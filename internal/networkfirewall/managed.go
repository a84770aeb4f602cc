package networkfirewall

import (
	"regexp"
	"strings"
)

// managedCapacities are the managed groups (AWS Network Firewall Developer Guide, "AWS managed rule groups") with their capacities; 0
// where only the sum of nine is published, -1 where nothing is.
var managedCapacities = map[string]int{
	"AttackInfrastructure":                      15_000,
	"BotNetCommandAndControlDomains":            200,
	"AbusedLegitBotNetCommandAndControlDomains": 200,
	"MalwareDomains":                            200,
	"AbusedLegitMalwareDomains":                 200,
	"ThreatSignaturesBotnet":                    0,
	"ThreatSignaturesBotnetWeb":                 0,
	"ThreatSignaturesBotnetWindows":             3_400,
	"ThreatSignaturesIOC":                       0,
	"ThreatSignaturesDoS":                       200,
	"ThreatSignaturesEmergingEvents":            0,
	"ThreatSignaturesExploits":                  0,
	"ThreatSignaturesFUP":                       -1,
	"ThreatSignaturesMalware":                   0,
	"ThreatSignaturesMalwareCoinmining":         0,
	"ThreatSignaturesMalwareMobile":             4_000,
	"ThreatSignaturesMalwareWeb":                3_300,
	"ThreatSignaturesPhishing":                  4_200,
	"ThreatSignaturesScanners":                  0,
	"ThreatSignaturesSuspect":                   0,
	"ThreatSignaturesWebAttacks":                1_400,
}

// unpublished is how many of the groups have no capacity of their own that is published, and unpublishedCapacity what they take together.
const unpublished, unpublishedCapacity = 9, 13_000

// ManagedCapacity returns how many rules a managed group counts as in a policy; 0 where that is not published.
func ManagedCapacity(name string) int { return max(0, managedCapacities[name]) }

// isUnpublished reports whether a group is one of those whose sum alone is published.
func isUnpublished(name string) bool {
	capacity, known := managedCapacities[name]
	return known && capacity == 0
}

// managedSuffixes are the ends of managed groups' names, by the order that they are for.
var managedSuffixes = map[string]string{StrictOrder: "StrictOrder", ActionOrder: "ActionOrder"}

// ManagedName splits the name of a managed group into what it is and the order that it is for, which is empty if the name says none.
func ManagedName(name string) (bare, order string) {
	for order, suffix := range managedSuffixes {
		if bare, ok := strings.CutSuffix(name, suffix); ok {
			return bare, order
		}
	}
	return name, ""
}

var managedARN = regexp.MustCompile(`:aws-managed:stateful-rulegroup/([A-Za-z0-9]+)$`)

// ManagedOf returns the name of the managed group that an ARN is of, with its suffix. Parts of the ARN before it may be tokens.
func ManagedOf(arn string) (name string, ok bool) {
	m := managedARN.FindStringSubmatch(arn)
	if m == nil {
		return "", false
	}
	return m[1], true
}
