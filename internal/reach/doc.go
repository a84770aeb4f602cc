// Package reach computes the traffic that a network carries, from its CloudFormation templates alone: exact sets of
// packets, not samples. It composes security groups, network ACLs and route tables along the way that packets take, and
// their replies.
//
// It knows what AWS does with packets, and nothing of what anybody declared. What a template leaves open is counted in
// both ways: what surely passes, and what may pass. A resource that it does not know is named, never guessed at.
package reach
