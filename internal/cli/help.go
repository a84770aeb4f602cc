package cli

// aboutUnknowns is the part of the help that all commands about traffic share.
const aboutUnknowns = `An unknown is something that the templates do not tell: a parameter without a value, an import, a nested
template or a launch template that is not at hand, a custom resource, a type that tierwall does not evaluate. It may change the traffic of
what it reaches, and each answer within its reach says so.

To resolve an unknown: give a value with -p NAME=VALUE or --parameters FILE; name the template that makes the missing part as
well; or set the property that is missing. `

// assumeOpen follows it where the command has the flag.
const assumeOpen = `If subnets are missing and the groups are all that you ask about, use --assume-open: it takes the routes and
network ACLs that are not seen to let everything through, and prints that.

`

// Help is the long help of show.
func (showCommand) Help() string {
	return `CARRIED is the traffic that surely passes. UNKNOWN is what may pass beyond it, and why. A pair without a row surely carries
nothing. Lines that start with "assumed:" say what the answers rest on.

` + aboutUnknowns + assumeOpen + `Exit codes: 0 fine, 2 bad usage or input.`
}

// Help is the long help of why.
func (whyCommand) Help() string {
	return `The packet is followed there and its reply back, one line for each step. The answer is "carried", "not carried" or "not
known". If the answer is not known, the steps that may let the packet through say what is missing.

` + aboutUnknowns + assumeOpen +
		`Exit codes: 0 if the connection is carried for all that the names cover, 1 if not or not known, 2 bad usage or input.`
}

// Help is the long help of diff.
func (diffCommand) Help() string {
	return `+ is newly allowed, - newly denied. +? is possibly newly allowed and -? possibly newly denied: an unknown decides. Without
--known-only, "no traffic changes" is said only if no unknown could make a change.

` + aboutUnknowns + assumeOpen +
		`Exit codes: 0 fine; with --exit-code, 1 if something is newly allowed or may be (with --known-only: is); 2 bad usage or
input.`
}

// Help is the long help of prove.
func (proveCommand) Help() string {
	return `The findings are excess (carried and not declared), missing (declared and not carried), unknown (the templates do not tell)
and weakened (a declared control is not in place, and something else still stops the traffic). "Exact" is said only if no
unknown could make it otherwise. The same holds for expectations: what may be carried is not denied.

` + aboutUnknowns + assumeOpen + `Exit codes: 0 no finding, 1 findings, 2 bad usage or input.`
}

// Help is the long help of upgrade.
func (upgradeCommand) Help() string {
	return `A finding is an update that AWS refuses half-way, an association that the clean-up removes, or traffic that stops for a while.
Only types and properties that tierwall knows are checked.

What the templates do not tell can hide a finding: it is printed as "not known:", and what was taken as given as "assumed:". Give a value with -p NAME=VALUE or --parameters FILE, or name the template
that makes the missing part as well, in BEFORE and in AFTER.

Exit codes: 0 no finding, 1 findings, 2 bad usage or input.`
}
