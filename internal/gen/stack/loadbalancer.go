package stack

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/template"
)

// balances reports whether a text is the id of a load balancer.
func (v values) balances(text string) bool {
	return slices.ContainsFunc(v.d.LoadBalancers, func(l document.LoadBalancer) bool { return l.ID == text })
}

// loadBalancers returns the application load balancers and the network load balancers. Those with listeners are network load balancers.
func (v values) loadBalancers() (applications []template.Application, networks []template.NetworkBalancer) {
	for _, l := range v.d.LoadBalancers {
		if len(l.Listeners) > 0 {
			networks = append(networks, v.networkBalancer(l))
		} else {
			applications = append(applications, v.application(l))
		}
	}
	return applications, networks
}

func (v values) application(l document.LoadBalancer) template.Application {
	out := template.Application{
		Tier: l.Tier, ID: l.ID, Certificates: v.arns(l.Certificates), Port: l.Port, TLSPolicy: l.TLSPolicy, RedirectHTTP: l.RedirectHTTP,
		Strictest: l.Strictest, IdleTimeout: l.IdleTimeout, Production: v.production(l.Production),
	}
	if l.To != nil {
		out.To = new(target(*l.To))
	}
	for _, r := range l.Routes {
		out.Routes = append(out.Routes, template.Route{Hosts: importedAll(r.Hosts), Paths: importedAll(r.Paths), To: target(r.To)})
	}
	if b := l.BlueGreen; b != nil {
		out.BlueGreen, out.TestPort = true, b.TestPort
	}
	if m := l.MutualTLS; m != nil {
		out.MutualTLS = &template.MutualTLS{TrustStore: v.arn(m.TrustStore), IgnoreExpiry: m.IgnoreExpiry, Advertise: m.Advertise}
	}
	if o := l.OIDC; o != nil {
		out.OIDC = &template.OIDC{
			Issuer: imported(o.Issuer), AuthorizationEndpoint: imported(o.AuthorizationEndpoint), TokenEndpoint: imported(o.TokenEndpoint),
			UserInfoEndpoint: imported(o.UserInfoEndpoint), ClientID: imported(o.ClientID), ClientSecret: v.secret(o.ClientSecret),
		}
	}
	out.Logs, out.Retention = v.accessLogs(l.Logs)
	return out
}

func (v values) networkBalancer(l document.LoadBalancer) template.NetworkBalancer {
	out := template.NetworkBalancer{
		Tier: l.Tier, ID: l.ID, PreserveClientIP: l.PreserveClientIP, CrossZone: l.CrossZone, Production: v.production(l.Production),
	}
	for _, x := range l.Listeners {
		out.Listeners = append(out.Listeners, template.Listener{
			Port: x.Port, Protocol: protocol(x.Protocol), Certificates: v.arns(x.Certificates), To: target(x.To),
		})
	}
	out.Logs, out.Retention = v.accessLogs(l.Logs)
	return out
}

// shields returns the protections of load balancers by Shield Advanced.
func (v values) shields() []template.Shield {
	response := map[string]string{"count": "Count", "block": "Block"}
	var out []template.Shield
	for _, l := range v.d.LoadBalancers {
		if s := l.Shield; s != nil {
			out = append(out, template.Shield{
				ID: l.ShieldID(), Tier: l.Tier, Balancer: l.ID, Response: response[s.Response], HealthCheck: v.arn(s.HealthCheck), Name: s.Name,
			})
		}
	}
	return out
}

// protocol returns AWS's word for the protocol of a listener.
func protocol(word string) string { return strings.ToUpper(strings.ReplaceAll(word, "-", "_")) }

// accessLogs returns the destination of access logs, and how many days a new bucket keeps them.
func (v values) accessLogs(l *document.AccessLogs) (template.Log, int) {
	if l == nil {
		return template.Log{}, 0
	}
	to := v.log(l.To)
	if l.Prefix != "" {
		to.Prefix = l.Prefix
	}
	return to, l.Retention
}

func target(t document.Target) template.Target {
	out := template.Target{Port: t.Port, Plain: t.Plain, IPs: t.IPs, HealthPort: t.HealthPort}
	if t.HealthPath != "" {
		out.HealthPath = imported(t.HealthPath)
	}
	return out
}

// arns returns the ARNs that some texts mean.
func (v values) arns(texts []string) []any {
	var out []any
	for _, text := range texts {
		out = append(out, v.arn(text))
	}
	return out
}
