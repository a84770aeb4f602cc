package catalog

// AsOf is the date of the facts that AWS publishes only in its documentation and that are written by hand: facts about
// endpoints and prefix lists, and the managed rule groups of AWS WAF and Network Firewall. The versions of generated
// tables are in generate/package.json, and [Sources] returns those of actions and endpoints.
const AsOf = "2026-11-22"
