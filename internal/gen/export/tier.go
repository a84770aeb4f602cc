package export

import (
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/gen/document"
)

func (e *exporter) tiers() {
	for _, t := range e.Tiers {
		out := document.Tier{
			ID: t.ID, Kind: t.Kind.String(), Internal: t.Internal, Block: t.Block, Subnets: t.Subnets, SharesWith: t.SharesWith, At: t.At,
			Holds: t.Holds, InstanceConnect: t.InstanceConnect,
		}
		if set := e.calls.Subnets[t.ID]; set != "" {
			out.Subnets = document.Texts{set}
		}
		if i := t.Imported; i != nil {
			egress := map[arch.Egress]string{arch.EgressOpen: "open", arch.EgressRestricted: "restricted"}[i.Egress]
			out.Import = &document.Import{SecurityGroup: e.text(i.Group, t.At, "the security group of the tier "+t.ID), Egress: egress}
		}
		if k := t.Kubernetes; k != nil {
			out.Kubernetes = &document.Kubernetes{Namespace: k.Namespace, Labels: k.Labels}
		}
		e.doc.Tiers = append(e.doc.Tiers, out)
	}
}
