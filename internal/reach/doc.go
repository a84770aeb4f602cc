// Package reach computes the traffic that a network carries, from its CloudFormation templates alone: exact sets of
// packets, not samples. It composes security groups, network ACLs and route tables along the way that packets take, and
// their replies.
//
// It knows what AWS does with packets, and nothing of what anybody declared. What a template leaves open is counted in
// both ways: what surely passes, and what may pass. A resource that it does not know is named, never guessed at.
//
// Words:
//
//   - A gap ([Gap]) is something that the templates do not tell, with the groups, subnets, networks and resources that it reaches.
//     It widens what may be carried there. It never makes an answer surer.
//   - Unseen is what may exist beside the templates: interfaces that may have a group, and rules that a group may have.
//     The field of that name says why; it is empty if there is nothing of the kind.
//   - A shadow is a class of interfaces that may have a group beside the interfaces that are seen.
//     What it carries is only possible; it has no row where rows of seen interfaces say as much.
//   - An island is a network from which no route leads to another one.
//     Pairs of classes in two islands are not looked at, since no packet passes between them.
//   - An alias is a rule of a group that is not in the templates (a parameter, an import, a literal id), held by a group that
//     the other one may turn out to be. It is only possible.
package reach
