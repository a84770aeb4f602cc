package proxy

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// Proxy is an egress proxy. Make it with [New].
type Proxy struct {
	constructs.Construct
	problems report.Problems
	props    Props
	tier     *tiers.AppTier
	core     *wiring.Tier
	logs     awslogs.LogGroup
	task     awsecs.CfnTaskDefinition
	starter  awsiam.Role // starts tasks
	runs     awsiam.Role // is the role of the tasks

	allowed []permission
	opened  map[string]bool // what is declared already: clients, and services to the internet
	text    string          // the configuration of the last synthesis
	model   *arch.Model     // of the last synthesis
	failed  diag.List       // by the last synthesis
}

// permission is what one call of Allow allows.
type permission struct {
	clients []*wiring.Tier
	domain  string
	service string
	at      diag.Position
}

// New makes a proxy in an app tier. The tier should have nothing else in it. The id is unique in the tier, and starts with a letter: it
// names the proxy's DNS namespace. The tasks need Amazon ECR and CloudWatch Logs: grant the tier endpoints.Fargate, or declare
// flows that lead there; otherwise synthesis warns. Mistakes in props fail synthesis. A nil tier panics.
func New(tier *tiers.AppTier, id string, props *Props) *Proxy {
	at := diag.Caller()
	core := wiring.TierOf(tier, "the tier of a proxy", at)
	core.Network().MustBeOpen(at)
	p := &Proxy{tier: tier, core: core, opened: map[string]bool{}}
	if props != nil {
		p.props = *props
	}
	constructs.NewConstruct_Override(p, tier, &id)
	p.problems.Attach(p, at)
	p.check(id)
	p.problems.Later = append(p.problems.Later, func() { p.problems.List = append(p.problems.List, p.failed...) })
	if tier.Subnets() == nil {
		p.problems.Add("proxy-tier", "the tier of the proxy is imported", "its subnets are in another stack",
			"make the proxy where the tier is made", at)
		return p
	}
	p.make()
	core.Network().Watch(p.fill)
	core.Network().Calls().Cannot(at, "a proxy is not in the file; call proxy.New and Allow in workloads.go")
	return p
}

// Allow lets clients reach the hosts behind a name through the proxy, over the TCP ports of a service: with HTTP on port 80, and with TLS
// on all others. The clients may not have subnets in common, because the proxy knows them by their addresses. Allow declares two kinds of
// flows: from each client to the proxy's port, and from the proxy to the name, with the options. Name all clients of a name in one call, so
// that its flow has one reason. With Props.Uninspected, the second flow leads to [tiers.Internet] and options have no effect, except that
// Expires is an error.
func (p *Proxy) Allow(clients []tiers.AppSource, to tiers.DomainPeer, service tiers.Service, options ...tiers.FlowOption) {
	at := diag.Caller()
	if p == nil || p.Construct == nil {
		panic(diag.Diagnostic{Summary: "Allow on a proxy that was not made by New", At: []diag.Position{at}}.String())
	}
	allowed := permission{domain: wiring.PeerOf(to).Text, service: string(service), at: at}
	if len(clients) == 0 {
		p.problems.Add("proxy-client", "a name is allowed to nobody", fmt.Sprintf("no clients for %.80q", allowed.domain),
			"name the tiers that may reach it", at)
	}
	for _, client := range clients {
		tier := wiring.PeerOf(client).Tier
		if tier == nil || tier == p.core || tier.Network() != p.core.Network() {
			p.problems.Add("proxy-client", "a client of the proxy is not usable", "it is nil, the proxy's own tier, or a tier of another network",
				"name other tiers of the proxy's network", at)
			continue
		}
		allowed.clients = append(allowed.clients, tier)
		if key := "client " + tier.ID(); !p.opened[key] {
			p.opened[key] = true
			p.tier.AllowFrom(client, tiers.TCP(p.props.Port), tiers.Because("egress proxy"))
		}
	}
	p.allowed = append(p.allowed, allowed)
	if p.props.Uninspected {
		p.allowInternet(service, options, at)
		return
	}
	p.tier.AllowTo(to, service, options...)
}

// allowInternet declares the flows of a proxy without a firewall: one for each range of ports.
func (p *Proxy) allowInternet(service tiers.Service, options []tiers.FlowOption, at diag.Position) {
	if wiring.FlowOf(options).Expires != "" {
		p.problems.Add("proxy-expires", "a name cannot expire in a proxy without a firewall",
			"the flow to the internet is for all names of its ports",
			"leave out tiers.Expires, or inspect the network's egress and leave out Uninspected", at)
	}
	ports, err := arch.ParseService(string(service))
	if err != nil {
		p.problems.Add("proxy-service", "the service of a name is not usable", err.Error(), `write "https" or "tcp/8443"`, at)
	}
	for _, r := range ports {
		if !p.opened[r.String()] {
			p.opened[r.String()] = true
			p.tier.AllowTo(tiers.Internet, tiers.Service(r.String()), tiers.Because("names that the egress proxy allows"))
		}
	}
}

// URL returns the address of the proxy for its clients: "http://squid.proxy.internal:3128".
func (p *Proxy) URL() string {
	return fmt.Sprintf("http://%s.%s:%d", host, p.props.Namespace, p.props.Port)
}

// LogGroup returns the log group of the access log, or nil if the proxy's tier is imported. It has the name that each client asked for.
func (p *Proxy) LogGroup() awslogs.ILogGroup {
	if p.logs == nil {
		return nil
	}
	return p.logs
}

// ExecutionRole returns the role with which ECS pulls the image and writes the log, for endpoints.FargateProps. It is nil if the proxy's
// tier is imported.
func (p *Proxy) ExecutionRole() awsiam.IRole {
	if p.starter == nil {
		return nil
	}
	return p.starter
}

// Configuration returns the configuration of Squid. It is empty before the first synthesis, and after one that failed.
func (p *Proxy) Configuration() string { return p.text }
