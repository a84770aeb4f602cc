// Package traffic holds the facts about IP protocols that several packages need: protocol numbers and names, the ports that replies
// go to, and the ICMP messages that answer others. It knows nothing of AWS resources or of architectures.
package traffic
