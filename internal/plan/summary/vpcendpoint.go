package summary

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/plan"
)

// vpcEndpoints shows the endpoints and why they are there.
func (w *writer) vpcEndpoints() {
	if len(w.p.VPCEndpoints) == 0 {
		return
	}
	rows := [][]string{{"ENDPOINT", "KIND", "POLICY, CHARACTERS", "BECAUSE"}}
	for _, e := range w.p.VPCEndpoints {
		kind, policy := "interface", policyText(e)
		switch {
		case e.Imported:
			kind = "imported"
		case e.Gateway:
			kind = "gateway"
		}
		for i, reason := range e.Reasons {
			if i == 0 {
				rows = append(rows, []string{e.Service, kind, policy, reason})
			} else {
				rows = append(rows, []string{"", "", "", reason})
			}
		}
	}
	w.table(rows)
}

// policyText says how large an endpoint's policy is.
func policyText(e plan.VPCEndpoint) string {
	switch {
	case e.Imported:
		return "its owner's"
	case e.Policy == nil:
		return "lets everything through"
	}
	size, exact := e.Policy.Size()
	about := ""
	if !exact {
		about = "about "
	}
	return fmt.Sprintf("%s, %s%d of %d", count(len(e.Policy.Statements), "statement"), about, size, iam.MaxSize)
}

// grantedBy says which service a flow leads to that follows from grants; empty for any other flow.
func (w *writer) grantedBy(f arch.CheckedFlow) string {
	for _, e := range w.p.VPCEndpoints {
		list, _ := w.p.Model.Network.PrefixList(e.Service)
		if e.Tier == f.To.Text || e.Gateway && f.Path.Kind == arch.ByGatewayEndpoint && list == f.To.Operand {
			return "granted: " + e.Service
		}
	}
	return ""
}
