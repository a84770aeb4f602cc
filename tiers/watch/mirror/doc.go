// Package mirror copies packets of a network's interfaces to those who look into them, with VPC Traffic Mirroring: everything that no
// declared flow explains, or the packets of chosen flows.
//
// The filters are derived from the flows, and the way of the copies is a declared flow itself: UDP 4789 from each mirrored tier to the tier
// of the target, so that groups, network ACLs, routes and the firewall let copies through and the proof covers them.
//
// A copy shows what a firewall in the network would not see, and stops nothing. The page of the package, README.md, says what is made, what
// copies cannot show, and what they cost.
package mirror
