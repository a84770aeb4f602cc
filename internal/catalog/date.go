package catalog

// AsOf is the day of what AWS publishes in its documentation alone and is written down by hand: facts about endpoints and prefix lists, and the
// managed rule groups of AWS WAF and Network Firewall. The versions of generated tables are in generate/package.json; those of actions and
// endpoints are what [Sources] returns.
const AsOf = "2026-11-22"
