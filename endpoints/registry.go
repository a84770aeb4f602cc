package endpoints

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
)

// registry knows all endpoints of an app: a VPC has one with private names for each service, and a route table one way to it.
type registry struct {
	constructs.Construct
	list []placed
}

// placed is an endpoint with what AWS tells such from each other by.
type placed struct {
	vpc      string // the VPC, or the route table
	service  string
	private  bool
	by       constructs.IConstruct
	problems *report.Problems
	at       diag.Position
}

const registryID = "TierwallEndpoints"

// Endpoints exists so that jsii sees a method of the type's own.
func (r *registry) Endpoints() int { return len(r.list) }

func registryOf(scope constructs.IConstruct) *registry {
	root := scope.Node().Root()
	if r, ok := root.Node().TryFindChild(new(registryID)).(*registry); ok {
		return r
	}
	r := &registry{list: []placed{}}
	constructs.NewConstruct_Override(r, root.(constructs.Construct), new(registryID))
	return r
}

// add puts an endpoint into the registry and has it told if it is a second one.
func (r *registry) add(p placed) {
	for _, other := range r.list {
		if other.vpc != p.vpc || other.service != p.service || !other.private || !p.private {
			continue
		}
		p.problems.List.Add(diag.Diagnostic{
			Rule: "endpoint-twice", Path: p.problems.Path, At: []diag.Position{p.at, other.at}, Summary: "two endpoints lead to one service",
			Detail: *other.by.Node().Path() + " is another one for " + p.service + "; AWS refuses the second: names, or routes, would lead to both",
			Fix: "use one for all, or set NoPrivateDNS on an interface endpoint; " +
				"one that somebody else made is named in endpoints.Configure as Imported",
		})
	}
	r.list = append(r.list, p)
}

func path(vpc awsec2.IVpc) string { return *vpc.Node().Path() }
