package loadbalancer

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/calls"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/wiring"
)

// This file records load balancers in the terms of architecture.yaml, for the command "tierwall export".

// record keeps the call in the network.
func (a *Application) record(id string, p *ApplicationProps, at diag.Position) {
	core := coreOf(a.edge).Network()
	c := core.Calls()
	l := document.LoadBalancer{
		ID: id, Tier: a.edge.ID(), Certificates: certificates(c, p.Certificates), Port: p.Port, RedirectHTTP: p.RedirectHTTP,
		Strictest: p.Strictest, IdleTimeout: construct.Seconds(p.IdleTimeout), Production: &p.Production, Logs: p.Logs.said(c), At: at,
	}
	if p.To.Tier != nil {
		l.To = new(p.To.said(core, at))
	}
	for _, r := range p.Routes {
		if r.To.Tier != nil {
			l.Routes = append(l.Routes, r.said(core, at))
		}
	}
	if p.BlueGreen != nil {
		l.BlueGreen = &document.BlueGreen{TestPort: p.BlueGreen.TestPort}
	}
	if m := p.MutualTLS; m != nil {
		l.MutualTLS = &document.MutualTLS{IgnoreExpiry: m.IgnoreExpiry, Advertise: m.Advertise}
		if m.TrustStore != nil {
			l.MutualTLS.TrustStore = c.Resource(*m.TrustStore.TrustStoreArn(), "trust-store")
		}
	}
	if p.TLSPolicy != "" && a.listener != nil {
		if cfn, ok := a.listener.Node().DefaultChild().(awselasticloadbalancingv2.CfnListener); ok {
			l.TLSPolicy = *cfn.SslPolicy()
		}
	}
	if p.OIDC != nil {
		l.OIDC = p.OIDC.said(core, a, id, at)
	}
	c.Balancer(l, *a.lb.LoadBalancerArn())
}

// record keeps the call in the network.
func (n *Network) record(id string, p *NetworkProps, at diag.Position) {
	core := coreOf(n.edge).Network()
	c := core.Calls()
	l := document.LoadBalancer{
		ID: id, Tier: n.edge.ID(), PreserveClientIP: p.PreserveClientIP, CrossZone: p.CrossZone, Production: &p.Production,
		Logs: p.Logs.said(c), At: at,
	}
	for _, x := range p.Listeners {
		if x.To.Tier == nil || !x.Protocol.isKnown() {
			continue // An error.
		}
		l.Listeners = append(l.Listeners, document.Listener{
			Port: x.Port, Protocol: []string{"", "udp", "tcp-and-udp"}[x.Protocol], Certificates: certificates(c, x.Certificates),
			To: x.To.said(core, at),
		})
	}
	c.Balancer(l, *n.lb.LoadBalancerArn())
}

// said returns the identity provider. Its client secret must be the whole of a secret in Secrets Manager, as in a file.
func (o *OIDC) said(n *wiring.Network, scope constructs.IConstruct, id string, at diag.Position) *document.OIDC {
	c := n.Calls()
	texts, ok := n.AllInFile([]string{o.Issuer, o.AuthorizationEndpoint, o.TokenEndpoint, o.UserInfoEndpoint, o.ClientID})
	if !ok {
		c.Cannot(at, "a text of the identity provider of the load balancer "+id+" is known only to CDK; state it under oidc")
		texts = make([]string, 5)
	}
	out := &document.OIDC{
		Issuer: texts[0], AuthorizationEndpoint: texts[1], TokenEndpoint: texts[2], UserInfoEndpoint: texts[3], ClientID: texts[4],
	}
	if o.ClientSecret == nil {
		return out // An error.
	}
	if secret := *o.ClientSecret.UnsafeUnwrap(); construct.IsWholeSecret(scope, secret) {
		out.ClientSecret = c.Resource(secret, "secret")
	} else {
		c.Cannot(at, "the client secret of the load balancer "+id+" is not the whole text of a secret in Secrets Manager; "+
			"put it into a secret of its own, and name the secret under oidc.clientSecret")
	}
	return out
}

func certificates(c *calls.Calls, arns []string) []string {
	var out []string
	for _, arn := range arns {
		out = append(out, c.Resource(arn, "certificate"))
	}
	return out
}

func (t Target) said(n *wiring.Network, at diag.Position) document.Target {
	path, ok := n.InFile(t.HealthPath)
	if !ok {
		n.Calls().Cannot(at, "a path of health checks is known only to CDK; state it under healthPath")
	}
	return document.Target{Tier: t.Tier.ID(), Port: t.Port, Plain: t.Plain, IPs: t.IPs, HealthPath: path, HealthPort: t.HealthPort}
}

func (r Route) said(n *wiring.Network, at diag.Position) document.LoadBalancerRoute {
	hosts, known := n.AllInFile(r.Hosts)
	paths, alsoKnown := n.AllInFile(r.Paths)
	if !known || !alsoKnown {
		n.Calls().Cannot(at, "a host or path of a route is known only to CDK; state it under routes")
	}
	return document.LoadBalancerRoute{Hosts: hosts, Paths: paths, To: r.To.said(n, at)}
}

// said returns the logs, or nil for those that a load balancer has by default.
func (l Logs) said(c *calls.Calls) *document.AccessLogs {
	out := document.AccessLogs{Prefix: l.Prefix, Retention: int(l.Retention / day)}
	if l.To.IsNone() {
		out.To = "none"
	} else if bucket, prefix := l.To.Bucket(); bucket != nil {
		out.To, out.Prefix = c.Resource(*bucket.BucketArn(), "bucket"), prefix
	}
	if out == (document.AccessLogs{}) {
		return nil
	}
	return &out
}
