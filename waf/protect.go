package waf

import (
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan/address"
	webplan "github.com/tierwall/tierwall/internal/plan/webacl"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/webacl"
	"github.com/tierwall/tierwall/internal/webacl/check"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// Mode is how far a web ACL is in force.
type Mode int

// The modes.
const (
	// Enforce blocks. It is the zero Mode.
	Enforce Mode = Mode(arch.Enforce)
	// Observe counts what Enforce would block, and lets it pass.
	Observe Mode = Mode(arch.Observe)
)

// Props are the choices for the web ACL of a tier; nil is the zero Props: AWS's groups against what attacks have in common, and a limit
// of 2,000 requests in five minutes for each address.
type Props struct {
	// Serves is what the tier serves. What it leaves open is let through.
	Serves Serves
	// Mode is how far the web ACL is in force; the zero Mode is Enforce.
	Mode Mode
	// Resource is what the web ACL is put in front of. Without one, use Associate on the web ACL, or nothing has it.
	Resource Protectable
	// CloudFront is a scope in a stack of us-east-1, for a web ACL of the distribution in front of the tier: set the distribution's
	// WebAclId to its ARN. nil makes one for the tier's own resource.
	CloudFront constructs.Construct
	// ClientAddress is the header that a proxy in front puts the client's address into, "X-Forwarded-For"; empty takes the address of
	// the connection. It is for proxies that nobody can go round.
	ClientAddress string
	// Origin is the secret that a content delivery network in front sends, so that nobody goes round it; nil asks for none.
	Origin *Origin
	// Countries are where customers are, as ISO 3166 codes; BlockedCountries where none are. Empty is everywhere.
	Countries, BlockedCountries []string
	// BlockedSources may not come, though a flow lets them.
	BlockedSources []tiers.BlockPeer
	// RateLimit is how many requests an address may send in five minutes; 0 is 2,000, -1 no limit.
	RateLimit int
	// RateLimits are further ones.
	RateLimits []Rate
	// CountedRules are rules of AWS's groups that count instead of blocking.
	CountedRules []CountedRule
	// AnonymousIPs blocks proxies and hosting providers; BotControl and AntiDDoS are charged by AWS.
	BlockAnonymousIPs, BotControl, AntiDDoS bool
	// ShieldResponse says that Shield Advanced mitigates by itself on the resource: its rule group costs 150 WCU.
	ShieldResponse bool
	// Logging says where logs go; nil makes a log group.
	Logging *LoggingProps
	// Bodies are for rules of the app's own that are added.
	Bodies map[string]ResponseBody
	// Name is the web ACL's; empty makes it from the stack's name and the tier's path. It is identity.
	Name string
}

// Serves is what a tier serves over HTTP.
type Serves struct {
	// Ports are the TCP ports that HTTP is spoken on; nil is 80, 443, 8080 and 8443.
	Ports []int
	// Hosts are the names it is asked by, with a leading dot all below a domain as well; nil is any.
	Hosts []string
	// Routes are paths with their methods; nil is any path. What no route takes is blocked, and paths named below are routes as well.
	Routes []Route
	// Admin are paths, with all below them, for AdminSources alone; they are closed to all if there are none.
	Admin        []string
	AdminSources []tiers.BlockPeer
	// Login are paths, with all below them, that take passwords. An address may send LoginLimit requests in five minutes to them; 0 is 100.
	Login      []string
	LoginLimit int
	// Uploads are paths, with a star at the end all that begin so, for bodies larger than 8 KB. What is beyond a web ACL's limit is unread.
	Uploads []string
	// Technologies are what it is made of.
	Technologies []Technology
	// SQL says whether something behind it speaks SQL; the zero SQL finds out from the flows.
	SQL SQL
}

// Route is a path as it is in a request line, or with a star at the end all that begin so.
type Route struct {
	Path    string
	Methods []string // nil is all; GET stands for HEAD as well
}

// Rate is a limit for some paths.
type Rate struct {
	Name   string        // 1 to 40 letters and digits; names the rule, and is identity
	Paths  []string      // as in Route; nil is all
	Limit  int           // requests of an address
	Window time.Duration // 1, 2, 5 or 10 minutes; 0 is 5
}

// CountedRule is a rule of one of AWS's groups that counts instead of blocking.
type CountedRule struct {
	Group  ManagedGroup
	Rule   string
	Reason string // required
}

// Origin is a header with a secret.
type Origin struct {
	Header string
	// Secrets are texts of which one must be in the header: two while it is changed. Use tokens, as of a secret of AWS Secrets Manager:
	// literals stand in the template.
	Secrets []string
}

// Technology is something that a tier is made of. It chooses AWS's rule groups, and how paths are read: with Windows and Java a backslash
// is a slash, and with Java what follows a semicolon in a segment is no part of its name. What else a framework decodes of its own accord,
// as double encoding, is not seen: have it refuse such paths.
type Technology int

// The technologies.
const (
	Linux     Technology = Technology(arch.Linux)
	Windows   Technology = Technology(arch.Windows)
	PHP       Technology = Technology(arch.PHP)
	WordPress Technology = Technology(arch.WordPress)
	// Java is servlets, as of Tomcat, Jetty and Spring.
	Java Technology = Technology(arch.Java)
)

// SQL says whether something behind a tier speaks SQL.
type SQL int

const (
	// SQLByFlows finds out from the flows: some tier that can be reached from it opens connections to the port of a SQL database.
	SQLByFlows SQL = SQL(arch.SQLByFlows)
	// SQLBehind says that something does.
	SQLBehind SQL = SQL(arch.SQLBehind)
	// NoSQL says that nothing does.
	NoSQL SQL = SQL(arch.NoSQL)
)

// Protect puts a web ACL in front of a tier. Its rules follow from the flows to the tier over HTTP and from what it serves, in the
// order that AWS recommends, with numbers in steps: numbers below 100, from 6000 to 7999 and from 9000 on are free for rules that are
// added. The id is unique in the tier, or in the scope that CloudFront names. Whatever is wrong fails the synth. A nil tier panics.
func Protect(tier tiers.Tier, id string, props *Props) *WebACL {
	at := diag.Caller()
	if props == nil {
		props = &Props{}
	}
	p := &protector{props: props}
	wiring.TierOf(tier, "the tier to protect", at).AddProtector(p.declare(at), p)
	acl := &WebACLProps{
		Logging: props.Logging, ShieldResponse: props.ShieldResponse, Bodies: props.Bodies, Name: props.Name,
		Description: "Tier " + tier.ID(),
	}
	var scope constructs.Construct = tier
	if props.CloudFront != nil {
		acl.Scope, scope = CloudFront, props.CloudFront
	}
	free := id
	for n := 2; scope.Node().TryFindChild(&free) != nil; n++ { // An error; it is never deployed.
		free = id + strconv.Itoa(n)
	}
	p.acl = newWebACL(scope, free, acl, at)
	if free != id {
		p.acl.problems.Add("waf-id", "the id of a web ACL is taken", *scope.Node().Path()+"/"+id+" is there already", "choose another id", at)
	}
	if props.Origin != nil && slices.Contains(props.Origin.Secrets, "") {
		p.acl.problems.Add("waf-origin", "a secret of the origin is empty", "anybody could send it", "use a secret of AWS Secrets Manager", at)
	}
	switch {
	case props.Resource.arn != nil && props.CloudFront != nil:
		p.acl.problems.Add("waf-resource", "a web ACL for a distribution has a resource", "a distribution is not associated with a web ACL",
			"set its WebAclId to the web ACL's ARN", at)
	case props.Resource.arn != nil:
		p.acl.associate("Association", props.Resource, at)
	}
	return p.acl
}

// protector is a tier's web ACL as the network sees it.
type protector struct {
	props *Props
	acl   *WebACL
	sets  []string // ids of the sets of the last plan
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

// peersOf puts blocks into the model's words.
func peersOf(blocks []tiers.BlockPeer) []arch.Peer {
	var out []arch.Peer
	for _, b := range blocks {
		out = append(out, wiring.PeerOf(b).Peer)
	}
	return out
}

// Fill gives the web ACL the rules of the plan, in place of those of a plan before.
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
	w.update()
	for arn, addresses := range sets {
		w.refs.IPSets[arn] = addresses
	}
}

// secret is the text that a reference of the plan stands for.
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
	cfn := awswafv2.NewCfnIPSet(scope, new("Resource"), &awswafv2.CfnIPSetProps{
		Addresses: texts(addresses.Blocks), IpAddressVersion: &addresses.Version, Scope: new(string(w.scope)), Name: name,
	})
	report.Made("IP set", cfn, w.problems.At, func() map[string]any {
		return map[string]any{"Addresses": addresses.Blocks, "IPAddressVersion": addresses.Version, "Scope": string(w.scope)}
	})
	return *cfn.AttrArn(), addresses
}
