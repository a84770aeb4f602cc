// Package accessscope derives the scopes in which AWS Network Access Analyzer looks for paths that nobody declared: into the network, out
// of it, and between its tiers. A scope matches all paths of its kind and excludes the declared ones, so that each finding is a path that
// no flow declares.
//
// It knows the plan and the language of scopes. It must not know CDK and templates.
//
// # Source
//
// AWS, Network Access Analyzer guide (2026): resource statements, packet header statements, match and exclusion conditions, quotas and
// limitations. The analyzer knows TCP and UDP over IPv4, and no rules of network firewalls. It counts security groups, network ACLs and
// routes. A path never starts or ends at a load balancer of the network layer, but may pass through load balancers, which change the ports
// of packets.
package accessscope
