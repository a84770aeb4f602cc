package review

import (
	"time"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/networkfirewall"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/usage"
	"github.com/tierwall/tierwall/internal/webacl"
)

// Input is what is known of a network.
type Input struct {
	Model     *arch.Model
	Widenings []arch.Widening
	// Proof is the result of a proof; nil if there are no templates.
	Proof *proof.Report
	// Acknowledged are the reasons of findings that the app acknowledges, by their ids.
	Acknowledged map[string]string
	// Usage says what flow logs show; nil if there are none.
	Usage *usage.Result
	// Controls are those of the templates; nil if there are no templates.
	Controls *Controls
	Today    time.Time
	// Within is how many days ahead a flow that expires is listed.
	Within int
}

// Controls are what templates have that people look at from time to time: groups of AWS, and checks of what is deployed.
type Controls struct {
	WebACLs  map[string]webacl.ACL             // by the path of the resource
	Policies map[string]networkfirewall.Policy // by the path of the resource
	// Scopes are access scopes of Network Access Analyzer: what their findings mean, by the path of the resource.
	Scopes map[string]string
	// Rules are the paths of rules of AWS Config.
	Rules []string
}

// Topic is something to decide.
type Topic struct {
	Title string `json:"title"`
	// Do says what to do with the items.
	Do    string `json:"do"`
	Items []Item `json:"items,omitempty"`
	// Unknown says why nothing is known; then there are no items.
	Unknown string `json:"unknown,omitempty"`
	// Overdue says that the items should not be there at all.
	Overdue bool `json:"overdue,omitempty"`
}

// Item is one decision.
type Item struct {
	What  string          `json:"what"` // "Web -> Archive tcp/3306"
	Why   string          `json:"why"`
	Owner string          `json:"owner,omitempty"`
	At    []diag.Position `json:"at,omitempty"`
}

// Topics returns what is to be decided, the most urgent first. All topics are there, also those without items.
func Topics(in Input) []Topic {
	return []Topic{
		in.expired(), in.findings(), in.undeclared(),
		in.expiring(), in.unused(), in.exceptions(), in.acknowledged(), in.unknowns(), in.widenings(), in.checks(), in.managed(),
		in.facts(),
	}
}

// Overdue reports whether a topic is overdue and has items.
func Overdue(topics []Topic) bool {
	for _, t := range topics {
		if t.Overdue && len(t.Items) > 0 {
			return true
		}
	}
	return false
}
