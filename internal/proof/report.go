package proof

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Verdict is the result of comparing one pair of peers or one control.
type Verdict int

// The verdicts.
const (
	Exact       Verdict = iota // exactly the declared traffic is carried
	Excess                     // traffic is carried but not declared
	Missing                    // traffic is declared but not carried
	Unknown                    // the templates do not say
	Unprotected                // HTTP comes from the internet without a web ACL in front
	Weakened                   // a declared control is missing or changed, even if no traffic changes
)

var verdictNames = [...]string{Exact: "exact", Excess: "excess", Missing: "missing", Unknown: "unknown", Unprotected: "unprotected",
	Weakened: "weakened"}

// String returns the name of the verdict.
func (v Verdict) String() string { return verdictNames[v] }

// Report is the result of a proof.
type Report struct {
	Accesses []Access  // the AWS services that tiers use; sorted by Network, Tier and Endpoint
	Pairs    []Pair    // sorted by Network, From and To; a pair that is not listed is not declared and carries nothing
	Findings []Finding // sorted by Network, From, To and Verdict
	Failures []Failure // the effect of the failure of each part on the declared flows
	// Assumptions lists what the verdicts take as given.
	Assumptions []string
	// Notes lists what is worth knowing but not a finding, such as traffic that several flows allow together.
	Notes []string
}

// Pair is the verdict on the traffic that one peer opens to another.
type Pair struct {
	Network  string // construct path
	From, To string // tier ids, "the internet", blocks, or names of resources without a tier
	Verdict  Verdict
	Declared traffic.Set // by flows between the two
	Carried  traffic.Set // for sure
}

// Finding is a difference between the declaration and the templates.
type Finding struct {
	Network  string
	From, To string
	Verdict  Verdict
	Traffic  traffic.Set
	What     string // the action and resource of an endpoint policy, or the weakened part; a part of the ID; empty if it is about traffic
	Witness  Witness
	Steps    []reach.Step    // the controls that the witness passes, or those that stop it
	Reason   string          // why the answer is unknown, or what is wrong; may be empty
	At       []diag.Position // the declared flows or tiers concerned
	// Without lists the declared flows that do not work for a resource that lost the group of its tier.
	Without []string
	// Bypass says that the traffic is declared to be inspected and bypasses the inspection.
	Bypass bool
	// Control names the control whose resource differs from what its construct made; otherwise it is empty.
	Control string
	// Policy names the data policy whose requirement is not met by a tier, From; otherwise it is empty.
	Policy  string
	Fix     string // how to fix it, if the verdict does not imply it
	dialect arch.Dialect
}

// Witness is one packet that shows a finding.
type Witness struct {
	From, To string // addresses, with the names of their owners
	Service  traffic.Service
}

// String describes the packet.
func (w Witness) String() string { return fmt.Sprintf("%s from %s to %s", w.Service, w.From, w.To) }

// Failure is the effect on declared flows if one part of the network fails.
type Failure struct {
	Network string
	Part    string   // "zone eu-west-1a", "NAT gateway Shop/..."
	Stops   []string // flows that stop working outside the failed part, each with its zone
	// Bypasses lists flows that are declared to be inspected and then bypass the inspection, each with its zone.
	Bypasses []string
}

// Exact reports whether the report has no findings.
func (r *Report) Exact() bool { return len(r.Findings) == 0 }

// sort sorts the parts of the report and removes repeated notes and assumptions.
func (r *Report) sort() {
	slices.SortStableFunc(r.Pairs, func(a, b Pair) int {
		return cmp.Or(strings.Compare(a.Network, b.Network), strings.Compare(a.From, b.From), strings.Compare(a.To, b.To))
	})
	slices.SortStableFunc(r.Accesses, func(a, b Access) int {
		return cmp.Or(strings.Compare(a.Network, b.Network), strings.Compare(a.Tier, b.Tier), strings.Compare(a.Endpoint, b.Endpoint),
			strings.Compare(a.Use, b.Use))
	})
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.Network, b.Network), strings.Compare(a.From, b.From), strings.Compare(a.To, b.To),
			cmp.Compare(a.Verdict, b.Verdict), a.Traffic.Compare(b.Traffic), strings.Compare(a.What, b.What))
	})
	slices.Sort(r.Assumptions)
	r.Assumptions = slices.Compact(r.Assumptions)
	slices.Sort(r.Notes)
	r.Notes = slices.Compact(r.Notes)
}
