package firewall

import "github.com/tierwall/tierwall/internal/networkfirewall"

// ManagedGroup is a rule group that AWS maintains. In a policy it only logs what it would drop, so that you can look at the logs first.
// [ManagedGroup.Dropping] lets it drop. Use the variables of this package, or [Managed] for other groups.
type ManagedGroup struct {
	name     string
	capacity int // 0 if AWS does not publish it
	drops    bool
}

// Dropping returns the group with its own actions, which include drops.
func (g ManagedGroup) Dropping() ManagedGroup {
	g.drops = true
	return g
}

// Name returns the group's name without the suffix StrictOrder.
func (g ManagedGroup) Name() string { return g.name }

// Capacity returns the number of rules that the group counts as in a policy, or 0 if AWS does not publish it.
func (g ManagedGroup) Capacity() int { return g.capacity }

// The managed groups, with the capacities that AWS publishes (AWS Network Firewall Developer Guide, "AWS managed rule groups"). For nine of
// them AWS publishes only the sum of their capacities, 13,000. The check of a policy's budget counts it if the policy has all nine.
var (
	// AttackInfrastructure holds the threats that Amazon's own sensors observe. AWS charges for it.
	AttackInfrastructure = published("AttackInfrastructure")

	// BotNetCommandAndControlDomains holds domains known to host botnets.
	BotNetCommandAndControlDomains = published("BotNetCommandAndControlDomains")
	// AbusedLegitBotNetCommandAndControlDomains holds legitimate domains that may host botnets because they were compromised.
	AbusedLegitBotNetCommandAndControlDomains = published("AbusedLegitBotNetCommandAndControlDomains")
	// MalwareDomains holds domains known to host malware.
	MalwareDomains = published("MalwareDomains")
	// AbusedLegitMalwareDomains holds legitimate domains that may host malware because they were compromised.
	AbusedLegitMalwareDomains = published("AbusedLegitMalwareDomains")

	ThreatSignaturesBotnet            = published("ThreatSignaturesBotnet")            // hosts of botnets
	ThreatSignaturesBotnetWeb         = published("ThreatSignaturesBotnetWeb")         // botnets over HTTP
	ThreatSignaturesBotnetWindows     = published("ThreatSignaturesBotnetWindows")     // botnets of Windows hosts
	ThreatSignaturesIOC               = published("ThreatSignaturesIOC")               // indicators of compromise
	ThreatSignaturesDoS               = published("ThreatSignaturesDoS")               // denial of service
	ThreatSignaturesEmergingEvents    = published("ThreatSignaturesEmergingEvents")    // current campaigns
	ThreatSignaturesExploits          = published("ThreatSignaturesExploits")          // exploits
	ThreatSignaturesFUP               = published("ThreatSignaturesFUP")               // traffic that a fair use policy forbids
	ThreatSignaturesMalware           = published("ThreatSignaturesMalware")           // malware
	ThreatSignaturesMalwareCoinmining = published("ThreatSignaturesMalwareCoinmining") // coin mining
	ThreatSignaturesMalwareMobile     = published("ThreatSignaturesMalwareMobile")     // malware of mobile devices
	ThreatSignaturesMalwareWeb        = published("ThreatSignaturesMalwareWeb")        // malware over HTTP and TLS
	ThreatSignaturesPhishing          = published("ThreatSignaturesPhishing")          // phishing
	ThreatSignaturesScanners          = published("ThreatSignaturesScanners")          // scans of ports and hosts
	ThreatSignaturesSuspect           = published("ThreatSignaturesSuspect")           // suspicious clients and traffic
	ThreatSignaturesWebAttacks        = published("ThreatSignaturesWebAttacks")        // attacks on web servers and clients
)

// published returns a managed group of AWS's documentation.
func published(name string) ManagedGroup {
	return ManagedGroup{name: name, capacity: networkfirewall.ManagedCapacity(name)}
}

// Managed returns a managed group for which this package has no variable. The name has no suffix StrictOrder. The capacity is the number
// of rules that the group counts as in a policy; if it is 0, the check of the policy's budget ignores the group.
func Managed(name string, capacity int) ManagedGroup {
	return ManagedGroup{name: name, capacity: capacity}
}
