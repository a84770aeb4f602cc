package loadbalancer

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	elb "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// ApplicationProps are the properties of an application load balancer.
type ApplicationProps struct {
	// Certificates are the ARNs of certificates in AWS Certificate Manager, literals or CDK tokens. At least one is required. Clients that
	// name no host get the first.
	Certificates []string
	// Port is the port of the HTTPS listener; 0 means 443, and 80 is not allowed. The edge tier needs a flow to this port.
	Port int
	// TLSPolicy selects the TLS versions and ciphers. Empty means TLS13_12_RES_PQ: TLS 1.3, and TLS 1.2 with forward secrecy, with
	// post-quantum key exchange.
	TLSPolicy elb.SslPolicy
	// RedirectHTTP makes a listener on port 80 that redirects to HTTPS. The edge tier needs a flow to port 80.
	RedirectHTTP bool
	// To is the target of requests that match no route. The zero Target answers them with status 404.
	To Target
	// Routes send requests for certain hosts and paths to other targets. The first route that matches applies. Add new routes at the end:
	// the position of a route in the list is its priority and its identity.
	Routes []Route
	// BlueGreen makes a second target group for To; nil makes none.
	BlueGreen *BlueGreen
	// MutualTLS requests certificates from clients; nil requests none.
	MutualTLS *MutualTLS
	// OIDC makes users log in at an identity provider; nil requires no login.
	OIDC *OIDC
	// Strictest rejects every request that does not comply with RFC 7230. Otherwise the load balancer forwards ambiguous requests, which
	// servers could read as two requests, and closes their connections.
	Strictest bool
	// IdleTimeout is how long a connection may be idle: 1 to 4,000 whole seconds. 0 means 60 seconds.
	IdleTimeout time.Duration
	// Production protects the load balancer against deletion.
	Production bool
	// Logs selects the destination of the access logs.
	Logs Logs
}

// Route sends the requests for some hosts and paths to a target.
type Route struct {
	Hosts, Paths []string // patterns with * and ?; from 1 to 5 of both together
	To           Target   // required
}

// BlueGreen configures deployments that switch from one target group to another.
type BlueGreen struct {
	// TestPort is the port of a listener that leads to the second target group, for tests of the next version; 0 makes no such listener.
	// The edge tier needs a flow to this port. Let the flow come from testers, not from the internet.
	TestPort int
}

// MutualTLS configures how the load balancer checks the certificates of clients.
type MutualTLS struct {
	// TrustStore has the authorities that the certificates are checked against. Nil forwards the certificates to the targets in a header,
	// without a check.
	TrustStore elb.ITrustStore
	// IgnoreExpiry accepts expired certificates. It needs a TrustStore.
	IgnoreExpiry bool
	// Advertise sends clients the names of the trusted authorities. It needs a TrustStore.
	Advertise bool
}

// OIDC is an identity provider. All fields are required. The load balancer connects to the provider's endpoints on port 443. Edge tiers
// may not reach addresses outside the network, so declare this flow with [tiers.Network.Except].
type OIDC struct {
	// The URLs of the provider.
	Issuer, AuthorizationEndpoint, TokenEndpoint, UserInfoEndpoint string
	// ClientID is the id that the provider gave the load balancer.
	ClientID string
	// ClientSecret is a reference to a stored secret, such as awscdk.SecretValue_SecretsManager returns.
	ClientSecret awscdk.SecretValue
}

// Application is an application load balancer.
type Application struct {
	constructs.Construct
	edge     *tiers.EdgeTier
	lb       elb.ApplicationLoadBalancer
	listener elb.ApplicationListener
	test     elb.ApplicationListener
	blue     elb.ApplicationTargetGroup
	green    elb.ApplicationTargetGroup
	routes   []elb.ApplicationTargetGroup
	problems report.Problems
}

