// Package tiers declares a network of tiers in an AWS CDK app. It derives least-privilege security groups, network ACLs and routes from
// the declaration.
//
// # Declaring
//
// A [Network] has tiers of five kinds: [EdgeTier] (load balancers), [WebTier], [AppTier], [DataTier] and [BastionTier]. Two methods of
// a tier declare who may open connections to whom: AllowTo and AllowFrom. A flow between layers that must not talk to each other does
// not compile: the AllowTo method of a [WebTier] does not accept a [DataTier]. [Network.Except] permits such a flow explicitly, with a
// reason and an owner.
//
//	shop := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
//		CIDR:              "10.0.0.0/16",
//		AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"},
//	})
//	lb := tiers.NewEdgeTier(shop, "LoadBalancer", nil)
//	app := tiers.NewAppTier(shop, "App", nil)
//	lb.AllowFrom(tiers.Internet, tiers.HTTPS)
//	lb.AllowTo(app, "tcp/8080", tiers.Because("customers"))
//
// # Deriving
//
// At synthesis, the network derives its rules and routes from the whole declaration. It makes both sides of each rule, and NAT gateways
// only if a private tier opens connections to the internet. Construct ids, block numbers and zone names are identity: logical ids and
// addresses depend on them, and never on the order of declaration.
//
// # Addresses
//
// The network divides its range into blocks of equal size. A tier has the default block of its kind, or the block that its Block property
// states. Block 0 is for the subnets of NAT gateways, firewall endpoints and attachments to transit gateways.
//
// If subnets must have exact addresses, state them: Subnets of a tier, and NATSubnets, FirewallSubnets, IngressSubnets and TransitSubnets
// of the network. They may be anywhere in the range, including block 0. If two of them collide, the error names both and the next free
// address. Stating a subnet at its planned address changes no resource.
//
// # Errors
//
// Methods do not return errors while an app is wired. The network collects all mistakes, each with the line that declared it and a fix,
// and synthesis fails with the whole list. [Synth] returns the list as an error. Findings that can be acknowledged with a reason, such as
// an expired flow, are reported through CDK's validation plugins instead. Mistakes that cannot be reported later panic immediately: a nil
// scope or network, and wiring after synthesis.
//
// # Other constructs
//
// A tier has the values that constructs of the CDK library need: SecurityGroup, SecurityGroups, Subnets and Vpc. Constructs may ask the
// group to open ports. The group records each request and adds no rule for it. If a declared flow covers the request, the rules of that
// flow serve it. Otherwise synthesis fails, and the error names the construct and the line to write.
package tiers
