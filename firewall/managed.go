package firewall

import "github.com/tierwall/tierwall/internal/networkfirewall"

// ManagedGroup is a rule group that AWS keeps up to date. In a policy it reports and drops nothing, until [ManagedGroup.Dropping]
// lets it: first look at what it would drop.
type ManagedGroup struct {
	name     string
	capacity int // 0 where AWS does not publish it
	drops    bool
}

// Dropping is the group with its own actions in force.
func (g ManagedGroup) Dropping() ManagedGroup {
	g.drops = true
	return g
}

// Name returns the group's name without the suffix for the order of rules.
func (g ManagedGroup) Name() string { return g.name }

// Capacity returns how many rules it counts as in a policy; 0 where AWS does not publish it.
func (g ManagedGroup) Capacity() int { return g.capacity }

// The managed groups (AWS Network Firewall Developer Guide, "AWS managed rule groups"), with their capacities as far as they are
// published. Those without, ThreatSignaturesFUP aside, take 13,000 together: a policy with all of them is counted with that.
var (
	AttackInfrastructure = published("AttackInfrastructure") // what Amazon's own sensors see; billed

	BotNetCommandAndControlDomains            = published("BotNetCommandAndControlDomains")
	AbusedLegitBotNetCommandAndControlDomains = published("AbusedLegitBotNetCommandAndControlDomains")
	MalwareDomains                            = published("MalwareDomains")
	AbusedLegitMalwareDomains                 = published("AbusedLegitMalwareDomains")

	ThreatSignaturesBotnet            = published("ThreatSignaturesBotnet")
	ThreatSignaturesBotnetWeb         = published("ThreatSignaturesBotnetWeb")
	ThreatSignaturesBotnetWindows     = published("ThreatSignaturesBotnetWindows")
	ThreatSignaturesIOC               = published("ThreatSignaturesIOC")
	ThreatSignaturesDoS               = published("ThreatSignaturesDoS")
	ThreatSignaturesEmergingEvents    = published("ThreatSignaturesEmergingEvents")
	ThreatSignaturesExploits          = published("ThreatSignaturesExploits")
	ThreatSignaturesFUP               = published("ThreatSignaturesFUP")
	ThreatSignaturesMalware           = published("ThreatSignaturesMalware")
	ThreatSignaturesMalwareCoinmining = published("ThreatSignaturesMalwareCoinmining")
	ThreatSignaturesMalwareMobile     = published("ThreatSignaturesMalwareMobile")
	ThreatSignaturesMalwareWeb        = published("ThreatSignaturesMalwareWeb")
	ThreatSignaturesPhishing          = published("ThreatSignaturesPhishing")
	ThreatSignaturesScanners          = published("ThreatSignaturesScanners")
	ThreatSignaturesSuspect           = published("ThreatSignaturesSuspect")
	ThreatSignaturesWebAttacks        = published("ThreatSignaturesWebAttacks")
)

// published is a managed group that AWS's documentation names.
func published(name string) ManagedGroup {
	return ManagedGroup{name: name, capacity: networkfirewall.ManagedCapacity(name)}
}

// Managed is a managed group that has no name here, without the suffix StrictOrder, and how many rules it counts as; 0 leaves it
// out of the policy's budget.
func Managed(name string, capacity int) ManagedGroup {
	return ManagedGroup{name: name, capacity: capacity}
}
