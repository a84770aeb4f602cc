package networkfirewall

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/suricata"
)

// managedCapacities holds the capacity of each managed group (AWS Network Firewall Developer Guide, "AWS managed rule groups"). It is 0 for
// nine groups: AWS publishes only the sum of their capacities. It is -1 for a group whose capacity is not published at all.
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

// unpublished is the number of groups whose capacities are published only as a sum, and unpublishedCapacity is this sum.
const unpublished, unpublishedCapacity = 9, 13_000

// ManagedCapacity returns the number of rules that a managed group counts as in a policy; 0 if it is not published.
func ManagedCapacity(name string) int { return max(0, managedCapacities[name]) }

// IsManaged reports whether AWS has a managed group of a name, without its suffix.
func IsManaged(name string) bool {
	_, known := managedCapacities[name]
	return known
}

// isUnpublished reports whether a group's capacity is published only as a part of the sum.
func isUnpublished(name string) bool {
	capacity, known := managedCapacities[name]
	return known && capacity == 0
}

// managedSuffixes are the ends of the names of managed groups, by the order for which a group is made.
var managedSuffixes = map[string]string{StrictOrder: "StrictOrder", ActionOrder: "ActionOrder"}

// ManagedName splits the name of a managed group into the bare name and the order for which the group is made. The order is empty if the
// name does not tell it.
func ManagedName(name string) (bare, order string) {
	for order, suffix := range managedSuffixes {
		if bare, ok := strings.CutSuffix(name, suffix); ok {
			return bare, order
		}
	}
	return name, ""
}

var managedARN = lazyregexp.New(`:aws-managed:stateful-rulegroup/([A-Za-z0-9]+)$`)

// ManagedOf returns the name of the managed group that an ARN names, with its suffix. The parts of the ARN before the name may be tokens.
func ManagedOf(arn string) (name string, ok bool) {
	m := managedARN.FindStringSubmatch(arn)
	if m == nil {
		return "", false
	}
	return m[1], true
}

// managedOrder warns about managed groups after rules that pass traffic: no later group looks at what a rule passes.
func (p *problems) managedOrder(policy *Policy) {
	if !policy.strict() || policy.orderUnknown() {
		return
	}
	var passing *Member
	for _, m := range policy.ordered() {
		switch {
		case m.Group != nil && passing == nil && m.Group.passes():
			passing = &m
		case m.Managed != "" && passing != nil:
			i := slices.IndexFunc(policy.Members, func(o Member) bool { return o.Managed == m.Managed && o.Priority == m.Priority })
			p.add(Problem{Kind: "managed-after-pass", Severity: diag.Warning, Members: []int{i}, Subject: m.Managed,
				Summary: "a managed group does not see what earlier rules pass",
				Detail: fmt.Sprintf("%s has priority %d, and %s with priority %d passes traffic", m.Managed, m.Priority, passing.Path,
					passing.Priority),
				Fix: "give the managed group a smaller priority number"})
		}
	}
}

// passes reports whether a rule of the group passes traffic in which managed groups look for threats.
func (g *Group) passes() bool {
	if g.List != nil {
		return g.List.Action == allowList
	}
	return slices.ContainsFunc(g.Content.Lines, func(l suricata.Line) bool { return l.Rule.PassesConnections() })
}
