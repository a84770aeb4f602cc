package deployed

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
)

// Check checks endpoints against what AWS publishes: each policy by itself, and each endpoint together with the others. The lists are in
// the order of the endpoints. Diagnostics name the line of the template.
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

// add reports something about a property, by the path within it: "Statement[1].Resource[0]".
func (c *checker) add(property, path string, d diag.Diagnostic) {
	r := c.endpoint.Resource
	d.Path = strings.TrimSpace(r.String() + " " + path)
	d.Subject = strings.ReplaceAll(d.Path, " ", ":")
	d.At = []diag.Position{r.At(property + "." + path)}
	c.diags.Add(d)
}

// policy checks the policy. It reports an endpoint without a policy if its service accepts policies.
func (c *checker) policy() {
	d := c.endpoint
	found := slices.Clone(d.Problems)
	if d.Unknown == "" && (d.Stated || d.IsAWS() && catalog.PolicySupport(d.Service) == catalog.Supported) {
		e := d.Through()
		if !d.IsAWS() {
			e.Service = "" // It is not AWS's service, so its actions are unknown.
		}
		found = append(found, d.Policy.Check(e)...)
	}
	for _, f := range found {
		c.add("PolicyDocument", f.Path, f)
	}
}

// service checks that AWS has such a service, with such a kind of endpoint.
func (c *checker) service() {
	d := c.endpoint
	if _, ok := catalog.EndpointNamed(d.Service); ok && d.Gateway && !slices.Contains(catalog.GatewayServices(), d.Service) {
		c.add("ServiceName", "", diag.Diagnostic{
			Rule: "endpoint-type", Summary: "there is no gateway endpoint for this service",
			Detail: fmt.Sprintf("got %q; gateway endpoints are for %s", d.Service, strings.Join(catalog.GatewayServices(), ", ")),
			Fix:    "write VpcEndpointType: Interface, because the default is a gateway",
		})
		return
	}
	if d.IsAWS() || d.Service == d.full || strings.Contains(d.full, "$") {
		return // It is AWS's, somebody else's, or known only at deployment.
	}
	fix := ""
	if near := catalog.NearestEndpoint(d.Service); near != "" {
		fix = "the nearest one is " + near
	}
	c.add("ServiceName", "", diag.Diagnostic{
		Severity: diag.Warning, Rule: "endpoint-service-unknown", Summary: "the catalogue has no such service",
		Detail: fmt.Sprintf("got %q; AWS rejects the endpoint if there is none; its policy was not checked against the service's actions",
			d.full),
		Fix: fix,
	})
}

// twice reports an endpoint to a service that an earlier endpoint leads to. AWS rejects two with private names in one VPC, and two gateways
// in one route table.
func (c *checker) twice(before []Endpoint) {
	d := c.endpoint
	for _, o := range before {
		same := o.Service == d.Service && o.Gateway == d.Gateway && o.VPC.String() == d.VPC.String()
		shared := slices.ContainsFunc(o.tables(), func(t string) bool { return slices.Contains(d.tables(), t) })
		if same && (d.Gateway && shared || !d.Gateway && o.PrivateDNS && d.PrivateDNS) {
			c.add("ServiceName", "", diag.Diagnostic{
				Rule: "endpoint-twice", Summary: "two endpoints lead to one service",
				Detail: o.Resource.String() + " is another one; AWS rejects the second, because names or routes would lead to both",
				Fix:    "use one for all",
			})
			return
		}
	}
}

// resolvers warns about private names of S3 without a gateway endpoint. Unless all resolvers get these names, they are for calls from
// outside the VPC, and AWS creates them only beside a gateway endpoint.
func (c *checker) resolvers(all []Endpoint) {
	d := c.endpoint
	option := d.Resource.Get("DnsOptions").Get("PrivateDnsOnlyForInboundResolverEndpoint")
	if d.Gateway || d.Service != "s3" || !d.PrivateDNS || option.String() == "AllResolvers" {
		return
	}
	beside := slices.ContainsFunc(all, func(o Endpoint) bool { return o.Gateway && o.Service == "s3" && o.VPC.String() == d.VPC.String() })
	if !beside {
		c.add("DnsOptions", "", diag.Diagnostic{
			Severity: diag.Warning, Rule: "endpoint-private-names", Summary: "private names of S3 need a gateway endpoint in the VPC",
			Detail: "AWS rejects the endpoint without one, and the templates have none",
			Fix:    "add a gateway endpoint of S3, or write DnsOptions: {PrivateDnsOnlyForInboundResolverEndpoint: AllResolvers}",
		})
	}
}

// tables returns the route tables that lead to a gateway endpoint.
func (d Endpoint) tables() []string {
	var out []string
	for _, v := range d.Resource.Get("RouteTableIds").Items {
		out = append(out, v.String())
	}
	return out
}

// Evaluate returns what the endpoint's policy decides about a request through the endpoint.
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
