package arch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// permitted holds the flow against the table. What a grant leads to AWS's services is not in it: the grant allows it.
func (c *checker) permitted(f CheckedFlow) {
	if f.Path.Kind == ByGatewayEndpoint {
		return
	}
	everything := f.To.Kind.IsTier() && slices.ContainsFunc(f.Ports, Ports.IsAll)
	allowed := c.mayReach(f.Flow) && !everything
	switch {
	case f.Exception && allowed:
		c.add(f.PathString(), f.At, diag.Diagnostic{Severity: diag.Warning, Rule: "exception-needless", Subject: c.m.Network.Subject(f.SubjectString()),
			Summary: "an exception that is none", Detail: "the table allows this flow", Fix: "declare it with AllowTo or AllowFrom"})
	case !f.Exception && !allowed:
		detail, instead := fmt.Sprintf("%s may reach %s", f.From.Kind, kindList(ReachableFrom(f.From.Kind))),
			"lead the flow through the layers between"
		if edge, _ := c.m.Tier(f.To.Text); c.shut(f.Flow) {
			detail = fmt.Sprintf("%s is internal: it is not reached from the internet, where %s is", edge.ID, f.From)
		} else if everything {
			detail = fmt.Sprintf("all traffic is for what leaves the network, and for exceptions; %s needs its services alone", f.To)
			instead = "name the services"
		}
		c.failFlow(f.Flow, "not-allowed", fmt.Sprintf("%s may not reach %s", f.From, f.To), detail,
			instead+", or state it with a reason and an owner: "+exceptionCode(f.Flow))
	}
	if f.Exception {
		c.accountable(f.Flow)
	}
}

// mayReach reports whether a flow takes no exception.
func (c *checker) mayReach(f Flow) bool { return MayReach(f.From.Kind, f.To.Kind) && !c.shut(f) }

// shut reports whether a flow leads from the internet to an internal edge.
func (c *checker) shut(f Flow) bool {
	edge, _ := c.m.Tier(f.To.Text)
	return f.From.IsPublic() && f.To.Kind == Edge && edge.Internal
}

// exceptionCode spells the flow as an exception in Go.
func exceptionCode(f Flow) string {
	return fmt.Sprintf("Except(tiers.Exception{From: %s, To: %s, Service: %q, Reason: \"...\", Owner: \"...\"})", f.From.Code(), f.To.Code(), f.Service)
}

func (c *checker) accountable(f Flow) {
	var missing []string
	if CleanDescription(f.Reason) == "" {
		missing = append(missing, "Reason")
	}
	if strings.TrimSpace(f.Owner) == "" {
		missing = append(missing, "Owner")
	}
	if len(missing) > 0 {
		c.failFlow(f, "exception-unaccountable", "an exception without "+strings.Join(missing, " and "),
			"an exception goes against the table, so somebody must answer for it", "state why it is needed and who owns it")
	}
}

func kindList(kinds []Kind) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.String()
	}
	return strings.Join(names, ", ")
}
