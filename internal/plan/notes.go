package plan

import (
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// notes is what a control has to say beside what it holds: where it lets through more than was declared, and what is wrong.
type notes struct {
	widenings []arch.Widening
	diags     diag.List
}

func (n *notes) widen(w arch.Widening) { n.widenings = append(n.widenings, w) }
