package template

import (
	"cmp"
	"fmt"
	"strconv"
)

// Application is an application load balancer of an edge tier. Its values are valid: what they may be is checked where they are declared.
type Application struct {
	Tier, ID     string
	Certificates []any  // ARNs, or expressions for them; the first is for clients that name no host
	Port         int    // 0 is 443
	TLSPolicy    string // empty is [TLSPolicy]
	RedirectHTTP bool   // from port 80
	To           *Target
	Routes       []Route
	BlueGreen    bool // makes a second target group for To
	TestPort     int  // of a listener that leads to the second target group; 0 makes none
	MutualTLS    *MutualTLS
	OIDC         *OIDC
	Strictest    bool
	IdleTimeout  int // in seconds; 0 is the default of AWS
	Production   bool
	// Logs is None, a bucket or the zero Log, which makes a bucket. Prefix holds for a new bucket too.
	Logs      Log
	Retention int // of a new bucket, in days; 0 is 90
}

// TLSPolicy is the default policy of listeners: TLS 1.3, and TLS 1.2 with forward secrecy, with post-quantum key exchange.
const TLSPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"

// Route sends requests for hosts and paths to another target.
type Route struct {
	Hosts, Paths []any // texts or expressions
	To           Target
}

// MutualTLS says how the certificates of clients are checked. Without a TrustStore they are passed on.
type MutualTLS struct {
	TrustStore              any // an ARN, or an expression for it
	IgnoreExpiry, Advertise bool
}

// OIDC is an identity provider.
type OIDC struct {
	// All are texts or expressions.
	Issuer, AuthorizationEndpoint, TokenEndpoint, UserInfoEndpoint, ClientID any
	ClientSecret                                                             any // a dynamic reference, or an expression
}

// application makes a load balancer with its listeners and target groups.
func (r *renderer) application(a Application) {
	attributes := attributesOf("deletion_protection.enabled", strconv.FormatBool(a.Production))
	if a.IdleTimeout != 0 {
		attributes = append(attributes, attributesOf("idle_timeout.timeout_seconds", strconv.Itoa(a.IdleTimeout))...)
	}
	attributes = append(attributes, attributesOf("routing.http.drop_invalid_header_fields.enabled", "true",
		"routing.http.desync_mitigation_mode", desyncMode(a.Strictest))...)
	scope := a.Tier + "/" + a.ID
	logs, ready := r.accessLogs(scope, a.Logs, a.Retention, r.letApplications)
	made := r.balancer(a.Tier, a.ID, ready)
	made.Properties["Type"], made.Properties["LoadBalancerAttributes"] = "application", append(attributes, logs...)
	r.listeners(a, scope, ready)
}

func desyncMode(strictest bool) string {
	if strictest {
		return "strictest"
	}
	return "defensive"
}

// listeners makes the listeners, their rules and their target groups. All of them are made after what the logs need.
func (r *renderer) listeners(a Application, scope string, ready []string) {
	action := object{"Type": "fixed-response", "FixedResponseConfig": object{
		"StatusCode": "404", "ContentType": "text/plain", "MessageBody": "not found",
	}}
	if a.To != nil {
		action = r.forward(scope+"/Targets", *a.To)
	}
	listener := scope + "/Resource/HTTPS"
	r.secureListener(a, listener, cmp.Or(a.Port, 443), login(a.OIDC, action), ready)
	for i, route := range a.Routes {
		id := fmt.Sprint("Route", i+1)
		forward := login(a.OIDC, r.forward(scope+"/"+id, route.To))
		made := r.put(listener+"/"+id+"RuleRule/Resource", elb+"ListenerRule", object{
			"ListenerArn": r.ref(listener + "/Resource"), "Priority": (i + 1) * 10, "Conditions": conditions(route), "Actions": forward,
		})
		r.dependsOn(made, ready...)
	}
	if a.BlueGreen && a.To != nil {
		next := r.forward(scope+"/NextTargets", *a.To)
		if a.TestPort != 0 {
			r.secureListener(a, scope+"/Resource/Test", a.TestPort, []any{next}, ready)
		}
	}
	if a.RedirectHTTP {
		made := r.put(scope+"/Resource/HTTP/Resource", elb+"Listener", object{
			"LoadBalancerArn": r.ref(balancerPath(a.Tier, a.ID)), "Port": 80, "Protocol": "HTTP",
			"DefaultActions": []any{object{"Type": "redirect", "RedirectConfig": object{
				"Protocol": "HTTPS", "Port": strconv.Itoa(cmp.Or(a.Port, 443)), "StatusCode": "HTTP_301",
			}}},
		})
		r.dependsOn(made, ready...)
	}
}

