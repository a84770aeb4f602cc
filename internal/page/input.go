package page

import (
	"time"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/change"
	"github.com/tierwall/tierwall/internal/compliance"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/picture/survey"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
)

// Input is what a page shows.
type Input struct {
	Title    string
	Assembly *cfn.Assembly
	Topology *reach.Topology // of the assembly
	Survey   survey.Survey   // of the topology
	// Declaration and Proof are nil if nothing was declared.
	Declaration *proof.Declaration
	Proof       *proof.Report
	// Findings are those of the proof, and the mistakes in controls.
	Findings diag.List
	// Plans are what follows from the declared networks.
	Plans []*plan.Plan
	// Today decides how many days are left until flows expire.
	Today time.Time
	// Templates are the paths that commands in the page name.
	Templates []string
	// Change is how the templates differ from those before; nil if there are none to compare with.
	Change *change.Change
	// Usage is what logs say; empty without logs.
	Usage []Section
	// Evidence are the standards that the page has evidence for.
	Evidence []compliance.Page
}

// Section is a part of the page: a table, or lines of text.
type Section struct {
	Title string
	Head  []string
	Rows  [][]string
	Lines []string
}
