package usage

import (
	"net/netip"

	"github.com/tierwall/tierwall/internal/flowlog"
)

// Result says how a network was used.
type Result struct {
	// From and To are the period of the logs, in seconds since 1970.
	From int64 `json:"from"`
	To   int64 `json:"to"`
	// Flows are in the order of the model's.
	Flows []FlowUse `json:"flows"`
	Tiers []Tier    `json:"tiers"`
	// Undeclared is accepted traffic that no flow declares.
	Undeclared []Row `json:"undeclared,omitempty"`
	// Rejected is rejected traffic that no flow declares.
	Rejected []Row `json:"rejected,omitempty"`
	// Refused is rejected traffic of declared flows.
	Refused []Row `json:"refused,omitempty"`
	// Stopped are connections that network firewalls stopped, declared or not.
	Stopped []Row   `json:"stopped,omitempty"`
	Skipped Skipped `json:"skipped"`
	// Crowded says that there was so much undeclared and rejected traffic that high ports are counted together.
	Crowded bool `json:"crowded,omitempty"`
	// Strangers is how many sessions of firewalls no flow explains.
	Strangers int64 `json:"strangers,omitempty"`
	// Logs says what was read.
	Logs flowlog.Summary `json:"logs"`
	// Assumptions are what the result takes as given.
	Assumptions []string `json:"assumptions"`
}

// Verdict says whether a flow was used.
type Verdict string

// The verdicts.
const (
	// Used flows have traffic that no other flow explains.
	Used Verdict = "used"
	// PerhapsUsed flows have traffic only that other flows explain as well.
	PerhapsUsed Verdict = "perhaps used"
	// Unused flows have no traffic in the whole period, and the logs would show it.
	Unused Verdict = "never used"
	// NotSeen flows have no traffic in the logs, but the logs may lack it.
	NotSeen Verdict = "not seen"
)

// FlowUse says how one flow was used.
type FlowUse struct {
	Flow    int     `json:"flow"` // its place in the model
	Verdict Verdict `json:"verdict"`
	// Doubts say why the flow may have been used although no record shows it.
	Doubts []string `json:"doubts,omitempty"`
	// Alone is traffic that no other flow explains, Shared is traffic that the flows With explain as well.
	Alone  Counts `json:"alone"`
	Shared Counts `json:"shared"`
	With   []int  `json:"with,omitempty"`
	// Sources are the addresses that opened connections of the flow, or of one of the flows With.
	Sources Sources `json:"sources"`
	// Firewall counts what flow logs of firewalls show of the flow, or of other flows that explain the same. They do not show whether the
	// firewall let the packets pass.
	Firewall Traffic `json:"firewall,omitzero"`
	// Undelivered says that packets left their source, but that no interface of the destination recorded any.
	Undelivered bool `json:"undelivered,omitempty"`
}

// Counts counts the records of a flow where they were captured. The same packets may be in several of the three.
type Counts struct {
	AtOpener  Ways `json:"atOpener"`
	AtServer  Ways `json:"atServer"`
	Elsewhere Ways `json:"elsewhere"` // in passing, or at a side that cannot be told
}

// Ways counts both directions.
type Ways struct {
	Requests Traffic `json:"requests"`
	Replies  Traffic `json:"replies"`
}

// Best returns the counts of the place with the most records.
func (c Counts) Best() Ways {
	best := c.AtOpener
	for _, w := range []Ways{c.AtServer, c.Elsewhere} {
		if w.records() > best.records() {
			best = w
		}
	}
	return best
}

func (w Ways) records() int64 { return w.Requests.Records + w.Replies.Records }

// Place says where records were captured.
type Place string

// The places.
const (
	Opener  Place = "opener" // at an interface of the side that opens connections
	Server  Place = "server" // at an interface of the other side
	Passing Place = "elsewhere"
)

// End is what is known of one end of a row.
type End struct {
	// Tiers are the tiers that it may belong to, by id. Inside says that its addresses are the network's.
	Tiers  []string `json:"tiers,omitempty"`
	Inside bool     `json:"inside,omitempty"`
}

// Row is traffic of one service between two areas.
type Row struct {
	From    string `json:"from"`
	To      string `json:"to"`
	FromEnd End    `json:"fromEnd"`
	ToEnd   End    `json:"toEnd"`
	// Service is in the syntax of arch.ParseService if one port or protocol has all the traffic.
	Service string `json:"service"`
	// Name is the name that the clients asked for, if a firewall recorded it.
	Name string `json:"name,omitempty"`
	// Guessed says that it is not known which side opened the connections.
	Guessed bool `json:"guessed,omitempty"`
	// Reply says that the packets are replies; Late that they open nothing, and probably belong to connections that had ended.
	Reply bool `json:"reply,omitempty"`
	Late  bool `json:"late,omitempty"`
	// Reason is why AWS rejected it although no group and no network ACL did: "BPA" for VPC Block Public Access, "EC" for encryption
	// controls, "other" for a reason that is not known here. It is empty if the log has no reasons.
	Reason string `json:"reason,omitempty"`
	// Places are where records were captured.
	Places []Place `json:"places"`
	// Flows are the flows that declare the traffic, if some do.
	Flows []int `json:"flows,omitempty"`
	// Traffic is what the place with the most records shows.
	Traffic Traffic `json:"traffic"`
	Sources Sources `json:"sources"`
	// Source, Destination, Protocol and Port are of the first record, At is its start.
	Source      netip.Addr `json:"source"`
	Destination netip.Addr `json:"destination"`
	Protocol    uint8      `json:"protocol"`
	Port        uint16     `json:"port"`
	At          int64      `json:"at"`
	// Interface is one of the interfaces that recorded it.
	Interface string `json:"interface"`
}

// Tier says how far the logs cover a tier.
type Tier struct {
	ID string `json:"id"`
	// Interfaces is how many interfaces recorded something.
	Interfaces int `json:"interfaces"`
	// Covered is the share of the period that the logs cover, from 0 to 1.
	Covered float64 `json:"covered"`
	Gaps    []Gap   `json:"gaps,omitempty"`
	// Doubts say why the logs may lack records of the tier in the covered time too.
	Doubts []string `json:"doubts,omitempty"`
}

// Gap is a time that the logs do not cover.
type Gap struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
}
