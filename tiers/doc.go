// Package tiers declares a network of tiers in an AWS CDK app and derives its least-privilege security groups and routes.
//
// # Declaring
//
// A [Network] has tiers of five kinds: [EdgeTier] (load balancers), [WebTier], [AppTier], [DataTier] and [BastionTier].
// Two verbs say who may open connections to whom: AllowTo and AllowFrom. What one layer must not reach does not compile:
// a [WebTier] has no way to name a [DataTier]. The way round is explicit, [Network.Except], with a reason and an owner.
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
// Everything is derived at synth, from the whole declaration: both sides of each rule, the routes, NAT gateways only where
// a private tier opens connections to the internet. Construct ids, block numbers and zone names are identity: they decide
// logical ids and addresses, and the order of declaration decides nothing.
//
// # Addresses
//
// The range is cut into blocks of equal size. A tier has its kind's block, or the one that it states; block 0 is for the subnets of
// NAT gateways, firewall endpoints and attachments to transit gateways. Addresses that exist are stated instead: Subnets of a tier, and
// NATSubnets, FirewallSubnets, IngressSubnets and TransitSubnets of the network. They may be anywhere in the range, block 0 included;
// whatever collides is an error that names both and says what is free. Subnets that are stated where they were planned stay the same
// resources.
//
// # Errors
//
// Nothing is thrown while wiring. Whatever is wrong is collected and fails the synth, all at once, each with the line that
// declared it and the fix; [Synth] returns it as an error. What may be acknowledged with a reason, such as an expired
// flow, is reported through CDK's validation plugins instead. What could not be reported later panics at once, in words:
// a nil scope or network, and wiring after the synth.
//
// # Other constructs
//
// A tier hands out what constructs of the CDK library want: SecurityGroup, SecurityGroups, Subnets, Vpc. The group records
// what they ask it to open and emits nothing for it: a request that a declared flow covers is served by that flow, any
// other fails the synth with the asker and the line to write.
package tiers
