// Package loadbalancer makes the load balancers of edge tiers. A load balancer stands in the tier's subnets, has the tier's security group
// and no other, and has the settings that AWS recommends.
//
// Flows must declare the traffic of a load balancer: from the clients to its listeners, and from the edge tier to its targets. If a flow is
// missing, synthesis fails, and the error contains the line to write. One error lists all that is missing.
//
// The package is separate from tiers so that importing tiers does not import Elastic Load Balancing.
package loadbalancer
