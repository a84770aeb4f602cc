package arch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// permitted checks a flow against the table of who may reach whom. Flows that follow from grants are allowed by the grants instead.
func (c *checker) permitted(f CheckedFlow) {
	if f.Path.Kind == ByGatewayEndpoint {
		return
	}
	everything, allowed := f.opensAll(), c.mayReach(f.Flow) && !f.opensAll()
	switch {
	case f.Exception && allowed:
		c.add(c.m.Network.FlowPath(f.Flow), f.At, diag.Diagnostic{Severity: diag.Warning, Rule: "exception-needless",
			Subject: c.m.Network.Subject(f.SubjectString()),
			Summary: "unnecessary exception: this flow is allowed anyway", Detail: "the table of who may reach whom allows this flow",
			Fix: c.say("declare it with AllowTo or AllowFrom", "move it to the `flows`")})
	case !f.Exception && !allowed:
		detail, instead := fmt.Sprintf("%s may reach %s", f.From.Kind, kindList(ReachableFrom(f.From.Kind))),
			"lead the flow through the layers in between"
		if edge, _ := c.m.Tier(f.To.Text); c.shut(f.Flow) {
			detail = fmt.Sprintf("%s is internal: it cannot be reached from the internet, where %s is", edge.ID, f.From)
		} else if everything {
			detail = fmt.Sprintf("the service \"all\" is only for flows that leave the network, and for exceptions; %s needs only its own services",
				f.To)
			instead = "name the services"
		}
		c.failFlow(f.Flow, "not-allowed", fmt.Sprintf("%s may not reach %s", f.From, f.To), detail,
			instead+", or "+c.m.Network.exceptionFix(f.Flow))
	}
	if f.Exception {
		c.accountable(f.Flow)
	}
}

// opensAll reports whether a flow opens every protocol to a tier, which only an exception may.
func (f CheckedFlow) opensAll() bool {
	return f.To.Kind.IsTier() && slices.ContainsFunc(f.Ports, Ports.IsAll)
}

// mayReach reports whether a flow needs no exception.
func (c *checker) mayReach(f Flow) bool {
	return (MayReach(f.From.Kind, f.To.Kind) || c.isPublished(f)) && !c.shut(f)
}

// shut reports whether a flow leads from the internet to an internal edge tier.
func (c *checker) shut(f Flow) bool {
	edge, _ := c.m.Tier(f.To.Text)
	return f.From.IsPublic() && f.To.Kind == Edge && edge.Internal
}

func (c *checker) accountable(f Flow) {
	var missing []string
	if CleanDescription(f.Reason) == "" {
		missing = append(missing, c.say("Reason", "because"))
	}
	if strings.TrimSpace(f.Owner) == "" {
		missing = append(missing, c.say("Owner", "owner"))
	}
	if len(missing) > 0 {
		c.failFlow(f, "exception-unaccountable", "an exception without "+strings.Join(missing, " and "),
			"an exception overrides the table, so somebody must be responsible for it", "state why it is needed and who owns it")
	}
}

func kindList(kinds []Kind) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.String()
	}
	return strings.Join(names, ", ")
}