// NewApplication makes an application load balancer in an edge tier. The load balancer is public if the tier is public, and internal
// otherwise. The id is unique in the tier. Mistakes in props fail synthesis. A nil tier panics.
func NewApplication(edge *tiers.EdgeTier, id string, props *ApplicationProps) *Application {
	at := diag.Caller()
	wiring.TierOf(edge, "the tier of a load balancer", at)
	if props == nil {
		props = &ApplicationProps{}
	}
	a := &Application{edge: edge}
	constructs.NewConstruct_Override(a, edge, &id)
	a.problems.Attach(a, at)
	if len(batch.SelectSubnets(edge.Vpc(), edge.Subnets())) < 2 {
		a.problems.Add("zones", "an application load balancer has subnets in only one zone", "AWS requires at least two",
			"add a second zone to the network's AvailabilityZones", at)
	}
	desync := elb.DesyncMitigationMode_DEFENSIVE
	if props.Strictest {
		desync = elb.DesyncMitigationMode_STRICTEST
	}
	p := &elb.ApplicationLoadBalancerProps{
		Vpc: edge.Vpc(), VpcSubnets: edge.Subnets(), SecurityGroup: edge.SecurityGroup(), InternetFacing: new(facesInternet(edge)),
		DropInvalidHeaderFields: new(true), DesyncMitigationMode: desync, DeletionProtection: &props.Production, WafFailOpen: new(false),
	}
	switch {
	case props.IdleTimeout%time.Second != 0:
		a.problems.Add("idle-timeout", "the idle timeout is not valid",
			fmt.Sprintf("got %s; allowed are whole seconds", props.IdleTimeout), "write it with a unit: 30 * time.Second", at)
	case props.IdleTimeout < 0 || props.IdleTimeout > 4000*time.Second:
		a.problems.Add("idle-timeout", "the idle timeout is not valid",
			fmt.Sprintf("got %d; allowed are 1 to 4,000 seconds", construct.Seconds(props.IdleTimeout)), "", at)
	case props.IdleTimeout > 0:
		p.IdleTimeout = awscdk.Duration_Seconds(new(props.IdleTimeout.Seconds()))
	}
	a.lb = elb.NewApplicationLoadBalancer(a, new("Resource"), p)
	logs := props.Logs.to(a, &a.problems, a.lb, letApplications)
	made(&a.problems, "load balancer", a.lb, map[string]any{"Type": "application", "Scheme": scheme(*p.InternetFacing),
		"LoadBalancerAttributes": append(logs,
			attribute("deletion_protection.enabled", props.Production), attribute("routing.http.drop_invalid_header_fields.enabled", true),
			attribute("routing.http.desync_mitigation_mode", desyncMode(props.Strictest)))})
	a.listen(props, at)
	if props.RedirectHTTP {
		a.redirect(props, at)
	}
	a.record(id, props, at)
	coreOf(edge).AddBalancer(wiring.Balancer{ID: id, Application: true, Name: a.lb.LoadBalancerFullName(), ARN: a.lb.LoadBalancerArn()})
	return a
}

// listen makes the HTTPS listener with its targets and routes.
func (a *Application) listen(props *ApplicationProps, at diag.Position) {
	port := props.Port
	if port == 0 {
		port = 443
	}
	if len(props.Certificates) == 0 {
		a.problems.Add("certificate", "an application load balancer has no certificate", "its clients connect with HTTPS",
			"set Certificates to the ARN of a certificate in AWS Certificate Manager", at)
	}
	if port < 1 || port > 65535 || port == 80 {
		a.problems.Add("port", "the port of the HTTPS listener is not valid",
			fmt.Sprintf("got %d; allowed are 1 to 65535, except 80", port), "", at)
		return
	}
	mustBeDeclared(a.edge, &a.problems, port, "", at)
	var action elb.ListenerAction
	if props.To.Tier != nil || props.To != (Target{}) {
		if ask(a.edge, &a.problems, props.To, at) {
			a.blue = a.targets("Targets", props.To)
			action = elb.ListenerAction_Forward(&[]elb.IApplicationTargetGroup{a.blue}, nil)
		}
	}
	if action == nil {
		action = elb.ListenerAction_FixedResponse(new(404.0), &elb.FixedResponseOptions{ContentType: new("text/plain"),
			MessageBody: new("not found")})
	}
	a.listener = a.lb.AddListener(new("HTTPS"), a.https(props, port, a.login(props, action, at), at))
	madeListener(&a.problems, a.listener, "HTTPS", props, forward(props, a.blue)...)
	for i, r := range props.Routes {
		a.route(i, r, props, at)
	}
	a.blueGreen(props, at)
}

