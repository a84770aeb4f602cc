package deployed

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
)

// Check holds endpoints against what AWS publishes: each policy by itself, and each endpoint beside the others. The lists are in the
// order of the endpoints. Findings name the line of the template.
func Check(all []Endpoint) []diag.List {
	out := make([]diag.List, len(all))
	for i, d := range all {
		c := checker{endpoint: d}
		c.policy()
		c.service()
		c.addressType()
		c.twice(all[:i])
		c.resolvers(all)
		out[i] = c.diags
	}
	return out
}

type checker struct {
	endpoint Endpoint
	diags    diag.List
}

// add tells something about a property, by the path within it: "Statement[1].Resource[0]".
func (c *checker) add(property, path string, d diag.Diagnostic) {
	r := c.endpoint.Resource
	d.Path = strings.TrimSpace(r.String() + " " + path)
	d.Subject = strings.ReplaceAll(d.Path, " ", ":")
	line := r.Line
	if at := lineOf(r.Get(property), path); at > 0 {
		line = at
	}
	d.At = []diag.Position{{File: r.Stack.File, Line: line}}
	c.diags.Add(d)
}

// policy checks the policy. An endpoint without one is told of where its service takes policies.
func (c *checker) policy() {
	d := c.endpoint
	found := slices.Clone(d.Problems)
	if d.Unknown == "" && (d.Stated || d.IsAWS() && catalog.PolicySupport(d.Service) == catalog.Supported) {
		e := d.Through()
		if !d.IsAWS() {
			e.Service = "" // Somebody's own: which actions it has, only he knows.
		}
		found = append(found, d.Policy.Check(e)...)
	}
	for _, f := range found {
		c.add("PolicyDocument", f.Path, f)
	}
}

// service checks that there is such a service, of such a kind.
func (c *checker) service() {
	d := c.endpoint
	if _, ok := catalog.EndpointNamed(d.Service); ok && d.Gateway && !slices.Contains(catalog.GatewayServices(), d.Service) {
		c.add("ServiceName", "", diag.Diagnostic{
			Rule: "endpoint-type", Summary: "there is no gateway endpoint for this service",
			Detail: fmt.Sprintf("got %q; gateway endpoints are for %s", d.Service, strings.Join(catalog.GatewayServices(), ", ")),
			Fix:    "write VpcEndpointType: Interface; without it an endpoint is a gateway",
		})
		return
	}
	if d.IsAWS() || d.Service == d.full || strings.Contains(d.full, "$") {
		return // It is known, somebody's own, or nobody's before the deployment.
	}
	fix := ""
	if near := catalog.NearestEndpoint(d.Service); near != "" {
		fix = "the nearest one is " + near
	}
	c.add("ServiceName", "", diag.Diagnostic{
		Severity: diag.Warning, Rule: "endpoint-service-unknown", Summary: "the catalogue has no such service",
		Detail: fmt.Sprintf("got %q; AWS refuses the endpoint if there is none; its policy was not held against the service's actions", d.full),
		Fix:    fix,
	})
}

// twice is an error if an endpoint leads to a service that one before it leads to: AWS refuses two with private names in one VPC, and two
// gateways in one route table.
func (c *checker) twice(before []Endpoint) {
	d := c.endpoint
	for _, o := range before {
		same := o.Service == d.Service && o.Gateway == d.Gateway && o.VPC.String() == d.VPC.String()
		shared := slices.ContainsFunc(o.tables(), func(t string) bool { return slices.Contains(d.tables(), t) })
		if same && (d.Gateway && shared || !d.Gateway && o.PrivateDNS && d.PrivateDNS) {
			c.add("ServiceName", "", diag.Diagnostic{
				Rule: "endpoint-twice", Summary: "two endpoints lead to one service",
				Detail: o.Resource.String() + " is another one; AWS refuses the second: names, or routes, would lead to both", Fix: "use one for all",
			})
			return
		}
	}
}

// resolvers warns of private names of S3 that AWS makes only beside a gateway endpoint: unless all resolvers get them, they are for calls
// from outside of the VPC.
func (c *checker) resolvers(all []Endpoint) {
	d := c.endpoint
	option := d.Resource.Get("DnsOptions").Get("PrivateDnsOnlyForInboundResolverEndpoint")
	if d.Gateway || d.Service != "s3" || !d.PrivateDNS || option.String() == "AllResolvers" {
		return
	}
	beside := slices.ContainsFunc(all, func(o Endpoint) bool { return o.Gateway && o.Service == "s3" && o.VPC.String() == d.VPC.String() })
	if !beside {
		c.add("DnsOptions", "", diag.Diagnostic{
			Severity: diag.Warning, Rule: "endpoint-private-names", Summary: "private names of S3 take a gateway endpoint in the VPC",
			Detail: "AWS refuses the endpoint without one; there is none in the templates",
			Fix:    "add a gateway endpoint of S3, or write DnsOptions: {PrivateDnsOnlyForInboundResolverEndpoint: AllResolvers}",
		})
	}
}

// tables are the route tables that lead to a gateway endpoint.
func (d Endpoint) tables() []string {
	var out []string
	for _, v := range d.Resource.Get("RouteTableIds").Items {
		out = append(out, v.String())
	}
	return out
}

// Evaluate says what the endpoint's policy decides of a request through it.
func (d Endpoint) Evaluate(r iam.Request) iam.Explanation {
	if d.Unknown != "" {
		return iam.Explanation{Decision: iam.Unknown, Unknown: []string{d.Unknown}}
	}
	r.Through = d.Through()
	if !d.VPC.IsMissing() {
		r = r.WithKey(iam.SourceVpc, Text(d.VPC))
	}
	return d.Policy.Evaluate(r)
}
