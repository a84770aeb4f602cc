package document

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
)

// Architecture returns the document, as it reads in an environment, in the model's terms: d is the Document of e. d has no errors, because
// Parse returned it. Resources without an ARN are symbols: "${uploads.Arn}".
func (d *Document) Architecture(e Environment) arch.Architecture {
	a := arch.Architecture{Network: d.network(e)}
	for _, t := range d.Tiers {
		a.Tiers = append(a.Tiers, d.archTier(t))
	}
	for _, f := range d.Flows {
		a.Flows = append(a.Flows, d.archFlow(f, false))
	}
	for _, f := range d.Exceptions {
		a.Flows = append(a.Flows, d.archFlow(f, true))
	}
	for _, w := range d.WebACLs {
		a.Protections = append(a.Protections, d.protection(w))
	}
	for _, g := range d.Grants {
		for _, role := range g.Roles {
			a.Roles = append(a.Roles, arch.TierRole{Tier: g.Tier, ARN: d.arn(role, e), At: g.At})
		}
		for _, u := range g.Uses {
			a.Grants = append(a.Grants, d.archGrant(g.Tier, u, e))
		}
	}
	for _, name := range d.Policies {
		a.Policies = append(a.Policies, arch.DataPolicy{Name: name, At: d.Network.At})
	}
	for _, l := range d.LoadBalancers {
		a.ClientAddresses = append(a.ClientAddresses, l.clientAddresses()...)
	}
	return a
}

// Resolve replaces ${account} and ${region} by those of the environment, or by CloudFormation's own words for them.
func (e Environment) Resolve(arn string) string {
	account, region := cmp.Or(e.Account, iam.OwnAccount), cmp.Or(e.PlaceRegion(), iam.OwnRegion)
	return strings.NewReplacer("${account}", account, "${region}", region).Replace(arn)
}

// arn returns the ARN that a text means: an ARN or the name of a resource.
func (d *Document) arn(text string, e Environment) string {
	if strings.HasPrefix(text, arnPrefix) || isImport(text) {
		return e.resolve(text)
	}
	if r, ok := d.resource(text); ok && r.ARN != "" {
		return e.resolve(r.ARN)
	}
	return "${" + text + ".Arn}"
}

// resolve is Resolve for a text that may be an import, which becomes a symbol.
func (e Environment) resolve(text string) string {
	if name, ok := ImportedName(text); ok {
		return "${" + strings.NewReplacer("{", "(", "}", ")").Replace(arch.ImportValue(name)) + "}"
	}
	return e.Resolve(text)
}

// operand returns a value that a file states, or imports from another stack.
func operand(text string) arch.Operand {
	if name, ok := ImportedName(text); ok {
		return arch.Operand{Text: arch.ImportValue(name), Symbolic: true}
	}
	return arch.Operand{Text: text}
}

// networkID is the construct id of a network that states none.
const networkID = "Network"

// path returns the construct path of the network in the generated app, where each environment is a stage.
func (d *Document) path(e Environment) string {
	return strings.TrimPrefix(e.Name+"/"+d.Name+"/"+cmp.Or(d.Network.ID, networkID), "/")
}

func (d *Document) network(e Environment) arch.Network {
	n := d.Network
	out := arch.Network{
		Path: d.path(e), Wrapped: n.VPC != nil, Range: arch.Operand{Text: n.CIDR}, Blocks: n.Blocks, Zones: n.Zones,
		StackRegion: e.PlaceRegion(), IPv6: n.IPv6,
		NATSubnets: n.NATSubnets, FirewallSubnets: n.FirewallSubnets, TransitSubnets: n.TransitSubnets, IngressSubnets: n.IngressSubnets,
		Addresses: len(n.NATAddresses), RulesPerGroup: n.RulesPerGroup,
		EntriesPerNetworkACL: n.EntriesPerNetworkACL, At: n.At,
		Dialect: arch.FileDialect, PeerNames: d.namesOfPeers(),
	}
	if n.IPAM != nil {
		out.Range, out.Bits = arch.Operand{Text: "IPAM", Symbolic: true}, n.IPAM.Netmask
	}
	if n.NAT == "single" {
		out.NAT = arch.NATSingle
	}
	if n.Layout == "nested-stacks" {
		out.Layout = arch.NestedStacks
	}
	if n.NetworkACLs == none {
		out.NetworkACLs = arch.NetworkACLsOff
	}
	if n.DefaultRoute != "" {
		out.DefaultRoute = new(gateway(n.DefaultRoute))
	}
	if i := d.Inspection; i != nil {
		out.Inspection = i.arch()
	}
	if d.Endpoints != nil {
		out.Endpoints = d.Endpoints.arch(n.VPC != nil)
	}
	return out
}

