package compliance

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/iam"
	endpoints "github.com/tierwall/tierwall/internal/iam/deployed"
	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
)

// natGateways lists the NAT gateways with the subnets whose routes lead to them.
func (c *collector) natGateways() {
	for _, r := range c.ofType("AWS::EC2::NatGateway") {
		switch n, doubt := c.led(func(t reach.Target) bool { return t.Kind == reach.NATGateway && t.Resource == r }); {
		case literal(r.Get("ConnectivityType")) == "private":
			c.resource(Idle, r, "a private NAT gateway: it does not lead to the internet")
		case n == 0 && doubt != "":
			c.resource(Unknown, r, "whether a route of a subnet leads to it is not known: "+doubt)
		case n == 0:
			c.resource(Idle, r, "no route of a subnet leads to it")
		default:
			c.resource(Acts, r, "routes of "+counted(n, "subnet")+" lead to it")
		}
	}
	c.findings(weakened("nat gateway"))
}

// egress lists what may leave to the outside, and the DNS firewalls. A name that nothing enforces does not limit where traffic goes.
func (c *collector) egress() {
	for _, f := range c.flowsOf(inside, isReached) {
		if f.State != picture.Carried || len(c.Survey.Declared(f.From, f.To)) == 0 {
			c.judged(f)
		}
	}
	for _, s := range c.scopes {
		for _, f := range s.model.Flows {
			switch {
			case f.To.Kind.IsTier() || f.ToService():
			case f.To.Kind == arch.Domain && !f.Enforced():
				c.add(s.flow(c.Today, Idle, f, "declared, but no firewall enforces the name"))
			default:
				c.add(s.flow(c.Today, Acts, f, "declared"))
			}
		}
	}
	c.findings(aboutTraffic)
	c.trafficGaps()
	c.closed("no tier can open a connection to an address outside")
	c.dnsFirewalls()
	c.findings(weakened("dns", "domain", "proxy"))
}

// vpcEndpoints lists the VPC endpoints, and what their policies are worth.
func (c *collector) vpcEndpoints() {
	for _, e := range c.endpoints {
		switch {
		case e.Unknown != "":
			c.resource(Unknown, e.Resource, e.Service+": "+e.Unknown)
		case e.Gateway && len(e.Resource.Get("RouteTableIds").Items) == 0 && e.Resource.Get("RouteTableIds").IsMissing():
			c.resource(Idle, e.Resource, e.Service+": no route table leads to it")
		case !e.Stated:
			c.resource(Idle, e.Resource, e.Service+": traffic stays in AWS's network, but AWS's default policy allows everything")
		case allowsAll(e):
			c.resource(Idle, e.Resource, e.Service+": traffic stays in AWS's network, but its policy allows everything")
		default:
			c.resource(Acts, e.Resource, e.Service+": its policy has "+counted(len(e.Policy.Statements), "statement"))
		}
	}
	c.findings(func(f proof.Finding) bool {
		return f.Verdict != proof.Missing && strings.Contains(strings.ToLower(f.Control+" "+f.What), "endpoint")
	})
}

// allowsAll reports whether a statement of an endpoint's policy allows every call of everybody.
func allowsAll(e endpoints.Endpoint) bool {
	return slices.ContainsFunc(e.Policy.Statements, func(s iam.Statement) bool {
		return s.Effect == iam.Allow && s.Principal.IsEverybody() && !s.NotAction && !s.NotResource && len(s.Conditions) == 0 &&
			slices.Contains(s.Actions, "*") && slices.Contains(s.Resources, "*")
	}) && !slices.ContainsFunc(e.Policy.Statements, func(s iam.Statement) bool { return s.Effect == iam.Deny })
}

// proxies lists what the templates say of proxies: tasks that run one, and those that are told to use one.
func (c *collector) proxies() {
	for _, r := range c.ofType("AWS::ECS::TaskDefinition") {
		for _, d := range r.Get("ContainerDefinitions").Items {
			image := d.Get("Image").String()
			for _, v := range d.Get("Environment").Items {
				switch name := literal(v.Get("Name")); {
				case name == "SQUID_CONFIGURATION" && strings.Contains(literal(v.Get("Value")), "http_access deny all"):
					c.resource(Acts, r, "Squid with a list of names; it denies the rest")
				case name == "SQUID_CONFIGURATION" || name == "HTTPS_PROXY" && strings.Contains(image, "squid"):
					c.resource(Unknown, r, "a proxy whose rules these templates do not show")
				}
			}
			if strings.Contains(image, "squid") && d.Get("Environment").IsMissing() {
				c.resource(Unknown, r, "it runs "+image+", whose rules these templates do not show")
			}
		}
	}
}

// outboundLogs lists the logs that record connections to the outside: flow logs, those of firewalls and DNS queries.
func (c *collector) outboundLogs() {
	c.flowLogs()
	for _, f := range c.firewalls {
		if len(f.Logs) == 0 {
			if len(f.Logging) > 0 {
				c.resource(Unknown, f.Resource, "where its logs go is known only at deployment")
			} else {
				c.resource(Idle, f.Resource, "it logs nothing")
			}
			continue
		}
		var types []string
		for _, l := range f.Logs {
			types = append(types, l.Type)
		}
		slices.Sort(types)
		c.resource(Acts, f.Logging[0], "logs of the firewall: "+strings.Join(slices.Compact(types), ", "))
	}
	associated := map[*cfn.Resource]bool{}
	for _, r := range c.ofType("AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation") {
		associated[r.Get("ResolverQueryLogConfigId").Resource] = true
	}
	for _, r := range c.ofType("AWS::Route53Resolver::ResolverQueryLoggingConfig") {
		if associated[r] {
			c.resource(Acts, r, "log of DNS queries")
		} else {
			c.resource(Idle, r, "no VPC of these templates uses it")
		}
	}
}
