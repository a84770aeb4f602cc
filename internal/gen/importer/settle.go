package importer

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/stack"
	"github.com/tierwall/tierwall/internal/traffic"
)

// portZero is a port that nobody uses and that the format does not have.
var portZero = traffic.Ports(6, 0, 0).Union(traffic.Ports(17, 0, 0))

// fileName is the name of the document in messages.
const fileName = document.FileName

// settle checks the document as its reader would, and gives up what cannot be kept, one thing at a time: single flows, the addresses, and
// the network ACLs.
func (i *importer) settle() *document.Document {
	fallbacks := []func() bool{i.withoutAddresses, i.withoutRange, i.withoutACLs}
	for {
		d, s, problems := i.build()
		if s != nil {
			i.settleControls(s)
			i.report.Verdict = i.compare(s)
			return d
		}
		if i.dropControls(d, problems) || i.dropFlows(d, problems) {
			continue
		}
		used := false
		for len(fallbacks) > 0 && !used {
			used = fallbacks[0]()
			fallbacks = fallbacks[1:]
		}
		if !used {
			i.residual(nil, "no architecture could be made: %s", firstLine(problems))
			return nil
		}
		i.residual(nil, "given up because of: %s", firstLine(problems))
	}
}

func firstLine(problems diag.List) string {
	for _, p := range problems {
		if p.Severity == diag.Error {
			return p.Summary + ": " + p.Detail
		}
	}
	return ""
}

// build writes the document, reads it and makes its stack.
func (i *importer) build() (*document.Document, *stack.Stack, diag.List) {
	planBlocks(i.doc)
	d, problems := document.Parse(fileName, i.doc.Write())
	if problems.HasErrors() {
		return nil, nil, problems.List()
	}
	s, diags := stack.Make(d.Environments[0].Document, d.Environments[0], ".json", i.options.Today)
	return d, s, diags
}

// dropFlows makes exceptions of the flows that have errors, and removes exceptions that have errors.
func (i *importer) dropFlows(d *document.Document, problems diag.List) bool {
	if d == nil {
		return false
	}
	found := map[int]string{}
	for _, p := range problems {
		for _, at := range p.At {
			if p.Severity == diag.Error {
				found[at.Line] = p.Summary + ": " + p.Detail
			}
		}
	}
	dropped := false
	var kept []document.Flow
	var moved []document.Flow
	for n, f := range d.Flows {
		if found[f.At.Line] == "" {
			kept = append(kept, i.doc.Flows[n])
			continue
		}
		g := i.doc.Flows[n]
		g.Owner = "import"
		moved, dropped = append(moved, g), true
	}
	i.doc.Flows = kept
	kept = nil
	for n, f := range d.Exceptions {
		if found[f.At.Line] == "" {
			kept = append(kept, i.doc.Exceptions[n])
			continue
		}
		dropped = true
		i.residual(nil, "%s is closed: %s", f.Key(), strings.TrimSpace(found[f.At.Line]))
	}
	i.doc.Exceptions = slices.Concat(kept, moved)
	return dropped
}

// withoutAddresses gives up the addresses of the tiers.
func (i *importer) withoutAddresses() bool {
	used := false
	if i.doc.Network.VPC != nil {
		return false
	}
	for n := range i.doc.Tiers {
		used = used || i.doc.Tiers[n].Subnets != nil
		i.doc.Tiers[n].Subnets, i.doc.Tiers[n].SharesWith = nil, ""
	}
	if used {
		i.residual(nil, "the addresses of the tiers change: they are planned anew")
	}
	return used
}

// withoutRange gives up the range of the network.
func (i *importer) withoutRange() bool {
	if i.doc.Network.VPC != nil || i.doc.Network.CIDR == "10.0.0.0/16" {
		return false
	}
	i.residual(nil, "the network's range changes from %s to 10.0.0.0/16", i.doc.Network.CIDR)
	i.doc.Network.CIDR = "10.0.0.0/16"
	return true
}

// withoutACLs gives up network ACLs.
func (i *importer) withoutACLs() bool {
	if i.doc.Network.NetworkACLs == "none" {
		return false
	}
	i.doc.Network.NetworkACLs = "none"
	i.residual(nil, "the network has no derived network ACLs")
	return true
}
