package firewall

// ManagedGroup is a rule group that AWS keeps up to date. In a policy it reports and drops nothing, until [ManagedGroup.Dropping]
// lets it: first look at what it would drop.
type ManagedGroup struct {
	name     string
	capacity int // 0 where AWS does not publish it
	drops    bool
	// unpublished groups are those whose sum alone is published.
	unpublished bool
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
	AttackInfrastructure = ManagedGroup{name: "AttackInfrastructure", capacity: 15_000} // what Amazon's own sensors see; billed

	BotNetCommandAndControlDomains            = ManagedGroup{name: "BotNetCommandAndControlDomains", capacity: 200}
	AbusedLegitBotNetCommandAndControlDomains = ManagedGroup{name: "AbusedLegitBotNetCommandAndControlDomains", capacity: 200}
	MalwareDomains                            = ManagedGroup{name: "MalwareDomains", capacity: 200}
	AbusedLegitMalwareDomains                 = ManagedGroup{name: "AbusedLegitMalwareDomains", capacity: 200}

	ThreatSignaturesBotnet            = ManagedGroup{name: "ThreatSignaturesBotnet", unpublished: true}
	ThreatSignaturesBotnetWeb         = ManagedGroup{name: "ThreatSignaturesBotnetWeb", unpublished: true}
	ThreatSignaturesBotnetWindows     = ManagedGroup{name: "ThreatSignaturesBotnetWindows", capacity: 3_400}
	ThreatSignaturesIOC               = ManagedGroup{name: "ThreatSignaturesIOC", unpublished: true}
	ThreatSignaturesDoS               = ManagedGroup{name: "ThreatSignaturesDoS", capacity: 200}
	ThreatSignaturesEmergingEvents    = ManagedGroup{name: "ThreatSignaturesEmergingEvents", unpublished: true}
	ThreatSignaturesExploits          = ManagedGroup{name: "ThreatSignaturesExploits", unpublished: true}
	ThreatSignaturesFUP               = ManagedGroup{name: "ThreatSignaturesFUP"}
	ThreatSignaturesMalware           = ManagedGroup{name: "ThreatSignaturesMalware", unpublished: true}
	ThreatSignaturesMalwareCoinmining = ManagedGroup{name: "ThreatSignaturesMalwareCoinmining", unpublished: true}
	ThreatSignaturesMalwareMobile     = ManagedGroup{name: "ThreatSignaturesMalwareMobile", capacity: 4_000}
	ThreatSignaturesMalwareWeb        = ManagedGroup{name: "ThreatSignaturesMalwareWeb", capacity: 3_300}
	ThreatSignaturesPhishing          = ManagedGroup{name: "ThreatSignaturesPhishing", capacity: 4_200}
	ThreatSignaturesScanners          = ManagedGroup{name: "ThreatSignaturesScanners", unpublished: true}
	ThreatSignaturesSuspect           = ManagedGroup{name: "ThreatSignaturesSuspect", unpublished: true}
	ThreatSignaturesWebAttacks        = ManagedGroup{name: "ThreatSignaturesWebAttacks", capacity: 1_400}
)

// unpublished is how many of the groups have no published capacity, and unpublishedCapacity what they take together.
const unpublished, unpublishedCapacity = 9, 13_000

// Managed is a managed group that has no name here, without the suffix StrictOrder, and how many rules it counts as; 0 leaves it
// out of the policy's budget.
func Managed(name string, capacity int) ManagedGroup {
	return ManagedGroup{name: name, capacity: capacity}
}
