package arch

import "slices"

// Kind is the kind of a flow's end: a tier of one of five kinds, a VPC endpoint, or something outside the network.
type Kind int

// The kinds. The zero Kind is none of them.
const (
	Edge       Kind = iota + 1 // load balancers: where traffic enters
	Web                        // what answers requests that the edge forwards
	App                        // business logic
	Data                       // databases, caches, queues
	Bastion                    // administrators' way in
	Endpoint                   // a VPC endpoint with interfaces: the way to one AWS service
	Internet                   // every address, 0.0.0.0/0 and, in a dual-stack network, ::/0
	CIDR                       // a block of addresses outside the network
	PrefixList                 // a managed list of blocks
	Domain                     // whoever answers to a domain name
)

var kindNames = map[Kind]string{
	Edge: "edge", Web: "web", App: "app", Data: "data", Bastion: "bastion", Endpoint: "endpoint",
	Internet: "internet", CIDR: "cidr", PrefixList: "prefix list", Domain: "domain",
}

// String returns the kind's lower-case name, "unknown" for a value that is no kind.
func (k Kind) String() string {
	if name, ok := kindNames[k]; ok {
		return name
	}
	return "unknown"
}

// IsTier reports whether k has a security group of its own: it is one of the five kinds of tier, or an endpoint.
func (k Kind) IsTier() bool { return k >= Edge && k <= Endpoint }

// Kinds lists all kinds, tiers first.
func Kinds() []Kind {
	return []Kind{Edge, Web, App, Data, Bastion, Endpoint, Internet, CIDR, PrefixList, Domain}
}

// reach is the one table of who may open connections to whom. Traffic enters at the edge or the bastion and moves one
// layer at a time; data never opens a connection outwards. Whatever else is needed is an Exception.
var reach = map[Kind][]Kind{
	Edge:       {Web, App},
	Web:        {Web, App, Internet, CIDR, PrefixList, Domain},
	App:        {App, Data, Internet, CIDR, PrefixList, Domain},
	Data:       {Data},
	Bastion:    {Web, App, Data},
	Internet:   {Edge},
	CIDR:       {Edge, Bastion},
	PrefixList: {Edge, Bastion},
}

// MayReach reports whether the table allows from to open connections to to. Endpoints are not in the table: a declared flow names none, and
// every tier may reach those that its grants lead to.
func MayReach(from, to Kind) bool {
	return slices.Contains(reach[from], to) || to == Endpoint && from.IsTier() && from != Endpoint
}

// ReachableFrom lists the kinds that from may open connections to.
func ReachableFrom(from Kind) []Kind { return slices.Clone(reach[from]) }
