// Package loadbalancer makes the load balancers of edge tiers: in the tier's subnets, with exactly its security group, hardened as AWS
// recommends, and with all that they serve declared as flows.
//
// What a load balancer passes on and no flow declares fails the synth, all of it at once, with the line to write. It is a package of its
// own so that importing tiers does not import Elastic Load Balancing.
package loadbalancer