// https returns the properties of an HTTPS listener.
func (a *Application) https(
	props *ApplicationProps, port int, action elb.ListenerAction, at diag.Position,
) *elb.BaseApplicationListenerProps {
	policy := props.TLSPolicy
	if policy == "" {
		policy = elb.SslPolicy_TLS13_12_RES_PQ
	}
	p := &elb.BaseApplicationListenerProps{Port: new(float64(port)), Protocol: elb.ApplicationProtocol_HTTPS, SslPolicy: policy,
		Open: new(false), DefaultAction: action}
	var certificates []elb.IListenerCertificate
	for i := range props.Certificates {
		certificates = append(certificates, elb.ListenerCertificate_FromArn(&props.Certificates[i]))
	}
	if len(certificates) == 0 { // This is an error, so the stand-in is never deployed.
		certificates = append(certificates, elb.ListenerCertificate_FromArn(new("missing")))
	}
	p.Certificates = &certificates
	if m := props.MutualTLS; m != nil {
		p.MutualAuthentication = &elb.MutualAuthentication{MutualAuthenticationMode: elb.MutualAuthenticationMode_PASS_THROUGH}
		if m.TrustStore != nil {
			p.MutualAuthentication = &elb.MutualAuthentication{MutualAuthenticationMode: elb.MutualAuthenticationMode_VERIFY,
				TrustStore: m.TrustStore, IgnoreClientCertificateExpiry: &m.IgnoreExpiry}
			if m.Advertise {
				p.MutualAuthentication.AdvertiseTrustStoreCaNames = new(true)
			}
		} else if m.IgnoreExpiry || m.Advertise {
			a.problems.Add("mutual-tls", "MutualTLS has options for a check of client certificates, but no TrustStore",
				"without a TrustStore, certificates are passed on unchecked", "set TrustStore, or remove IgnoreExpiry and Advertise", at)
		}
	}
	return p
}

// login returns an action that makes users log in before the action next. Without an identity provider it returns next.
func (a *Application) login(props *ApplicationProps, next elb.ListenerAction, at diag.Position) elb.ListenerAction {
	o := props.OIDC
	if o == nil {
		return next
	}
	texts := []string{o.Issuer, o.AuthorizationEndpoint, o.TokenEndpoint, o.UserInfoEndpoint, o.ClientID}
	if o.ClientSecret == nil || slices.Contains(texts, "") {
		a.problems.Add("oidc", "the identity provider is incomplete", "Issuer, the three endpoints, ClientID and ClientSecret are required",
			"set all fields of OIDC", at)
		return next
	}
	a.problems.Later = append(a.problems.Later, func() {
		if !coreOf(a.edge).HasFlowOut(443) {
			a.problems.Add("undeclared", "a load balancer cannot connect to the identity provider",
				"it connects to the token and user info endpoints, and no flow leads from "+a.edge.ID()+" to addresses on tcp/443",
				"declare an exception, because edge tiers may not reach addresses outside the network: "+
					"network.Except(tiers.Exception{From: "+a.edge.ID()+
					`, To: tiers.Internet, Service: tiers.HTTPS, Reason: "identity provider", Owner: "..."})`, at)
		}
	})
	return elb.ListenerAction_AuthenticateOidc(&elb.AuthenticateOidcOptions{
		Issuer: &o.Issuer, AuthorizationEndpoint: &o.AuthorizationEndpoint, TokenEndpoint: &o.TokenEndpoint,
		UserInfoEndpoint: &o.UserInfoEndpoint,
		ClientId:         &o.ClientID, ClientSecret: o.ClientSecret, Next: next, AllowHttpsOutbound: new(false),
	})
}

// targets makes a target group.
func (a *Application) targets(id string, t Target) elb.ApplicationTargetGroup {
	protocol := elb.ApplicationProtocol_HTTPS
	health := elb.Protocol_HTTPS
	if t.Plain {
		protocol, health = elb.ApplicationProtocol_HTTP, elb.Protocol_HTTP
	}
	path := t.HealthPath
	if path == "" {
		path = "/"
	}
	check := &elb.HealthCheck{Path: &path, Protocol: health, HealthyHttpCodes: new("200-299")}
	if t.HealthPort != 0 && t.HealthPort != t.port() {
		check.Port = new(fmt.Sprint(t.HealthPort))
	}
	group := elb.NewApplicationTargetGroup(a, &id, &elb.ApplicationTargetGroupProps{Vpc: a.edge.Vpc(), Port: new(float64(t.port())),
		Protocol: protocol, TargetType: t.kind(), HealthCheck: check})
	made(&a.problems, "target group", group, map[string]any{
		"Protocol": string(protocol), "Port": t.port(), "VpcId": a.edge.Vpc().VpcId(),
	})
	return group
}

// maxConditions is the maximum number of values in the conditions of a rule (Elastic Load Balancing, "Quotas").
const maxConditions = 5

