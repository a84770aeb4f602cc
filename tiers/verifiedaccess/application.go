package verifiedaccess

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cedar"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// LoadBalancer is a load balancer of package awselasticloadbalancingv2, of either kind.
type LoadBalancer interface {
	LoadBalancerArn() *string
}

// ApplicationProps are the properties of an application. CloudFormation replaces the endpoint if Domain, Certificate or the load balancer
// changes: the new endpoint has another name, so update the DNS record of the domain.
type ApplicationProps struct {
	// Domain is the name by which people reach the application, a literal: "portal.example.com". It is required.
	Domain string
	// Certificate is the ARN of a certificate for Domain in AWS Certificate Manager, in the Region of the stack, a literal or a CDK token.
	// It is required.
	Certificate string
	// LoadBalancer is an internal load balancer in the edge tier. It is required.
	LoadBalancer LoadBalancer
	// Port is the port of the load balancer's listener; 0 means 443, or 80 if Plain is set.
	Port int
	// Plain connects to the load balancer without TLS. People always use TLS up to the endpoint.
	Plain bool
}

// Application is an application that people reach through Verified Access.
type Application struct {
	constructs.Construct
	access     *Access
	edge       *wiring.Tier
	ports      arch.Ports
	policy     cedar.Policy
	group      awsec2.CfnVerifiedAccessGroup
	groupProps *awsec2.CfnVerifiedAccessGroupProps
	endpoint   awsec2.CfnVerifiedAccessEndpoint
	at         diag.Position
	permitted  []permission
	problems   report.Problems
}

