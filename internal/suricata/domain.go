package suricata

// DomainList is a rule group that names domains, from which AWS generates rules.
type DomainList struct {
	// Targets are host names; a leading dot stands for the domain and all its subdomains.
	Targets []string
	// HTTP and TLS are the target types HTTP_HOST and TLS_SNI.
	HTTP, TLS bool
	// Action is ALLOWLIST, DENYLIST, REJECTLIST or ALERTLIST.
	Action string
}

// Rules returns the rules that AWS generates. home is the address of the clients, as in a rule's header; empty is $HOME_NET.
func (d DomainList) Rules(strict bool, home string) []Rule { return nil }

// Capacity returns what AWS counts for the list, the larger of the two figures that are known.
func (d DomainList) Capacity() int { return 0 }

// CheckDomain says what is wrong with a target of a domain list; nil if nothing is.
func CheckDomain(target string) error { return nil }
