package traffic

// Replies go to the port from which the client called. Clients choose it from 1024 up: load balancers, NAT gateways and Lambda use all of
// these ports, Linux and Windows some (VPC User Guide, "Ephemeral ports").
const (
	FirstReplyPort = 1024
	LastReplyPort  = LastPort
)
