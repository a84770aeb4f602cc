package response

import (
	"net/netip"
	"slices"
	"time"
)

// Record is an item of the table, about one finding and address, or one instance.
type Record struct {
	Key string `json:"-"`
	// Version counts the changes of the item. 0 is an item that is not in the table yet.
	Version int64 `json:"-"`
	Action  Action
	Subject string
	// Findings are the ids of the findings. A block has one.
	Findings []string
	Reason   string
	// First and Last are the times of the first and the last finding.
	First, Last, Expires time.Time
	// DryRun says that nothing is done, only said.
	DryRun bool `json:",omitempty"`
	// Admitted is when the rate limit let the record into the sets.
	Admitted time.Time `json:",omitzero"`
	// Announced is when the decision was announced, after it had taken effect.
	Announced time.Time `json:",omitzero"`
	// Flushed is when the flush of the connections that were running began.
	Flushed time.Time `json:",omitzero"`
	// Undone is when a person ended the action. It has an attribute of its own, so that a short command can set it.
	Undone time.Time `json:"-"`
	// Closed is when the end of the action was announced, after it had taken effect.
	Closed time.Time `json:",omitzero"`
	// VPC and Interfaces are of an instance: its network interfaces with the groups that they had before.
	VPC        string      `json:",omitempty"`
	Interfaces []Interface `json:",omitempty"`
	Isolated   time.Time   `json:",omitzero"`
}

// Interface is a network interface with its security groups.
type Interface struct {
	ID     string
	Groups []string
}

// Prefix is what a record blocks.
func (r Record) Prefix() netip.Prefix {
	p, _ := netip.ParsePrefix(r.Subject)
	return p
}

// Over reports whether the action has ended, by time or by a person.
func (r Record) Over(now time.Time) bool { return !r.Undone.IsZero() || !r.Expires.After(now) }

// Blocks reports whether the record is an address that the sets must hold.
func (r Record) Blocks(now time.Time) bool {
	return r.Action == Block && !r.DryRun && !r.Admitted.IsZero() && !r.Over(now)
}

// Merge returns the record with a candidate in it, and whether that changes it. Candidates may come in any order and any number of times.
// A finding that a person has undone changes nothing.
func (r Record) Merge(c Candidate, dryRun bool) (Record, bool) {
	if r.Version == 0 && r.Key == "" {
		return Record{
			Key: c.Key(), Action: c.Action, Subject: c.Subject(), Findings: []string{c.Finding}, Reason: c.Reason, First: c.At, Last: c.At,
			Expires: c.Expires, DryRun: dryRun, VPC: c.VPC,
		}, true
	}
	known := slices.Contains(r.Findings, c.Finding)
	if !r.Undone.IsZero() && (known || r.Closed.IsZero()) {
		return r, false
	}
	out := r
	out.Findings = slices.Clone(r.Findings)
	if !r.Closed.IsZero() { // It ended. What comes later than its end is a new case.
		if known && !c.At.After(r.Expires) {
			return r, false
		}
		out.First, out.Last, out.Expires, out.DryRun, out.Reason = c.At, c.At, c.Expires, dryRun, c.Reason
		out.Admitted, out.Announced, out.Flushed, out.Closed, out.Undone, out.Isolated = time.Time{}, time.Time{}, time.Time{}, time.Time{},
			time.Time{}, time.Time{}
		out.Interfaces = nil
		out.addFinding(c.Finding)
		return out, true
	}
	if !known {
		out.addFinding(c.Finding)
	}
	if c.At.Before(out.First) {
		out.First = c.At
	}
	if c.At.After(out.Last) || c.At.Equal(out.Last) && c.Reason > out.Reason {
		out.Last, out.Reason = c.At, c.Reason
	}
	if c.Expires.After(out.Expires) {
		out.Expires = c.Expires
	}
	if out.DryRun && !dryRun {
		out.DryRun, out.Announced = false, time.Time{}
	}
	return out, !known || !out.First.Equal(r.First) || !out.Last.Equal(r.Last) || !out.Expires.Equal(r.Expires) ||
		out.DryRun != r.DryRun || out.Reason != r.Reason
}

// addFinding keeps the ids sorted, because findings come in any order, and bounded.
func (r *Record) addFinding(id string) {
	const most = 50
	if slices.Contains(r.Findings, id) {
		return
	}
	r.Findings = append(r.Findings, id)
	slices.Sort(r.Findings)
	if len(r.Findings) > most {
		r.Findings = r.Findings[len(r.Findings)-most:]
	}
}

// Purge is when the table may forget the record. GuardDuty keeps findings for 90 days, and one that was undone must not come back.
func (r Record) Purge() time.Time {
	if !r.Undone.IsZero() {
		return r.Undone.AddDate(0, 0, 91)
	}
	if r.Action == Isolate && !r.DryRun && r.Closed.IsZero() {
		return time.Time{} // The groups in it are needed to end the isolation.
	}
	return r.Expires.AddDate(0, 0, 7)
}
