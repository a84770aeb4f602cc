package app

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/gen/document"
)

const elb = "awselasticloadbalancingv2."

func balancerID(b document.LoadBalancer) string { return b.ID }

// leaf adds a field of a literal that differs between environments at most in its value.
type leaf[T any] struct {
	g      *generator
	prefix string
	of     func(*document.Document) T
	into   *literal
}

func (l leaf[T]) set(name, typ string, code func(T) string) {
	l.into.set(name, l.g.value(l.prefix+name, typ, func(d *document.Document) string { return code(l.of(d)) }))
}

// usesMade reports whether a load balancer needs a resource of workloads.go.
func (g *generator) usesMade(b document.LoadBalancer) bool {
	used := append([]string{}, b.Certificates...)
	for _, l := range b.Listeners {
		used = append(used, l.Certificates...)
	}
	if b.MutualTLS != nil {
		used = append(used, b.MutualTLS.TrustStore)
	}
	if b.OIDC != nil {
		used = append(used, b.OIDC.ClientSecret)
	}
	if b.Logs != nil {
		used = append(used, b.Logs.To)
	}
	return g.anyMade(used...)
}

// balancer writes a load balancer.
func (g *generator) balancer(b document.LoadBalancer) {
	at := func(d *document.Document) document.LoadBalancer { return entry(d.LoadBalancers, b.ID, balancerID) }
	var l literal
	constructor, props := "loadbalancer.NewApplication", "&loadbalancer.ApplicationProps"
	if len(b.Listeners) > 0 {
		constructor, props = "loadbalancer.NewNetwork", "&loadbalancer.NetworkProps"
		g.networkBalancer(&l, b, at)
	} else {
		g.applicationBalancer(&l, b, at)
	}
	l.set("Production", g.production(b.ID+"Production", func(d *document.Document) *bool { return at(d).Production }))
	g.accessLogs(&l, b, at)
	g.current.blank()
	g.current.do(b.At, "s."+g.balancers[b.ID]+" = "+call(constructor, g.tier(b.Tier), strconv.Quote(b.ID), l.of(props)))
}

// production returns whether something is protected: what it states, or else what the environment says.
func (g *generator) production(name string, of func(*document.Document) *bool) string {
	stated := false
	for _, e := range g.doc.Environments {
		stated = stated || of(e.Document) != nil
	}
	if !stated {
		return g.current.env + ".Production"
	}
	next := -1
	return g.value(name, "bool", func(d *document.Document) string {
		next++
		if p := of(d); p != nil {
			return truth(*p)
		}
		return truth(g.doc.Environments[next].Production)
	})
}

func (g *generator) applicationBalancer(l *literal, b document.LoadBalancer, at func(*document.Document) document.LoadBalancer) {
	f := leaf[document.LoadBalancer]{g, b.ID, at, l}
	l.set("Certificates", g.arns(b, "certificates", func(d *document.Document) []string { return at(d).Certificates }))
	f.set("Port", "int", func(b document.LoadBalancer) string { return number(b.Port) })
	f.set("TLSPolicy", elb+"SslPolicy", func(in document.LoadBalancer) string { return g.tlsPolicy(b, in.TLSPolicy) })
	f.set("RedirectHTTP", "bool", func(b document.LoadBalancer) string { return truth(b.RedirectHTTP) })
	l.set("To", g.target(b, b.ID+"To", func(d *document.Document) *document.Target { return at(d).To }))
	l.set("Routes", g.balancerRoutes(b, at))
	l.set("BlueGreen", g.blueGreen(b, at))
	l.set("MutualTLS", g.mutualTLS(b, at))
	l.set("OIDC", g.oidc(b, at))
	f.set("Strictest", "bool", func(b document.LoadBalancer) string { return truth(b.Strictest) })
	f.set("IdleTimeout", "time.Duration", func(b document.LoadBalancer) string { return seconds(b.IdleTimeout) })
}

func (g *generator) networkBalancer(l *literal, b document.LoadBalancer, at func(*document.Document) document.LoadBalancer) {
	f := leaf[document.LoadBalancer]{g, b.ID, at, l}
	count := g.fixed(b.At, "the number of listeners of "+b.ID, func(d *document.Document) string { return strconv.Itoa(len(at(d).Listeners)) })
	if count != strconv.Itoa(len(b.Listeners)) || g.problems.HasErrors() {
		return
	}
	var listeners []string
	for i := range b.Listeners {
		listeners = append(listeners, g.listener(b, i, func(d *document.Document) document.Listener { return at(d).Listeners[i] }))
	}
	l.set("Listeners", slice("loadbalancer.Listener", listeners))
	f.set("PreserveClientIP", "bool", func(b document.LoadBalancer) string { return truth(b.PreserveClientIP) })
	f.set("CrossZone", "bool", func(b document.LoadBalancer) string { return truth(b.CrossZone) })
}

