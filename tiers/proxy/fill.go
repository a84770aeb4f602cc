package proxy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/address"
	"github.com/tierwall/tierwall/internal/squid"
)

// fill writes the configuration into the task definition, in place of that of the previous synthesis.
func (p *Proxy) fill(made *plan.Plan) {
	p.model, p.failed, p.text = made.Model, nil, ""
	if p.model.Network.Wrapped {
		p.fail(diag.Error, "proxy-wrapped", "", "a network that wraps a VPC cannot have a proxy",
			"the proxy knows its clients by the addresses of their subnets, which a wrapped VPC does not tell",
			"make the proxy in a network that makes its VPC", p.problems.At)
		return
	}
	c := squid.Config{Port: p.props.Port, Folder: folder, Own: p.own(), Clients: p.clients()}
	text, err := c.Text()
	if err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			p.fail(diag.Error, "proxy-configuration", line, "the proxy cannot be configured", line, "", p.problems.At)
		}
		return
	}
	p.text = text
	p.warn()
	p.declareTask()
}

func (p *Proxy) fail(severity diag.Severity, rule, subject, summary, detail, fix string, at ...diag.Position) {
	p.failed.Add(diag.Diagnostic{Severity: severity, Rule: rule, Subject: subject, Path: p.problems.Path, Summary: summary, Detail: detail,
		Fix: fix, At: at})
}

// own returns the blocks of the network, as literals or as tokens.
func (p *Proxy) own() []string {
	vpc := p.core.Network().Vpc()
	out := []string{*vpc.VpcCidrBlock()}
	if p.model.Prefix.IsValid() {
		out[0] = p.model.Prefix.String()
	}
	if v, ok := vpc.(awsec2.Vpc); ok && p.model.Network.IPv6 {
		out = append(out, *awscdk.Fn_Select(new(0.0), v.VpcIpv6CidrBlocks()))
	}
	return out
}

// clients returns the clients with what they may reach.
func (p *Proxy) clients() []squid.Client {
	subnets := address.Subnets(p.model)
	var out []squid.Client
	for _, a := range p.allowed {
		ports, _ := arch.ParseService(a.service) // The flow of the permission reports a mistake.
		for _, tier := range a.clients {
			i := slices.IndexFunc(out, func(c squid.Client) bool { return c.Name == tier.ID() })
			if i < 0 {
				i = len(out)
				out = append(out, squid.Client{Name: tier.ID(), Addresses: p.addresses(subnets[tier.ID()])})
			}
			out[i].Allowed = append(out[i].Allowed, squid.Host{Domain: a.domain, Ports: ports})
		}
	}
	return out
}

// addresses returns the blocks of subnets, as literals or as tokens.
func (p *Proxy) addresses(subnets []address.Subnet) (out []string) {
	for _, s := range subnets {
		if s.Prefix.IsValid() {
			out = append(out, s.Prefix.String())
		} else if block := p.core.Network().SubnetRange(s.Key); block != nil {
			out = append(out, *block)
		}
	}
	return out
}

// warn finds clients with a second way out, and tasks that cannot start.
func (p *Proxy) warn() {
	clients := map[string]bool{}
	for _, a := range p.allowed {
		for _, tier := range a.clients {
			clients[tier.ID()] = true
		}
	}
	for _, f := range p.model.Flows {
		if clients[f.From.Text] && f.From.Kind.IsTier() && f.To.IsPublic() {
			p.fail(diag.Warning, "proxy-past", f.SubjectString(), "a client of the proxy has a way past it",
				fmt.Sprintf("%s may reach %s directly", f.From.Text, f.To), "remove the flow, or allow the name in the proxy", f.At...)
		}
	}
	for _, need := range []struct{ service, what string }{{"ecr.api", "pull its image"}, {"logs", "write its log"}} {
		if !p.reaches(need.service) {
			p.fail(diag.Warning, "proxy-start", need.service, "the proxy's tasks cannot start",
				fmt.Sprintf("a task must %s, and %s has neither a grant of the service %s nor a flow out that leads to it",
					need.what, p.core.ID(), need.service),
				"grant the tier endpoints.Fargate with Images, Logs: proxy.LogGroup() and ExecutionRole: proxy.ExecutionRole()", p.problems.At)
		}
	}
}

// reaches reports whether the proxy's tier has a way to a service of AWS.
func (p *Proxy) reaches(service string) bool {
	for _, g := range p.model.Grants {
		if g.Tier == p.core.ID() && slices.ContainsFunc(g.Needs, func(n arch.Need) bool { return n.Service == service }) {
			return true
		}
	}
	return slices.ContainsFunc(p.model.Flows, func(f arch.CheckedFlow) bool {
		if f.From.Text != p.core.ID() || !f.Allows(arch.Ports{Protocol: arch.TCP, From: 443, To: 443}) {
			return false
		}
		return f.To.Kind == arch.Internet || f.To.Kind == arch.Domain && strings.HasSuffix(f.To.Text, ".amazonaws.com")
	})
}
