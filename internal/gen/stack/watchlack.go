package stack

import (
	"maps"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/alarms"
	"github.com/tierwall/tierwall/internal/plan/dns"
)

// Watched returns the alarms of a document, and the names that its tiers may ask DNS for. Both are zero if the file has none. The plan is
// that of the document.
func Watched(d *document.Document, p *plan.Plan) (alarms.Watch, dns.Plan) {
	made, names, _ := watched(d, p)
	return made, names
}

// watched also returns what is wrong with the choices.
func watched(d *document.Document, p *plan.Plan) (made alarms.Watch, names dns.Plan, diags diag.List) {
	w := d.Watch
	if w == nil {
		return made, names, nil
	}
	if w.DNS != nil {
		names, diags = dns.Of(p.Model, dnsChoices(*w.DNS))
	}
	if a := w.Alarms; a != nil {
		n := alarmNetwork(d)
		n.Plan, n.Attachments = p, slices.Sorted(maps.Keys(p.TransitGateways("")))
		made = alarms.Of(n)
		for _, wrong := range made.Apply(alarms.Settings{Off: a.Off, Thresholds: a.Thresholds}) {
			diags.Add(diag.Diagnostic{
				Rule: "alarms", Path: p.Model.Network.PathTo("alarms"), Summary: "the settings of the alarms do not fit the network", Detail: wrong,
				Fix: "correct off and thresholds of alarms", At: []diag.Position{a.At},
			})
		}
		nested := p.Model.Network.Layout == arch.NestedStacks
		if size := alarms.TooLarge("alarms", nested, p.Resources(), made.Resources()+alarms.OtherResources, 0); size != "" {
			diags.Add(diag.Diagnostic{
				Rule: "stack-size", Path: p.Model.Network.PathTo("alarms"), Summary: "the alarms do not fit into a stack", Detail: size,
				Fix: "remove flowLog of alarms, which has an alarm, a filter and a query for each tier; or before the first deployment, write " +
					"`network: {layout: nested-stacks}`",
				At: []diag.Position{a.At},
			})
		}
	}
	return made, names, diags
}
