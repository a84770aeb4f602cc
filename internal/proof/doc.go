// Package proof holds what templates carry against what was declared: for every ordered pair of peers, whether exactly the
// declared traffic is carried, and if not, a witness packet with the rules that decide about it. The verdict is exact only if nothing
// that the templates leave unknown could make it otherwise; else it is unknown, with the reason.
//
// It derives nothing: it does not know how a declaration becomes rules, so that no mistake of the plan can hide in it. What it knows is the
// declaration and the templates; where a tier's addresses are, the templates' own subnets say.
//
// Beside the traffic it holds what was declared of the controls themselves: addresses of subnets, zones, ways by gateways, network ACLs,
// and who has a tier's group. If a declared control is not in place and something else still stops the traffic, the control is weakened.
package proof