// route makes the rule and the target group of the i-th route.
func (a *Application) route(i int, r Route, props *ApplicationProps, at diag.Position) {
	if n := len(r.Hosts) + len(r.Paths); n == 0 || n > maxConditions {
		a.problems.Add("route", "the number of hosts and paths of a route is not valid",
			fmt.Sprintf("got %d; allowed are 1 to %d", n, maxConditions), "name at least one host or path; split a route that has too many", at)
		return
	}
	if !ask(a.edge, &a.problems, r.To, at) {
		return
	}
	id := fmt.Sprint("Route", i+1)
	group := a.targets(id, r.To)
	a.routes = append(a.routes, group)
	var conditions []elb.ListenerCondition
	if len(r.Hosts) > 0 {
		conditions = append(conditions, elb.ListenerCondition_HostHeaders(texts(r.Hosts)))
	}
	if len(r.Paths) > 0 {
		conditions = append(conditions, elb.ListenerCondition_PathPatterns(texts(r.Paths)))
	}
	a.listener.AddAction(new(id+"Rule"), &elb.AddApplicationActionProps{
		Priority: new(float64(i+1) * routeStep), Conditions: &conditions,
		Action: a.login(props, elb.ListenerAction_Forward(&[]elb.IApplicationTargetGroup{group}, nil), at),
	})
}

// routeStep is the distance between the priorities of routes.
const routeStep = 10

func texts(values []string) *[]*string {
	out := make([]*string, len(values))
	for i := range values {
		out[i] = &values[i]
	}
	return &out
}

// blueGreen makes the second target group, and the listener for tests if it has a port.
func (a *Application) blueGreen(props *ApplicationProps, at diag.Position) {
	b := props.BlueGreen
	if b == nil {
		return
	}
	if a.blue == nil {
		a.problems.Add("blue-green", "BlueGreen needs a target", "To is not set, so there is nothing to deploy",
			"set To, or remove BlueGreen", at)
		return
	}
	a.green = a.targets("NextTargets", props.To)
	if b.TestPort == 0 {
		return
	}
	if b.TestPort < 1 || b.TestPort > 65535 {
		a.problems.Add("port", "the port of the listener for tests is not valid",
			fmt.Sprintf("got %d; allowed are 1 to 65535", b.TestPort), "", at)
		return
	}
	mustBeDeclared(a.edge, &a.problems, b.TestPort, " for tests", at)
	a.test = a.lb.AddListener(new("Test"), a.https(props, b.TestPort,
		elb.ListenerAction_Forward(&[]elb.IApplicationTargetGroup{a.green}, nil), at))
	madeListener(&a.problems, a.test, "HTTPS", props, forward(&ApplicationProps{}, a.green)...)
}

// redirect makes the listener on port 80 that redirects to HTTPS.
func (a *Application) redirect(props *ApplicationProps, at diag.Position) {
	port := props.Port
	if port == 0 {
		port = 443
	}
	mustBeDeclared(a.edge, &a.problems, 80, " to redirect to HTTPS", at)
	listener := a.lb.AddListener(new("HTTP"), &elb.BaseApplicationListenerProps{
		Port: new(80.0), Protocol: elb.ApplicationProtocol_HTTP, Open: new(false),
		DefaultAction: elb.ListenerAction_Redirect(&elb.RedirectOptions{Protocol: new("HTTPS"), Port: new(fmt.Sprint(port)),
			Permanent: new(true)}),
	})
	madeListener(&a.problems, listener, "HTTP", props, map[string]any{"Type": "redirect",
		"RedirectConfig": map[string]any{"Protocol": "HTTPS", "Port": fmt.Sprint(port), "StatusCode": "HTTP_301"}})
}

// LoadBalancer returns the load balancer of the CDK library, for example for waf.LoadBalancer.
func (a *Application) LoadBalancer() elb.ApplicationLoadBalancer { return a.lb }

// Listener returns the HTTPS listener, or nil if its port is not valid.
func (a *Application) Listener() elb.ApplicationListener { return a.listener }

// TestListener returns the listener for tests of the next version, or nil if BlueGreen.TestPort is not set.
func (a *Application) TestListener() elb.ApplicationListener { return a.test }

// Targets returns the target group of To, to which services are attached. It is nil if To is not set.
func (a *Application) Targets() elb.ApplicationTargetGroup { return a.blue }

// NextTargets returns the target group of the next version, or nil if BlueGreen is not set.
func (a *Application) NextTargets() elb.ApplicationTargetGroup { return a.green }

// RouteTargets returns the target groups of the routes, in the order of Routes.
func (a *Application) RouteTargets() []elb.ApplicationTargetGroup { return a.routes }
