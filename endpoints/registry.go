package endpoints

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
)

// registry lists all endpoints of an app, to find two that AWS does not accept together. A VPC may have one interface endpoint with private
// DNS for each service, and a route table one gateway endpoint.
type registry struct {
	constructs.Construct
	list []placed
}

// placed is an endpoint with the values by which AWS finds it in conflict with another one.
type placed struct {
	vpc      string // the path of the VPC; of a gateway endpoint the id of the route table
	service  string
	private  bool // takes calls by the service's own name or routes; only such endpoints can conflict
	by       constructs.IConstruct
	problems *report.Problems
	at       diag.Position
}

const registryID = "TierwallEndpoints"

// Endpoints returns the number of endpoints. It exists because jsii requires a method of the type's own.
func (r *registry) Endpoints() int { return len(r.list) }

func registryOf(p *report.Problems) *registry {
	return report.Shared(p, registryID, func(root constructs.Construct) *registry {
		r := &registry{list: []placed{}}
		constructs.NewConstruct_Override(r, root, new(registryID))
		return r
	})
}

// add puts an endpoint into the registry. If another one conflicts with it, add reports a problem of the new one.
func (r *registry) add(p placed) {
	for _, other := range r.list {
		if other.vpc != p.vpc || other.service != p.service || !other.private || !p.private {
			continue
		}
		p.problems.List.Add(diag.Diagnostic{
			Rule: "endpoint-twice", Path: p.problems.Path, At: []diag.Position{p.at, other.at}, Summary: "two endpoints lead to one service",
			Detail: *other.by.Node().Path() + " is another one for " + p.service +
				"; AWS rejects the second, because names or routes would lead to both",
			Fix: "use one for all, or set NoPrivateDNS on an interface endpoint; " +
				"if somebody else made one, name it in endpoints.Configure as Imported",
		})
	}
	r.list = append(r.list, p)
}