func (g *generator) listener(b document.LoadBalancer, i int, at func(*document.Document) document.Listener) string {
	var l literal
	name := fmt.Sprintf("%sListener%d", b.ID, i+1)
	f := leaf[document.Listener]{g, name, at, &l}
	f.set("Port", "int", func(x document.Listener) string { return number(x.Port) })
	f.set("Protocol", "loadbalancer.Protocol", func(x document.Listener) string {
		return g.word(x.Protocol, map[string]string{
			"tcp": "loadbalancer.TCP", "udp": "loadbalancer.UDP", "tcp-and-udp": "loadbalancer.TCPAndUDP",
		})
	})
	l.set("Certificates", g.arns(b, "certificates", func(d *document.Document) []string { return at(d).Certificates }))
	l.set("To", g.target(b, name+"To", func(d *document.Document) *document.Target { return new(at(d).To) }))
	return l.of("")
}

// arns returns a list of ARNs, each of which may differ between environments.
func (g *generator) arns(b document.LoadBalancer, what string, of func(*document.Document) []string) string {
	names := g.fixed(b.At, "the list of "+what+" of "+b.ID, func(d *document.Document) string { return strings.Join(of(d), "\n") })
	if names == "" {
		return ""
	}
	var elements []string
	for name := range strings.SplitSeq(names, "\n") {
		elements = append(elements, g.arnText(name))
	}
	return slice("string", elements)
}

// target returns a target of requests.
func (g *generator) target(b document.LoadBalancer, name string, of func(*document.Document) *document.Target) string {
	tier := g.fixed(b.At, "a target of "+b.ID, func(d *document.Document) string {
		if t := of(d); t != nil {
			return t.Tier
		}
		return ""
	})
	if tier == "" {
		return ""
	}
	var l literal
	l.set("Tier", g.tier(tier))
	f := leaf[*document.Target]{g, name, of, &l}
	f.set("Port", "int", func(t *document.Target) string { return number(t.Port) })
	f.set("Plain", "bool", func(t *document.Target) string { return truth(t.Plain) })
	f.set("IPs", "bool", func(t *document.Target) string { return truth(t.IPs) })
	f.set("HealthPath", "string", func(t *document.Target) string { return idText(t.HealthPath) })
	f.set("HealthPort", "int", func(t *document.Target) string { return number(t.HealthPort) })
	return l.of("loadbalancer.Target")
}

func (g *generator) balancerRoutes(b document.LoadBalancer, at func(*document.Document) document.LoadBalancer) string {
	count := g.fixed(b.At, "the number of routes of "+b.ID, func(d *document.Document) string { return strconv.Itoa(len(at(d).Routes)) })
	if count == "0" || g.problems.HasErrors() {
		return ""
	}
	var routes []string
	for i := range b.Routes {
		of := func(d *document.Document) document.LoadBalancerRoute { return at(d).Routes[i] }
		var l literal
		name := fmt.Sprintf("%sRoute%d", b.ID, i+1)
		f := leaf[document.LoadBalancerRoute]{g, name, of, &l}
		f.set("Hosts", "[]string", func(r document.LoadBalancerRoute) string { return idTexts(r.Hosts) })
		f.set("Paths", "[]string", func(r document.LoadBalancerRoute) string { return idTexts(r.Paths) })
		l.set("To", g.target(b, name+"To", func(d *document.Document) *document.Target { return new(of(d).To) }))
		routes = append(routes, l.of(""))
	}
	return slice("loadbalancer.Route", routes)
}

func (g *generator) blueGreen(b document.LoadBalancer, at func(*document.Document) document.LoadBalancer) string {
	return g.value(b.ID+"BlueGreen", "*loadbalancer.BlueGreen", func(d *document.Document) string {
		in := at(d).BlueGreen
		if in == nil {
			return ""
		}
		var l literal
		l.set("TestPort", number(in.TestPort))
		return list("&loadbalancer.BlueGreen{", l.fields, "}")
	})
}

