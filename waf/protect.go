package waf

import (
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan/address"
	webplan "github.com/tierwall/tierwall/internal/plan/webacl"
	"github.com/tierwall/tierwall/internal/webacl"
	"github.com/tierwall/tierwall/internal/webacl/check"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// Mode says how far a web ACL is in force.
type Mode int

// The modes of a web ACL.
const (
	// Enforce blocks requests. It is the zero Mode.
	Enforce Mode = iota
	// Observe counts the requests that Enforce would block, and lets them pass.
	Observe
)

// Props configures [Protect]. nil is the zero Props. It adds AWS's groups against common attacks, and a limit of 2,000 requests in five
// minutes for each client address.
type Props struct {
	// Serves describes what the tier serves. The web ACL does not restrict what Serves leaves empty.
	Serves Serves
	// Mode says how far the web ACL is in force; the zero Mode is Enforce.
	Mode Mode
	// Resource is the resource that the web ACL protects. If it is the zero Protectable, the web ACL protects nothing until
	// [WebACL.Associate] is called.
	Resource Protectable
	// CloudFront is a construct in a stack in us-east-1. If it is set, the web ACL is created there, for the distribution in front of the
	// tier: set the distribution's WebAclId to the web ACL's ARN. If it is nil, the web ACL is for a resource of the tier.
	CloudFront constructs.Construct
	// ClientAddress is the header in which a proxy in front of the tier sends the client's address, such as "X-Forwarded-For". Set it only if
	// every request passes the proxy, because other clients can send any address. If it is empty, the connection's address is used.
	ClientAddress string
	// Origin is the secret header that a content delivery network in front of the tier sends. Requests without it are blocked, so that
	// nobody can bypass the network. nil requires no header.
	Origin *Origin
	// Countries are the only countries whose requests are accepted, as ISO 3166 codes such as "DE"; empty accepts every country.
	Countries []string
	// BlockedCountries are countries whose requests are blocked, as ISO 3166 codes; empty blocks none.
	BlockedCountries []string
	// BlockedSources are address blocks whose requests are blocked, although a flow allows them.
	BlockedSources []tiers.BlockPeer
	// RateLimit is the number of requests that a client address may send in five minutes; 0 is 2,000, and -1 is no limit.
	RateLimit int
	// RateLimits are further limits.
	RateLimits []Rate
	// CountedRules are rules of AWS's groups that count requests instead of blocking them.
	CountedRules []CountedRule
	// BlockAnonymousIPs blocks requests from proxies and hosting providers; see [AnonymousIP].
	BlockAnonymousIPs bool
	// BotControl blocks bots; see the function [BotControl]. AWS charges for it.
	BotControl bool
	// AntiDDoS limits floods of requests; see the function [AntiDDoS]. AWS charges for it.
	AntiDDoS bool
	// ShieldResponse says that Shield Advanced responds automatically to attacks on the resource. It reserves the 150 WCU of the rule group
	// that Shield adds to the web ACL.
	ShieldResponse bool
	// Logging configures the logs; nil creates a log group.
	Logging *LoggingProps
	// Bodies are bodies for the responses of rules that you add to the web ACL, as in [WebACLProps].
	Bodies map[string]ResponseBody
	// Name is 1 to 128 letters, digits, hyphens and underscores. If it is empty, the name is made from the stack's name and the tier's path.
	// Changing it replaces the web ACL.
	Name string
}

// Serves describes what a tier serves over HTTP.
type Serves struct {
	// Ports are the TCP ports for HTTP and HTTPS; nil is 80, 443, 8080 and 8443.
	Ports []int
	// Hosts are the host names in requests, such as "shop.example.com". A leading dot, as in ".example.com", stands for a domain and all
	// names below it. Requests for other hosts are blocked; nil accepts every host.
	Hosts []string
	// Routes are the paths and their methods. Requests that match no route are blocked. The paths in Admin, Login and Uploads are routes as
	// well. nil accepts every path.
	Routes []Route
	// Admin are paths that only AdminSources may request, with all paths below them.
	Admin []string
	// AdminSources are the address blocks that may request the Admin paths. If there are none, the Admin paths are blocked for everybody.
	AdminSources []tiers.BlockPeer
	// Login are paths that accept passwords, with all paths below them.
	Login []string
	// LoginLimit is the number of requests to Login paths that a client address may send in five minutes; 0 is 100.
	LoginLimit int
	// Uploads are paths that accept bodies larger than 8 KB. A star at the end stands for any text. WAF does not inspect the part of a body
	// that exceeds the web ACL's limit.
	Uploads []string
	// Technologies are the technologies that the tier uses.
	Technologies []Technology
	// SQL says whether the tier or a tier behind it uses SQL; the zero SQL derives that from the flows.
	SQL SQL
}

// Route is a path and the methods that it accepts.
type Route struct {
	// Path is the path of the request's target, such as "/orders". A star at the end, as in "/api/*", stands for any text.
	Path string
	// Methods are HTTP methods such as "POST". GET includes HEAD; nil accepts every method.
	Methods []string
}

// Rate is a limit for the requests of a client address to some paths.
type Rate struct {
	// Name is 1 to 40 letters and digits. It becomes part of the rule's name. Changing it starts a new count.
	Name string
	// Paths are paths as in [Route]; nil stands for all paths.
	Paths []string
	// Limit is the number of requests that a client address may send in a window.
	Limit int
	// Window is 1, 2, 5 or 10 minutes; 0 is 5 minutes.
	Window time.Duration
}

// CountedRule is a rule of an AWS group that counts requests instead of blocking them.
type CountedRule struct {
	// Group is the group, such as CommonRuleSet; required.
	Group ManagedGroup
	// Rule is the name of the rule in the group, such as "SizeRestrictions_BODY"; required.
	Rule string
	// Reason says why the rule must not block; required.
	Reason string
}

// Origin is a header with a secret value, which proves that a request passed a content delivery network.
type Origin struct {
	// Header is the name of the header; required.
	Header string
	// Secrets are the accepted values; at least one is required. Use two while you replace a secret. Use tokens, such as the value of a
	// secret in AWS Secrets Manager, because literals are readable in the template.
	Secrets []string
}

// Technology is a technology that a tier uses. It selects rule groups of AWS, and says how the tier reads paths. Windows and Java treat a
// backslash as a slash. Java ignores the text after a semicolon in a segment of a path. WAF does not see other decoding that a framework
// does, such as double decoding. Configure the framework to reject such paths.
type Technology int

// The technologies.
const (
	// Linux adds AWS's groups for Linux and POSIX systems.
	Linux Technology = iota + 1
	// Windows adds AWS's group for Windows.
	Windows
	// PHP adds AWS's group for PHP.
	PHP
	// WordPress adds AWS's group for WordPress.
	WordPress
	// Java stands for servlets, as in Tomcat, Jetty and Spring.
	Java
)

// SQL says whether a tier, or a tier behind it, uses SQL. If so, the web ACL gets AWS's group against SQL injection.
type SQL int

// The answers.
const (
	// SQLByFlows derives the answer from the flows. SQL is used if a tier that can be reached from the protected tier connects to a port of
	// an SQL database. It is the zero SQL.
	SQLByFlows SQL = iota
	// SQLBehind says that SQL is used.
	SQLBehind
	// NoSQL says that SQL is not used.
	NoSQL
)

// Protect puts a web ACL in front of a tier. Its rules are derived from the tier's flows over HTTP and from what the tier serves. They are
// in the order that AWS recommends. Rules that you add with [WebACL.Add] may have priorities below 100, from 6000 to 7999 and above 8999.
//
// The id must be unique in the tier, or in props.CloudFront if that is set. Errors fail synthesis. A nil tier panics.
func Protect(tier tiers.Tier, id string, props *Props) *WebACL {
	at := diag.Caller()
	if props == nil {
		props = &Props{}
	}
	p := &protector{props: props}
	wiring.TierOf(tier, "the tier to protect", at).AddProtector(p.declare(at), p)
	acl := &WebACLProps{
		Logging: props.Logging, ShieldResponse: props.ShieldResponse, Bodies: props.Bodies, Name: props.Name,
		Description: webacl.TierDescription(tier.ID()),
	}
	var scope constructs.Construct = tier
	if props.CloudFront != nil {
		acl.Scope, scope = CloudFront, props.CloudFront
	}
	free := id
	for n := 2; scope.Node().TryFindChild(&free) != nil; n++ { // Reported below, so it is never deployed.
		free = id + strconv.Itoa(n)
	}
	p.acl = newWebACL(scope, free, acl, at)
	if free != id {
		p.acl.problems.Add("waf-id", "the id of a web ACL is taken", *scope.Node().Path()+"/"+id+" exists already", "choose another id", at)
	}
	if props.Origin != nil && slices.Contains(props.Origin.Secrets, "") {
		p.acl.problems.Add("waf-origin", "a secret of the origin is empty", "every client can send an empty header",
			"use the value of a secret in AWS Secrets Manager", at)
	}
	p.record(wiring.TierOf(tier, "the tier to protect", at).Network().Calls(), tier.ID(), id, at)
	switch {
	case props.Resource.arn != nil && props.CloudFront != nil:
		p.acl.problems.Add("waf-resource", "CloudFront and Resource are both set", "AWS associates no distribution with a web ACL",
			"leave out Resource, and set the distribution's WebAclId to the web ACL's ARN", at)
	case props.Resource.arn != nil:
		p.acl.associate("Association", props.Resource, at)
	}
	return p.acl
}

// protector connects a tier's web ACL to the network.
type protector struct {
	props *Props
	acl   *WebACL
	sets  []string // ids of the IP sets from the last plan
}

func (p *protector) declare(at diag.Position) arch.Protection {
	s := p.props.Serves
	out := arch.Protection{
		Mode: arch.Mode(p.props.Mode), CloudFront: p.props.CloudFront != nil, ClientAddress: p.props.ClientAddress, Countries: p.props.Countries,
		BlockedCountries: p.props.BlockedCountries, BlockedSources: peersOf(p.props.BlockedSources), RateLimit: p.props.RateLimit, At: at,
		Serves: arch.Serves{
			Ports: s.Ports, Hosts: s.Hosts, Admin: s.Admin, AdminSources: peersOf(s.AdminSources), Login: s.Login, LoginLimit: s.LoginLimit,
			Uploads: s.Uploads, SQL: arch.SQL(s.SQL),
		},
		Extras: arch.Extras{AnonymousIP: p.props.BlockAnonymousIPs, BotControl: p.props.BotControl, AntiDDoS: p.props.AntiDDoS},
	}
	for _, r := range s.Routes {
		out.Serves.Routes = append(out.Serves.Routes, arch.Route(r))
	}
	for _, t := range s.Technologies {
		out.Serves.Technologies = append(out.Serves.Technologies, arch.Technology(t))
	}
	for _, r := range p.props.RateLimits {
		out.RateLimits = append(out.RateLimits, arch.Rate{Name: r.Name, Paths: r.Paths, Limit: r.Limit, Window: construct.Seconds(r.Window)})
	}
	for _, e := range p.props.CountedRules {
		out.Exceptions = append(out.Exceptions, arch.RuleException{Group: e.Group.name, Rule: e.Rule, Reason: e.Reason})
	}
	if o := p.props.Origin; o != nil {
		out.Origin = &arch.Origin{Header: o.Header, Secrets: len(o.Secrets)}
	}
	return out
}

// peersOf converts blocks to the model's peers.
func peersOf(blocks []tiers.BlockPeer) []arch.Peer {
	var out []arch.Peer
	for _, b := range blocks {
		out = append(out, wiring.PeerOf(b).Peer)
	}
	return out
}

// MetricName returns the name that metrics have for the web ACL.
func (p *protector) MetricName() *string { return new(p.acl.content.VisibilityConfig.MetricName) }

// Protects returns the ARN of the resource that the web ACL protects, or nil if none is named.
func (p *protector) Protects() *string { return p.props.Resource.arn }

// Fill replaces the rules of the previous plan by those of the given one.
func (p *protector) Fill(a webplan.ACL, block func(address.Block) *string) {
	w := p.acl
	for _, id := range p.sets {
		w.Node().TryRemoveChild(&id)
	}
	p.sets = nil
	arns := map[string]string{}
	sets := map[string]webacl.Addresses{}
	for _, s := range a.Sets {
		arn, addresses := p.emitSet(s, block)
		arns[s.Reference()] = arn
		sets[arn] = addresses
	}
	w.derived, w.reasons = nil, map[string]string{}
	for _, r := range a.Rules {
		w.reasons[r.Name] = r.Reason
		webacl.Walk(r.Statement, func(s *webacl.Statement) {
			if set := s.IPSetReferenceStatement; set != nil {
				set.Arn = arns[set.Arn]
			}
			if m := s.ByteMatchStatement; m != nil {
				m.SearchString = p.secret(m.SearchString)
			}
		})
		w.derived = append(w.derived, r.Rule)
	}
	rules := &batch.Batch{}
	w.update(rules, w)
	rules.Run()
	for arn, addresses := range sets {
		w.refs.IPSets[arn] = addresses
	}
}

// secret returns the secret that a reference of the plan stands for, or the text itself if it is no reference.
func (p *protector) secret(text string) string {
	i, ok := webplan.SecretOf(text)
	if !ok || p.props.Origin == nil {
		return text
	}
	return p.props.Origin.Secrets[i]
}

func (p *protector) emitSet(s webplan.AddressSet, block func(address.Block) *string) (string, webacl.Addresses) {
	w := p.acl
	addresses := webacl.Addresses{Version: "IPV4"}
	if s.IPv6 {
		addresses.Version = "IPV6"
	}
	for _, b := range s.Blocks {
		addresses.Blocks = append(addresses.Blocks, *block(b))
	}
	scope := constructs.NewConstruct(w, &s.ID)
	p.sets = append(p.sets, s.ID)
	name := construct.Name(scope, "")
	w.problems.report(check.IPSet(*name, "", string(w.scope), addresses))
	arn := emitSet(scope, &w.problems, "Resource", &awswafv2.CfnIPSetProps{
		Addresses: texts(addresses.Blocks), IpAddressVersion: &addresses.Version, Scope: new(string(w.scope)), Name: name,
	})
	return *arn, addresses
}
