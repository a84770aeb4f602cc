// Package upgrade finds what breaks on the way from one state of a set of stacks to the next: an update that AWS refuses
// half-way, an association that the clean-up undoes, traffic that stops for a while.
//
// CloudFormation creates and updates in the order of dependencies first and deletes last. A resource under a new logical id,
// or one that a change replaces, therefore meets the one that it follows, and many of AWS's objects cannot exist twice, or in such
// numbers. The tables in this package (a file per service) say which changes replace a resource, which properties do not change
// at all, and by which key AWS tells a resource from its siblings; they were compared with the createOnlyProperties of AWS's resource
// schemas. Types that are not in the tables are not checked. Nested stacks, modules, custom resources and macros that change and
// cannot be looked into are said to be unknown, and so are conditions whose outcome may change; defaults that a result rests on
// are its assumptions.
//
// It knows templates and AWS's keys and quotas, and neither tiers nor flows.
package upgrade
