// Package proof holds what templates carry against what was declared: for every ordered pair of peers, whether exactly the
// declared traffic is carried, and if not, a witness packet with the rules that decide about it.
//
// It derives nothing: it does not know how a declaration becomes rules, so that no mistake of the plan can hide in it.
package proof
