package policy

import "slices"

// Policy judges the declared flows of a network.
type Policy struct {
	// Name is the name of the policy, 1 to 40 lower-case letters, digits and hyphens, a letter first. The ids of its findings begin with it.
	Name string
	// Classes are the classes of data that the policy is about, such as "health". If no tier of the network holds one of them, synthesis
	// fails, because the silence of the policy would look like consent. It is required, except for a built-in policy.
	Classes []string
	// Judge returns what is wrong with a network. It must return the same findings for the same network. Nil selects the built-in policy
	// with the name.
	Judge func(n Network) []Finding
}

// NoInternetNextToData keeps a tier between the internet and every tier that holds data of a class other than "public". Its findings are:
//
//   - no-internet-next-to-data-source: the internet may reach the tier;
//   - no-internet-next-to-data-neighbour: a tier that faces the internet, or an imported tier that does not hold the data, may reach it;
//   - no-internet-next-to-data-egress: the tier may reach the internet, also by name;
//   - no-internet-next-to-data-subnets: the tier shares subnets with a tier that faces the internet or does not hold the data.
func NoInternetNextToData() Policy { return Policy{Name: "no-internet-next-to-data"} }

// PCIDSS reads the network requirements of PCI DSS 4.0.1 as rules about tiers that hold cardholder data. It has the findings of
// [NoInternetNextToData] and [SensitiveData], with these differences:
//
//   - pci-dss-egress accepts names that a network firewall enforces (1.3.2);
//   - pci-dss-reason: a flow of the tier has no reason (1.2.5).
//
// The requirements ask for more than a declaration can show, such as tests of the segmentation (11.4.5).
func PCIDSS() Policy { return Policy{Name: "pci-dss"} }

// SensitiveData keeps data of a class other than "public" with tiers that are declared to hold it, encrypted and logged. Its findings are:
//
//   - sensitive-data-lower-class: the tier opens connections to a tier that does not hold the class or a stricter one. A flow that a
//     network firewall enforces is accepted, and so is an exception. The answers to connections from others are not judged;
//   - sensitive-data-plain-text: a flow of the tier includes the registered port of a protocol that does not encrypt, such as HTTP on port
//     80. Nothing is said about ports on which a product speaks both, such as 3306;
//   - sensitive-data-logs: no flow log in the templates surely records all traffic of the tier;
//   - sensitive-data-subnets: as in [NoInternetNextToData].
func SensitiveData() Policy { return Policy{Name: "sensitive-data"} }

// Network is what a policy judges: the tiers and the declared flows between them and others.
type Network struct {
	Tiers []Tier // by ID
	Flows []Flow // by their ends and service
}

// Tier is a tier of the network.
type Tier struct {
	ID   string
	Kind string // "edge", "web", "app", "data" or "bastion"
	// Holds are the classes of data that the tier holds, in alphabetical order; nil if it does not say.
	Holds []string
	// FacesInternet says that addresses of the internet may open connections to the tier.
	FacesInternet bool
	// Imported says that another stack or repository owns the tier. Who reaches it there is not declared here, so FacesInternet is false.
	Imported bool
	// SharesWith is the ID of the tier whose subnets the tier uses; empty if it has its own.
	SharesWith string
}

// HoldsAny reports whether the tier holds one of the classes.
func (t Tier) HoldsAny(classes ...string) bool {
	return slices.ContainsFunc(classes, func(class string) bool { return slices.Contains(t.Holds, class) })
}

// Finding returns a finding about the tier. See [Finding] for the rest.
func (t Tier) Finding(rule, summary, fix string) Finding {
	return Finding{Rule: rule, About: t.ID, Summary: summary, Fix: fix}
}

// Peer is one end of a flow.
type Peer struct {
	// Name is the ID of a tier, "the internet", a block, the id of a prefix list, or a domain name.
	Name string
	// Tier is the tier that the peer is; the zero Tier, whose ID is empty, if it is none.
	Tier Tier
	// Internet says that the peer has, or may have, addresses of the internet: the internet itself, a domain name, a prefix list, a block
	// that is not private, or one that only the deployment knows.
	Internet bool
}

// Flow is a declared permission: From may open connections to To. Flows to AWS services, which follow from grants, are left out.
type Flow struct {
	ID       string // "App->Database:tcp/3306"; findings name it
	From, To Peer
	// Services are the protocols and ports, such as "tcp/443", "udp/8000-8100", "icmp/8" or "all".
	Services []string
	// PlainText are the protocols without encryption on whose registered ports the flow opens connections, such as "HTTP". The list is not
	// complete: the protocol on other ports is not known.
	PlainText []string
	// Inspected says that a network firewall is between the two ends and stops everything that no rule passes.
	Inspected bool
	// Via is the gateway to another network, such as "transit gateway tgw-0123456789abcdef0"; empty if there is none.
	Via                    string
	Reason, Owner, Expires string // as declared; Expires is a day, as in "2027-01-31"
	Exception              bool   // declared with Except
}

// Finding returns a finding about the flow. See [Finding] for the rest.
func (f Flow) Finding(rule, summary, fix string) Finding {
	return Finding{Rule: rule, About: f.ID, Summary: summary, Fix: fix}
}

// Finding is something that a policy finds. The id of a finding has the name of the policy, the rule and what it is about:
// "health-egress[Shop/Network:App->Database:tcp/3306]". Another Finding with the same id needs another rule.
type Finding struct {
	Rule    string // what is violated, in the form of a policy's name: "egress"
	About   string // the ID of a flow or a tier of the network; its line is the line of the finding
	Summary string // what is wrong, in one line
	Detail  string // why that is wrong; may be empty
	Fix     string // what to do; may be empty
}