// secureListener makes a listener for HTTPS. Further certificates are a resource of their own.
func (r *renderer) secureListener(a Application, path string, port int, actions []any, ready []string) {
	properties := object{
		"LoadBalancerArn": r.ref(balancerPath(a.Tier, a.ID)), "Port": port, "Protocol": "HTTPS",
		"SslPolicy": cmp.Or(a.TLSPolicy, TLSPolicy), "DefaultActions": actions,
	}
	if len(a.Certificates) > 0 {
		properties["Certificates"] = certificates(a.Certificates[:1])
	}
	if a.MutualTLS != nil {
		properties["MutualAuthentication"] = mutualAuthentication(*a.MutualTLS)
	}
	r.dependsOn(r.put(path+"/Resource", elb+"Listener", properties), ready...)
	if len(a.Certificates) > 1 {
		r.furtherCertificates(path, a.Certificates, ready)
	}
}

func mutualAuthentication(m MutualTLS) object {
	if m.TrustStore == nil {
		return object{"Mode": "passthrough"}
	}
	out := object{"Mode": "verify", "TrustStoreArn": given(m.TrustStore, ""), "IgnoreClientCertificateExpiry": m.IgnoreExpiry}
	if m.Advertise {
		out["AdvertiseTrustStoreCaNames"] = "on"
	}
	return out
}

// forward makes a target group and returns the action that sends requests there.
func (r *renderer) forward(path string, t Target) object {
	properties := object{
		"Protocol": t.protocol(), "Port": t.port(), "TargetType": t.kind(), "VpcId": r.vpcID(), "Matcher": object{"HttpCode": "200-299"},
		"HealthCheckProtocol": t.protocol(), "HealthCheckPath": "/",
		"TargetGroupAttributes": attributesOf("stickiness.enabled", "false"),
	}
	if t.HealthPath != nil {
		properties["HealthCheckPath"] = given(t.HealthPath, "")
	}
	if port := t.healthPort(); port != "" {
		properties["HealthCheckPort"] = port
	}
	r.put(path+"/Resource", elb+"TargetGroup", properties)
	return object{"Type": "forward", "TargetGroupArn": r.ref(path + "/Resource")}
}

// login returns the actions that make users log in before another action.
func login(o *OIDC, next object) []any {
	if o == nil {
		return []any{next}
	}
	next["Order"] = 2
	return []any{object{"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": object{
		"Issuer": given(o.Issuer, ""), "AuthorizationEndpoint": given(o.AuthorizationEndpoint, ""),
		"TokenEndpoint": given(o.TokenEndpoint, ""), "UserInfoEndpoint": given(o.UserInfoEndpoint, ""),
		"ClientId": given(o.ClientID, ""), "ClientSecret": given(o.ClientSecret, ""),
	}}, next}
}

func conditions(route Route) []any {
	var out []any
	if len(route.Hosts) > 0 {
		out = append(out, object{"Field": "host-header", "HostHeaderConfig": object{"Values": givenAll(route.Hosts)}})
	}
	if len(route.Paths) > 0 {
		out = append(out, object{"Field": "path-pattern", "PathPatternConfig": object{"Values": givenAll(route.Paths)}})
	}
	return out
}

// letApplications are the statements that let application load balancers write their logs (Elastic Load Balancing, "Enable access logs for
// your Application Load Balancer").
func (r *renderer) letApplications(arn any, prefix string) []any {
	objects := "/AWSLogs/"
	if prefix != "" {
		objects = "/" + prefix + objects
	}
	return []any{object{
		"Effect": "Allow", "Principal": object{"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}, "Action": "s3:PutObject",
		"Resource": join(arn, objects, r.account(), "/*"),
	}}
}
