// Package mirror derives the filters of VPC Traffic Mirroring from declared flows: which packets of an interface are copied.
//
// A filter is stateless: its rules see addresses, protocols and ports of one packet, and the first rule that matches decides. So a packet
// counts as declared if it has the addresses and ports of a declared flow, or of an answer to one. See
// https://docs.aws.amazon.com/vpc/latest/mirroring/traffic-mirroring-filters.html and the page traffic-mirroring-quotas beside it.
//
// The package must not know CDK or what is done with the copies.
package mirror
