// Package upgrade finds what goes wrong while a set of stacks is updated from one state to the next: updates that AWS
// rejects half-way, associations that the clean-up removes, and traffic that is interrupted.
//
// Examine compares two assemblies and returns a Result: findings, changes that cannot be analysed, and assumptions.
// Check returns the findings only.
//
// CloudFormation creates and updates resources in the order of their dependencies, and deletes last. A resource with a
// new logical id, or one that is replaced, therefore exists at the same time as its predecessor. Many objects in AWS
// cannot exist twice, or only in limited numbers. The tables in this package, one file per service, hold the facts
// about each resource type (typeFacts): which changes replace a resource, which properties cannot change, and by which
// keys AWS distinguishes it from others. The tables were compared with the createOnlyProperties of AWS's resource
// schemas. Types that are not in the tables are not checked.
//
// Nested stacks, modules, custom resources and macros that change and cannot be analysed are reported as unknown, and
// so are conditions whose outcome may change.
//
// Package upgrade knows templates, and AWS's keys and quotas. It must not know tiers, flows or plans.
//
// # Words
//
//   - before, after: the two states; update compares them.
//   - former, next: the same resource in the state before and after, by stack and logical id.
//   - created: a resource of the state after that CloudFormation creates, because it is new or replaces its former one.
//   - clean-up: the last phase of an update, in which CloudFormation deletes what is no longer needed.
//   - key: what only one resource can hold at a time, such as a name or a route's destination.
//   - gap: traffic that is allowed before and after the update, but not all the time in between.
//   - occupant: a resource with network interfaces in a subnet.
package upgrade