func (g *generator) mutualTLS(b document.LoadBalancer, at func(*document.Document) document.LoadBalancer) string {
	is := g.fixed(b.At, "mutualTLS of "+b.ID, func(d *document.Document) string {
		if m := at(d).MutualTLS; m != nil {
			return "with " + m.TrustStore
		}
		return ""
	})
	if is == "" || b.MutualTLS == nil {
		return ""
	}
	of := func(d *document.Document) *document.MutualTLS { return at(d).MutualTLS }
	var l literal
	if b.MutualTLS.TrustStore != "" {
		l.set("TrustStore", g.construct(b.MutualTLS.TrustStore, "trust-store"))
	}
	f := leaf[*document.MutualTLS]{g, b.ID + "MutualTLS", of, &l}
	f.set("IgnoreExpiry", "bool", func(m *document.MutualTLS) string { return truth(m.IgnoreExpiry) })
	f.set("Advertise", "bool", func(m *document.MutualTLS) string { return truth(m.Advertise) })
	return list("&loadbalancer.MutualTLS{", l.fields, "}")
}

func (g *generator) oidc(b document.LoadBalancer, at func(*document.Document) document.LoadBalancer) string {
	is := g.fixed(b.At, "oidc of "+b.ID, func(d *document.Document) string {
		if o := at(d).OIDC; o != nil {
			return "with " + o.ClientSecret
		}
		return ""
	})
	if is == "" || b.OIDC == nil {
		return ""
	}
	var l literal
	f := leaf[*document.OIDC]{g, b.ID + "OIDC", func(d *document.Document) *document.OIDC { return at(d).OIDC }, &l}
	f.set("Issuer", "string", func(o *document.OIDC) string { return idText(o.Issuer) })
	f.set("AuthorizationEndpoint", "string", func(o *document.OIDC) string { return idText(o.AuthorizationEndpoint) })
	f.set("TokenEndpoint", "string", func(o *document.OIDC) string { return idText(o.TokenEndpoint) })
	f.set("UserInfoEndpoint", "string", func(o *document.OIDC) string { return idText(o.UserInfoEndpoint) })
	f.set("ClientID", "string", func(o *document.OIDC) string { return idText(o.ClientID) })
	l.set("ClientSecret", g.construct(b.OIDC.ClientSecret, "secret")+".SecretValue()")
	return l.of("&loadbalancer.OIDC")
}

// accessLogs sets the destination of the access logs.
func (g *generator) accessLogs(into *literal, b document.LoadBalancer, at func(*document.Document) document.LoadBalancer) {
	of := func(d *document.Document) document.AccessLogs {
		if in := at(d).Logs; in != nil {
			return *in
		}
		return document.AccessLogs{}
	}
	to := g.fixed(b.At, "the destination of the logs of "+b.ID, func(d *document.Document) string { return of(d).To })
	prefix := g.value(b.ID+"LogPrefix", "string", func(d *document.Document) string { return text(of(d).Prefix) })
	var l literal
	if to == "" || to == "none" {
		l.set("To", g.destination(to, ""))
		l.set("Prefix", prefix)
	} else {
		l.set("To", g.destination(to, prefix))
	}
	l.set("Retention", g.value(b.ID+"LogRetention", "time.Duration", func(d *document.Document) string { return days(of(d).Retention) }))
	into.set("Logs", l.orNothing("loadbalancer.Logs"))
}

// destination returns a destination of logs: a bucket, a log group, a delivery stream, or none.
func (g *generator) destination(to, prefix string) string {
	if prefix == "" {
		prefix = `""`
	}
	switch {
	case to == "":
		return ""
	case to == "none":
		return "logs.None"
	case g.isLogGroup(to):
		return "logs.ToLogGroup(" + g.construct(to, "log-group") + ")"
	case g.isDeliveryStream(to):
		return "logs.ToFirehose(" + g.streamARN(to) + ")"
	}
	return "logs.ToBucket(" + g.construct(to, "bucket") + ", " + prefix + ")"
}

// streamARN returns the ARN of a delivery stream as a string.
func (g *generator) streamARN(name string) string {
	if field := g.made[name]; field != "" {
		g.constructs[name] = true
		return "*r." + field + ".DeliveryStreamArn()"
	}
	return g.arnText(name)
}

func (g *generator) isLogGroup(to string) bool { return g.isOf(to, "logs", "log-group") }

func (g *generator) isDeliveryStream(to string) bool {
	return g.isOf(to, "firehose", "delivery-stream")
}

// isOf reports whether an ARN is of a service, or the resource with a name has a type.
func (g *generator) isOf(to, service, typ string) bool {
	if isARN(to) {
		return strings.HasPrefix(to, "arn:") && strings.Count(to, ":") > 2 && strings.Split(to, ":")[2] == service
	}
	return entry(g.doc.Resources, to, resourceName).Type == typ
}

func seconds(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n) + " * time.Second"
}

func days(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n) + " * 24 * time.Hour"
}
