package loadbalancer

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	elb "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/tiers"
)

// ApplicationProps are the choices for an application load balancer.
type ApplicationProps struct {
	// Certificates are ARNs of AWS Certificate Manager, literals or tokens; required, the first one for clients that name no host.
	Certificates []string
	// Port is what it listens on with HTTPS; 0 is 443. The tier needs a flow that leads to it.
	Port int
	// TLSPolicy is which ciphers are spoken; empty is TLS13_12_RES_PQ, TLS 1.2 with forward secrecy and 1.3, with post-quantum key exchange.
	TLSPolicy elb.SslPolicy
	// RedirectHTTP answers on port 80 with a redirect to HTTPS. The tier needs a flow for it.
	RedirectHTTP bool
	// To is where requests go that no route takes. Its zero value answers them 404.
	To Target
	// Routes lead requests of some hosts and paths elsewhere, the first that fits. Where they stand in the list is their priority:
	// further ones belong at its end.
	Routes []Route
	// BlueGreen makes a second target group for To, and with a TestPort a listener that leads there.
	BlueGreen *BlueGreen
	// MutualTLS asks clients for certificates; nil does not.
	MutualTLS *MutualTLS
	// OIDC has users log in at an identity provider; nil does not.
	OIDC *OIDC
	// Strictest refuses requests that differ from RFC 7230 in any way; otherwise those that may be taken for two at once are sent on with
	// their connections closed.
	Strictest bool
	// IdleTimeout is 1 to 4,000 whole seconds; 0 is 60.
	IdleTimeout time.Duration
	// Production protects the load balancer against deletion.
	Production bool
	Logs       Logs
}

// Route leads some requests elsewhere.
type Route struct {
	Hosts, Paths []string // with * and ?; at most 5 together; one at the least
	To           Target
}

// BlueGreen is for deployments that move from one target group to another.
type BlueGreen struct {
	// TestPort is what a listener for the next version listens on; 0 makes none. The tier needs a flow that leads to it: name testers, not
	// the internet.
	TestPort int
}

// MutualTLS says how certificates of clients are checked.
type MutualTLS struct {
	// TrustStore is what they are checked against; nil passes them on to the targets unchecked, in a header.
	TrustStore elb.ITrustStore
	// IgnoreExpiry takes certificates that have expired.
	IgnoreExpiry bool
	// Advertise tells clients which authorities are trusted.
	Advertise bool
}

// OIDC is an identity provider. The tier needs a flow that leads to its endpoints on port 443, which is an exception: edge tiers reach no
// addresses otherwise.
type OIDC struct {
	Issuer, AuthorizationEndpoint, TokenEndpoint, UserInfoEndpoint string
	ClientID                                                       string
	// ClientSecret comes from a place that keeps it, as awscdk.SecretValue_SecretsManager.
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

// NewApplication makes an application load balancer of an edge tier, public or internal as the tier is. The id is unique in the tier.
// A nil tier panics.
func NewApplication(edge *tiers.EdgeTier, id string, props *ApplicationProps) *Application {
	at := diag.Caller()
	if edge == nil || edge.Construct == nil {
		panic(diag.Diagnostic{Summary: "the tier of a load balancer is nil or was not made by NewEdgeTier", At: []diag.Position{at}}.String())
	}
	if props == nil {
		props = &ApplicationProps{}
	}
	a := &Application{edge: edge}
	constructs.NewConstruct_Override(a, edge, &id)
	a.problems.Attach(a, at)
	if zones := *edge.Vpc().SelectSubnets(edge.Subnets()).AvailabilityZones; len(zones) < 2 {
		a.problems.Add("zones", "an application load balancer has subnets in one zone", "AWS asks for two at the least",
			"name a second one in the network's AvailabilityZones", at)
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
		a.problems.Add("idle-timeout", "the idle timeout is not usable",
			fmt.Sprintf("got %s; allowed are whole seconds", props.IdleTimeout), "state a unit, as in 30 * time.Second", at)
	case props.IdleTimeout < 0 || props.IdleTimeout > 4000*time.Second:
		a.problems.Add("idle-timeout", "the idle timeout is not usable",
			fmt.Sprintf("got %d; allowed are 1 to 4,000 seconds", construct.Seconds(props.IdleTimeout)), "", at)
	case props.IdleTimeout > 0:
		p.IdleTimeout = awscdk.Duration_Seconds(new(props.IdleTimeout.Seconds()))
	}
	a.lb = elb.NewApplicationLoadBalancer(a, new("Resource"), p)
	logs := props.Logs.to(a, &a.problems, a.lb, letApplications)
	made("load balancer", a.lb, at, map[string]any{"Type": "application", "Scheme": scheme(*p.InternetFacing),
		"LoadBalancerAttributes": append(logs,
			attribute("deletion_protection.enabled", props.Production), attribute("routing.http.drop_invalid_header_fields.enabled", true),
			attribute("routing.http.desync_mitigation_mode", desyncMode(props.Strictest)))})
	a.listen(props, at)
	if props.RedirectHTTP {
		a.redirect(props, at)
	}
	return a
}

func (a *Application) listen(props *ApplicationProps, at diag.Position) {
	port := props.Port
	if port == 0 {
		port = 443
	}
	if len(props.Certificates) == 0 {
		a.problems.Add("certificate", "a load balancer has no certificate", "it speaks HTTPS to its clients",
			"set Certificates to the ARN of one in AWS Certificate Manager", at)
	}
	if port < 1 || port > 65535 || port == 80 {
		a.problems.Add("port", "the port of HTTPS is not usable", fmt.Sprintf("got %d; allowed are 1 to 65535, but 80", port), "", at)
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
	madeListener(a.listener, at, "HTTPS", props, forward(props, a.blue)...)
	for i, r := range props.Routes {
		a.route(i, r, props, at)
	}
	a.blueGreen(props, at)
}

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
	if len(certificates) == 0 { // An error; it is never deployed.
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
			a.problems.Add("mutual-tls", "certificates of clients are passed on unchecked, and there are choices for checking them", "",
				"set TrustStore, or leave out IgnoreExpiry and Advertise", at)
		}
	}
	return p
}