// label is the form of ids, which become part of a DNS name.
var label = lazyregexp.New(`^[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)

// Publish makes an application in an internal edge tier reachable through Verified Access. It declares the flow from the endpoints to the
// tier. Nobody may reach the application before [Application.Allow] says who. The id is unique in the Access, and becomes part of the
// endpoint's DNS name: another id replaces the endpoint. Mistakes fail synthesis. A nil tier panics.
func (a *Access) Publish(edge *tiers.EdgeTier, id string, props *ApplicationProps) *Application {
	at := diag.Caller()
	if a == nil || a.Construct == nil {
		panic(diag.Diagnostic{Summary: "Publish on an Access that was not made by New", At: []diag.Position{at}}.String())
	}
	a.core.Network().MustBeOpen(at)
	app := &Application{access: a, edge: wiring.TierOf(edge, "the tier of an application", at), at: at}
	if props == nil {
		props = &ApplicationProps{}
	}
	scope, constructID := a.place(id)
	constructs.NewConstruct_Override(app, scope, &constructID)
	app.problems.Attach(app, at)
	app.problems.Later = append(app.problems.Later, app.expire, app.warn)
	app.policy = cedar.Policy{Host: app.host(props), Claim: a.props.OIDC.claim()}
	app.check(id, props)
	a.applications = append(a.applications, app)
	if key := app.edge.ID() + " " + app.ports.String(); !a.opened[key] {
		a.opened[key] = true
		a.core.Publish(app.edge, arch.Flow{
			Service: app.ports.String(), Reason: "people whom Verified Access lets in", At: []diag.Position{at},
		})
	}
	if a.instance != nil {
		app.make(id, props)
	}
	return app
}

// place returns the scope and the construct id of an application. If tiers are nested stacks, the application is in the network's stack: it
// refers to the stacks of both tiers, one of which refers to the other for the rules between them, so that in either it could close a
// circle. No id of a tier has a dot.
func (a *Access) place(id string) (scope constructs.Construct, constructID string) {
	if stack, ok := a.tier.Node().Scope().(awscdk.NestedStack); ok {
		return stack.Node().Scope().(constructs.Construct), a.tier.ID() + "." + *a.Node().Id() + "." + id
	}
	return a, id
}

// host checks the domain, and returns it in lower case.
func (app *Application) host(props *ApplicationProps) string {
	host, err := arch.ParseDomain(props.Domain)
	if err == nil && strings.HasPrefix(host, ".") {
		err = fmt.Errorf("got %.80q; allowed is one name, not a domain with all names below it", props.Domain)
	}
	if err != nil {
		app.problems.Add("verified-access-domain", "the domain of an application is not usable", err.Error(),
			`set Domain to the name that people use, as in "portal.example.com"`, app.at)
		return "invalid.example"
	}
	for _, other := range app.access.applications {
		if other.policy.Host == host {
			app.problems.Add("verified-access-domain", "two applications have one domain", "the other one is at "+other.at.String(),
				"give each a name of its own; several edge tiers cannot share one", app.at)
		}
	}
	return host
}

// check completes the port, and records what is wrong with the other properties.
func (app *Application) check(id string, props *ApplicationProps) {
	add := app.problems.Add
	if !label.MatchString(id) {
		add("verified-access-id", "the id of an application is not usable",
			fmt.Sprintf("got %.80q; it becomes part of a DNS name: allowed are letters, digits and hyphens, with a letter first", id),
			"choose another id", app.at)
	}
	if !arch.IsToken(props.Certificate) && !strings.HasPrefix(props.Certificate, "arn:") {
		add("verified-access-certificate", "an application has no certificate", fmt.Sprintf("Certificate is %.80q", props.Certificate),
			"set it to the ARN of a certificate in AWS Certificate Manager", app.at)
	}
	if props.LoadBalancer == nil || props.LoadBalancer.LoadBalancerArn() == nil {
		add("verified-access-balancer", "an application has no load balancer", "LoadBalancer is nil",
			"set it to the load balancer in the edge tier, as in balancer.LoadBalancer()", app.at)
	}
	port := props.Port
	switch {
	case port == 0 && props.Plain:
		port = 80
	case port == 0:
		port = 443
	case port < 1 || port > 65535:
		add("verified-access-port", "the port of an application is not possible", fmt.Sprintf("got %d; allowed are 1 to 65535", port),
			"leave out Port, which means 443", app.at)
		port = 443
	}
	app.ports = arch.Ports{Protocol: arch.TCP, From: port, To: port}
}

// make makes the group, which has the policy, and the endpoint, which has none: AWS then asks the group's alone. Each application has a
// group of its own, so that what lets people reach one never lets them reach another.
func (app *Application) make(id string, props *ApplicationProps) {
	a := app.access
	app.groupProps = &awsec2.CfnVerifiedAccessGroupProps{
		VerifiedAccessInstanceId: a.InstanceID(), PolicyDocument: new(app.policy.Text()), PolicyEnabled: new(true),
	}
	app.group = awsec2.NewCfnVerifiedAccessGroup(app, new("Group"), app.groupProps)
	app.problems.Made("policy of Verified Access", "Group", func() map[string]any { return report.Properties(app.groupProps) })
	protocol := "https"
	if props.Plain {
		protocol = "http"
	}
	endpointProps := &awsec2.CfnVerifiedAccessEndpointProps{
		VerifiedAccessGroupId: app.group.AttrVerifiedAccessGroupId(), AttachmentType: new("vpc"), EndpointType: new("load-balancer"),
		ApplicationDomain: &app.policy.Host, DomainCertificateArn: &props.Certificate, EndpointDomainPrefix: new(strings.ToLower(id)),
		SecurityGroupIds: &[]*string{a.tier.SecurityGroup().SecurityGroupId()},
		LoadBalancerOptions: &awsec2.CfnVerifiedAccessEndpoint_LoadBalancerOptionsProperty{
			LoadBalancerArn: arnOf(props.LoadBalancer), Port: new(float64(app.ports.From)), Protocol: &protocol,
			SubnetIds: a.tier.Vpc().SelectSubnets(a.tier.Subnets()).SubnetIds,
		},
	}
	app.endpoint = awsec2.NewCfnVerifiedAccessEndpoint(app, new("Endpoint"), endpointProps)
	app.problems.Made("endpoint of Verified Access", "Endpoint", func() map[string]any { return report.Properties(endpointProps) })
}

func arnOf(lb LoadBalancer) *string {
	if lb == nil {
		return nil // This is an error.
	}
	return lb.LoadBalancerArn()
}

// EndpointDomain returns the DNS name of the endpoint, for a CNAME record of the domain. It is nil if the endpoints' tier is imported.
func (app *Application) EndpointDomain() *string {
	if app.endpoint == nil {
		return nil
	}
	return app.endpoint.AttrEndpointDomain()
}

// Policy returns the policy in Cedar, as it is so far.
func (app *Application) Policy() string { return app.policy.Text() }