// gateway returns the gateway that a text means.
func gateway(text string) arch.Gateway {
	kind, id := ReadGateway(text)
	return arch.Gateway{Kind: kind, Operand: operand(id)}
}

func (d *Document) archTier(t Tier) arch.Tier {
	out := arch.Tier{
		ID: t.ID, Kind: tierKind(t.Kind), Internal: t.Internal, InstanceConnect: t.InstanceConnect, Block: t.Block, SharesWith: t.SharesWith,
		At: t.At, Holds: arch.ParseHolds(strings.Join(t.Holds, ",")), Kubernetes: t.Kubernetes.arch(),
	}
	if d.Network.VPC == nil {
		out.Subnets = t.Subnets
	}
	if t.Import != nil {
		egress := map[string]arch.Egress{"open": arch.EgressOpen, "restricted": arch.EgressRestricted}[t.Import.Egress]
		out.Imported = &arch.Imported{Group: operand(t.Import.SecurityGroup), Egress: egress}
	}
	return out
}

func (d *Document) archFlow(f Flow, exception bool) arch.Flow {
	out := arch.Flow{
		Service: f.Service, Reason: f.Because, Owner: f.Owner, Expires: f.Expires, Exception: exception, SID: f.SID, At: []diag.Position{f.At},
	}
	for _, end := range []struct {
		text string
		peer *arch.Peer
	}{{f.From, &out.From}, {f.To, &out.To}} {
		peer, via := d.archPeer(end.text)
		*end.peer = peer
		if via != "" {
			out.Path = arch.Path{Kind: arch.ThroughGateway, Via: gateway(via)}
		}
	}
	return out
}

// archPeer returns what an end of a flow means, and the text of the gateway that leads to it.
func (d *Document) archPeer(text string) (peer arch.Peer, via string) {
	if text == internet {
		return arch.Peer{Kind: arch.Internet}, ""
	}
	if t, ok := d.tier(text); ok {
		return arch.TierPeer(tierKind(t.Kind), t.ID), ""
	}
	p, named := d.peer(text)
	switch {
	case !named && isBlock(text):
		p.CIDR = text
	case !named:
		p.Domain = text
	}
	switch {
	case p.CIDR != "":
		return arch.Peer{Kind: arch.CIDR, Operand: operand(p.CIDR), IPv6: p.IPv6 && isImport(p.CIDR)}, p.Via
	case p.PrefixList != "":
		return arch.Peer{Kind: arch.PrefixList, Operand: operand(p.PrefixList), Entries: p.Entries}, ""
	}
	return arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: p.Domain}}, ""
}

// namesOfPeers returns the names of the peers that the file names, for messages.
func (d *Document) namesOfPeers() map[arch.Peer]string {
	out := map[arch.Peer]string{}
	for _, p := range d.Peers {
		peer, _ := d.archPeer(p.Name)
		out[peer] = p.Name
	}
	return out
}

// clientAddresses returns what a network load balancer keeps of its clients' addresses. Over UDP, it always keeps them.
func (l LoadBalancer) clientAddresses() []arch.ClientAddresses {
	var out []arch.ClientAddresses
	for _, listener := range l.Listeners {
		protocol := cmp.Or(listener.Protocol, "tcp")
		if protocol == "tcp" && !l.PreserveClientIP {
			continue
		}
		out = append(out, arch.ClientAddresses{
			From: l.Tier, Listener: port(protocol, listener.Port), To: listener.To.Tier, Service: port(protocol, listener.To.port()), At: l.At,
		})
	}
	return out
}

// port returns the port of a target.
func (t Target) port() int {
	if t.Plain {
		return cmp.Or(t.Port, 80)
	}
	return cmp.Or(t.Port, 443)
}