// login puts an identity provider in front of an action.
func (a *Application) login(props *ApplicationProps, next elb.ListenerAction, at diag.Position) elb.ListenerAction {
	o := props.OIDC
	if o == nil {
		return next
	}
	texts := []string{o.Issuer, o.AuthorizationEndpoint, o.TokenEndpoint, o.UserInfoEndpoint, o.ClientID}
	if o.ClientSecret == nil || slices.Contains(texts, "") {
		a.problems.Add("oidc", "the identity provider is not whole", "Issuer, the three endpoints, ClientID and ClientSecret are required", "",
			at)
		return next
	}
	a.problems.Later = append(a.problems.Later, func() {
		if !coreOf(a.edge).HasFlowOut(443) {
			a.problems.Add("undeclared", "a load balancer cannot ask the identity provider",
				"no flow leads from "+a.edge.ID()+" to addresses on tcp/443, where the token and user info endpoints are asked",
				"state it, as edge tiers reach no addresses otherwise: network.Except(tiers.Exception{From: "+a.edge.ID()+
					`, To: tiers.Internet, Service: tiers.HTTPS, Reason: "identity provider", Owner: "..."})`, at)
		}
	})
	return elb.ListenerAction_AuthenticateOidc(&elb.AuthenticateOidcOptions{
		Issuer: &o.Issuer, AuthorizationEndpoint: &o.AuthorizationEndpoint, TokenEndpoint: &o.TokenEndpoint,
		UserInfoEndpoint: &o.UserInfoEndpoint,
		ClientId:         &o.ClientID, ClientSecret: o.ClientSecret, Next: next, AllowHttpsOutbound: new(false),
	})
}

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
	made("target group", group, a.problems.At, map[string]any{"Protocol": string(protocol), "Port": t.port(), "VpcId": a.edge.Vpc().VpcId()})
	return group
}

// maxConditions is how many values the conditions of a rule have (Elastic Load Balancing, "Quotas").
const maxConditions = 5

func (a *Application) route(i int, r Route, props *ApplicationProps, at diag.Position) {
	if n := len(r.Hosts) + len(r.Paths); n == 0 || n > maxConditions {
		a.problems.Add("route", "a route has too few or too many hosts and paths", fmt.Sprintf("got %d; allowed are 1 to %d", n, maxConditions),
			"split the route", at)
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

const routeStep = 10

func texts(values []string) *[]*string {
	out := make([]*string, len(values))
	for i := range values {
		out[i] = &values[i]
	}
	return &out
}

func (a *Application) blueGreen(props *ApplicationProps, at diag.Position) {
	b := props.BlueGreen
	if b == nil {
		return
	}
	if a.blue == nil {
		a.problems.Add("blue-green", "there is nothing to deploy in blue and green", "To is not set", "set To", at)
		return
	}
	a.green = a.targets("NextTargets", props.To)
	if b.TestPort == 0 {
		return
	}
	if b.TestPort < 1 || b.TestPort > 65535 {
		a.problems.Add("port", "the port for tests is not usable", fmt.Sprintf("got %d; allowed are 1 to 65535", b.TestPort), "", at)
		return
	}
	mustBeDeclared(a.edge, &a.problems, b.TestPort, " for tests", at)
	a.test = a.lb.AddListener(new("Test"), a.https(props, b.TestPort,
		elb.ListenerAction_Forward(&[]elb.IApplicationTargetGroup{a.green}, nil), at))
	madeListener(a.test, at, "HTTPS", props, forward(&ApplicationProps{}, a.green)...)
}

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
	madeListener(listener, at, "HTTP", props, map[string]any{"Type": "redirect",
		"RedirectConfig": map[string]any{"Protocol": "HTTPS", "Port": fmt.Sprint(port), "StatusCode": "HTTP_301"}})
}

// LoadBalancer returns CDK's load balancer, as for waf.LoadBalancer.
func (a *Application) LoadBalancer() elb.ApplicationLoadBalancer { return a.lb }

// Listener returns the listener for HTTPS.
func (a *Application) Listener() elb.ApplicationListener { return a.listener }

// TestListener returns the listener for the next version; nil without BlueGreen and its TestPort.
func (a *Application) TestListener() elb.ApplicationListener { return a.test }

// Targets returns the target group of To, for services to be attached to; nil without To.
func (a *Application) Targets() elb.ApplicationTargetGroup { return a.blue }

// NextTargets returns the target group of the next version; nil without BlueGreen.
func (a *Application) NextTargets() elb.ApplicationTargetGroup { return a.green }

// RouteTargets returns the target groups of the routes, in their order.
func (a *Application) RouteTargets() []elb.ApplicationTargetGroup { return a.routes }