// modes are the words of modes.
var modes = map[string]arch.Mode{"": arch.Enforce, "enforce": arch.Enforce, "observe": arch.Observe, "prepare": arch.Prepare}

func (i *Inspection) arch() *arch.Inspection {
	out := &arch.Inspection{Mode: modes[i.Mode], Strict: i.Strict, Midstream: strings.ToUpper(i.Midstream), At: i.At}
	for _, path := range i.Paths {
		out.Paths |= map[string]arch.Paths{"egress": arch.EgressPath, "ingress": arch.IngressPath, "east-west": arch.EastWestPath}[path]
	}
	return out
}

func (e *Endpoints) arch(wrapped bool) arch.Endpoints {
	out := arch.Endpoints{
		Block: e.Block, SharesWith: e.SharesWith, NoPolicy: e.NoPolicy, AnyRole: e.AnyRole, Organization: e.Organization, Accounts: e.Accounts,
		Policies: map[string]arch.Policies{"derived": arch.DerivedPolicies, "open": arch.OpenPolicies}[e.Policies], At: e.At,
	}
	if !wrapped {
		out.Subnets = e.Subnets
	}
	for service, id := range e.PrefixLists {
		out.PrefixLists = set(out.PrefixLists, service, operand(id))
	}
	for service, zones := range e.Zones {
		out.Zones = set(out.Zones, service, []string(zones))
	}
	for _, x := range e.Existing {
		out.Imported = append(out.Imported, arch.ImportedEndpoint{
			Service: x.Service, Gateway: x.SecurityGroup == "", Group: operand(x.SecurityGroup), At: e.At,
		})
	}
	return out
}

func set[V any](m map[string]V, key string, value V) map[string]V {
	if m == nil {
		m = map[string]V{}
	}
	m[key] = value
	return m
}

func (d *Document) protection(w WebACL) arch.Protection {
	out := arch.Protection{
		Tier: w.Tier, Mode: modes[w.Mode], ClientAddress: w.ClientAddress, Countries: w.Countries, BlockedCountries: w.BlockedCountries,
		BlockedSources: d.blocks(w.BlockedSources), RateLimit: int(w.RateLimit), At: w.At,
		Serves: arch.Serves{
			Ports: w.Ports, Hosts: w.Hosts, Login: w.Login, LoginLimit: w.LoginLimit, Uploads: w.Uploads,
			SQL: map[string]arch.SQL{"behind": arch.SQLBehind, none: arch.NoSQL}[w.SQL],
		},
		Extras: arch.Extras{AnonymousIP: w.BlockAnonymousIPs, BotControl: w.BotControl, AntiDDoS: w.AntiDDoS},
	}
	for _, r := range w.Routes {
		out.Serves.Routes = append(out.Serves.Routes, arch.Route{Path: r.Path, Methods: r.Methods})
	}
	for _, t := range w.Technologies {
		out.Serves.Technologies = append(out.Serves.Technologies, technology(t))
	}
	if w.Admin != nil {
		out.Serves.Admin, out.Serves.AdminSources = w.Admin.Paths, d.blocks(w.Admin.From)
	}
	for _, r := range w.RateLimits {
		out.RateLimits = append(out.RateLimits, arch.Rate{Name: r.Name, Paths: r.Paths, Limit: r.Limit, Window: r.Window})
	}
	for _, r := range w.Exceptions {
		out.Exceptions = append(out.Exceptions, arch.RuleException{Group: r.Group, Rule: r.Rule, Reason: r.Reason})
	}
	if w.Origin != nil {
		out.Origin = &arch.Origin{Header: w.Origin.Header, Secrets: len(w.Origin.Secrets)}
	}
	return out
}

// technologies are the words of technologies, in the order of their values.
var technologies = []string{"linux", "windows", "php", "wordpress", "java"}

func technology(word string) arch.Technology {
	return arch.Linux + arch.Technology(slices.Index(technologies, word))
}

// blocks returns blocks, of which some may be names of peers.
func (d *Document) blocks(texts []string) []arch.Peer {
	var out []arch.Peer
	for _, text := range texts {
		peer, _ := d.archPeer(text)
		out = append(out, peer)
	}
	return out
}
