package document

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
)

// check reports what each value alone does not show: references to nothing, and values that exclude each other.
func (d *decoder) check(doc *Document) {
	for _, r := range d.refs {
		d.reference(doc, r)
	}
	d.checkNames(doc)
	d.checkNetwork(doc)
	for _, p := range doc.Peers {
		d.checkPeer(p)
	}
	for _, e := range doc.Exceptions {
		emptyIsTold := slices.ContainsFunc(d.problems, func(p Problem) bool { return p.Line == e.At.Line })
		if (e.Because == "" || e.Owner == "") && !emptyIsTold {
			d.failAt(e.At, "an exception lacks because or owner",
				"an exception overrides the table of who may reach whom, so somebody is responsible",
				fmt.Sprintf("write %s -> %s %s: {because: ..., owner: ...}", e.From, e.To, e.Service))
		}
	}
	for _, g := range doc.Grants {
		for _, u := range g.Uses {
			if (u.Use == "") == (u.Fargate == nil) {
				d.failAt(u.At, "a use has not one of use and fargate", "", "write - read uploads, or - fargate: {images: [...]}")
			}
		}
	}
	for _, l := range doc.LoadBalancers {
		d.checkLoadBalancer(doc, l)
	}
	d.checkWebACLs(doc)
	d.checkInspection(doc.Inspection)
	d.checkWatch(doc)
}

// checkWebACLs reports a resource with two web ACLs, and filters of logs that select nothing.
func (d *decoder) checkWebACLs(doc *Document) {
	first := map[string]WebACL{}
	for _, w := range doc.WebACLs {
		d.checkFilters(w)
		if other, twice := first[w.Resource]; twice && w.Resource != "" {
			d.failAt(w.At, fmt.Sprintf("%s has two web ACLs", w.Resource),
				fmt.Sprintf("%s is on line %d; AWS allows one for a resource", other.ID, other.At.Line), "put the rules of both into one")
			continue
		}
		first[w.Resource] = w
	}
}

// checkFilters reports filters of logs that select no requests.
func (d *decoder) checkFilters(w WebACL) {
	if w.Logs == nil {
		return
	}
	for i, f := range w.Logs.Filters {
		if len(f.Actions)+len(f.Labels) == 0 {
			d.failAt(w.At, fmt.Sprintf("logs.filters[%d] of the web ACL %s selects no requests", i, w.ID),
				"it has neither actions nor labels, and AWS refuses such a filter", "add actions: [ALLOW], or remove the filter")
		}
	}
}

// reference reports a text that names nothing.
func (d *decoder) reference(doc *Document, r reference) {
	if r.text == "" || contains(r.to, none) && r.text == none {
		return
	}
	switch r.to[0] {
	case "tier":
		if _, ok := doc.tier(r.text); !ok {
			d.missing(r.node, "there is no tier "+quoted(r.text), "tiers", doc.tierIDs())
		}
	case "end":
		d.end(doc, r.node)
	case "use":
		if _, err := doc.ReadUse(r.text); err != nil {
			d.fail(r.place, "a use is not usable", err.Error(), "")
		}
	case "subnets":
		d.subnets(doc, r.node)
	case "block":
		if p, ok := doc.peer(r.text); ok && p.CIDR == "" {
			d.fail(r.place, "the peer "+r.text+" is not a block", "web ACLs know only addresses", "name a peer with a cidr, or a block")
		} else if isImport(r.text) {
			d.fail(r.place, "a block is imported without a name", "got "+quoted(r.text),
				"declare a peer, as in peers: {office: {cidr: "+r.text+"}}, and write its name")
		} else if !ok && !isBlock(r.text) {
			d.missing(r.node, quoted(r.text)+" is neither a peer nor a block", "peers", doc.peerNames())
		} else if err := block(r.text); !ok && err != nil {
			d.fail(r.place, "a block is not usable", err.Error(), "")
		}
	case flowLogWord:
		if doc.Watch == nil || !slices.ContainsFunc(doc.Watch.FlowLogs, func(f FlowLog) bool { return f.Name() == r.text }) {
			d.resource(doc, reference{r.node, r.to[1:]})
		}
	case "load-balancer":
		if slices.ContainsFunc(doc.LoadBalancers, func(l LoadBalancer) bool { return l.ID == r.text }) {
			return
		}
		fallthrough
	default:
		d.resource(doc, r)
	}
}

// flowLogWord is what a reference may be to: the id of a flow log of the file.
const flowLogWord = "flow-log"

// none is the word for a log that goes nowhere, and unlimited for one that has no end.
const (
	none      = "none"
	unlimited = "unlimited"
)

func quoted(text string) string { return fmt.Sprintf("%.80q", text) }

// missing reports a name of nothing. of is the section that has the names.
func (d *decoder) missing(n *node, summary, of string, candidates []string) {
	fix := ""
	if near := nearest(n.text, candidates); near != "" {
		fix = "write " + near
	}
	d.fail(n.place, summary, of+": "+orNone(candidates), fix)
}

// end checks an end of a flow.
func (d *decoder) end(doc *Document, n *node) {
	_, isTier := doc.tier(n.text)
	_, isPeer := doc.peer(n.text)
	switch {
	case isTier || isPeer || n.text == internet:
	case isBlock(n.text):
		if err := block(n.text); err != nil {
			d.fail(n.place, "a block is not usable", err.Error(), "")
		}
	case strings.Contains(n.text, "."):
		if err := domain(n.text); err != nil {
			d.fail(n.place, "a domain is not usable", err.Error(), "")
		}
	default:
		d.missing(n, quoted(n.text)+" is neither a tier nor a peer", "tiers and peers",
			append(slices.Concat(doc.tierIDs(), doc.peerNames()), internet))
	}
}

// subnets checks the subnets of a tier.
func (d *decoder) subnets(doc *Document, n *node) {
	if doc.Network.VPC == nil {
		if err := forms()["range"].is(n.text); err != nil {
			d.fail(n.place, "a subnet is not usable", err.Error(), "names of sets of subnets need network.vpc")
		}
		return
	}
	var sets []string
	for _, s := range doc.Network.VPC.Subnets {
		sets = append(sets, s.Name)
	}
	if !contains(sets, n.text) {
		d.missing(n, "there is no set of subnets "+quoted(n.text), "network.vpc.subnets", sets)
	}
}

// resource checks the name of a resource, or an ARN.
func (d *decoder) resource(doc *Document, r reference) {
	if strings.HasPrefix(r.text, arnPrefix) {
		if err := forms()["ARN"].is(r.text); err != nil {
			d.fail(r.place, "an ARN is not usable", err.Error(), "")
		}
		return
	}
	candidates := doc.resourcesOf(r.to...)
	if r.to[0] == "load-balancer" {
		for _, l := range doc.LoadBalancers {
			candidates = append(candidates, l.ID)
		}
	}
	types := slices.DeleteFunc(slices.Clone(r.to), func(t string) bool { return t == none })
	wanted := strings.Join(types, " or ")
	if isImport(r.text) {
		d.fail(r.place, "a resource is imported without a name", "got "+quoted(r.text)+"; allowed are an ARN and the name of a resource",
			fmt.Sprintf("declare it, as in resources: {theirs: {type: %s, arn: %s}}, and write theirs", types[0], r.text))
		return
	}
	have, ok := doc.resource(r.text)
	switch {
	case !ok:
		d.missing(r.node, "there is no resource "+quoted(r.text), "resources of type "+wanted, candidates)
	case have.Type != "" && !contains(types, have.Type):
		d.fail(r.place, fmt.Sprintf("the resource %s is of type %s", r.text, have.Type), "allowed here is "+wanted, "")
	}
}

// checkNames reports names that two things have.
func (d *decoder) checkNames(doc *Document) {
	first := map[string]Tier{}
	for _, t := range doc.Tiers {
		lower := strings.ToLower(t.ID)
		if other, twice := first[lower]; twice {
			d.failAt(t.At, "two tiers have ids that differ only in capitals",
				fmt.Sprintf("%s is on line %d; CloudFormation's names would be the same", other.ID, other.At.Line), "rename one")
		}
		first[lower] = t
	}
	for _, p := range doc.Peers {
		if t, twice := doc.tier(p.Name); twice {
			d.failAt(p.At, fmt.Sprintf("a tier and a peer have the name %q", p.Name), fmt.Sprintf("the tier is on line %d", t.At.Line), "rename one")
		}
	}
	for _, l := range doc.LoadBalancers {
		if r, twice := doc.resource(l.ID); twice && r.Type == "load-balancer" {
			d.failAt(l.At, fmt.Sprintf("a load balancer and a resource have the name %q", l.ID),
				fmt.Sprintf("the resource is on line %d", r.At.Line), "rename one")
		}
	}
}

func (d *decoder) checkNetwork(doc *Document) {
	n := doc.Network
	if n.At.IsZero() {
		return // It is missing, which is reported.
	}
	set := 0
	for _, is := range []bool{n.CIDR != "", n.IPAM != nil, n.VPC != nil} {
		if is {
			set++
		}
	}
	if set != 1 {
		d.failAt(n.At, "network has not one range",
			fmt.Sprintf("got %d of cidr, ipam and vpc; exactly one says where the addresses come from", set),
			"write cidr: 10.0.0.0/16 for a VPC of its own")
	}
	if n.VPC == nil && len(n.Zones) == 0 {
		d.failAt(n.At, "network lacks zones", "each tier has a subnet in each zone", "add zones: [eu-west-1a, eu-west-1b]")
	}
	if n.VPC == nil {
		return
	}
	for _, t := range doc.Tiers {
		if len(t.Subnets) != 1 && t.Import == nil && t.SharesWith == "" {
			d.failAt(t.At, "the tier "+t.ID+" has no subnets", "network.vpc has subnets of somebody else; a tier says which set is its own",
				"add subnets: NAME, a name in network.vpc.subnets")
		}
	}
}

func (d *decoder) checkPeer(p Peer) {
	set := 0
	for _, text := range []string{p.CIDR, p.PrefixList, p.Domain} {
		if text != "" {
			set++
		}
	}
	switch {
	case set != 1:
		d.failAt(p.At, fmt.Sprintf("the peer %s is not one thing", p.Name),
			fmt.Sprintf("got %d of cidr, prefixList and domain; allowed is one", set), "")
	case p.PrefixList != "" && p.Entries == 0:
		d.failAt(p.At, "the peer "+p.Name+" lacks entries", "the rules of a group count a prefix list by its size",
			"add entries: the maximum of a list of your own, the weight of AWS's list")
	case p.PrefixList == "" && p.Entries != 0:
		d.failAt(p.At, "the peer "+p.Name+" has entries", "entries are of prefix lists", "remove entries")
	case p.IPv6 && !isImport(p.CIDR):
		d.failAt(p.At, "the peer "+p.Name+" has ipv6", "ipv6 says of which family an imported cidr is; every other value says so itself",
			"remove ipv6")
	case p.Via != "" && p.CIDR == "":
		d.failAt(p.At, "the peer "+p.Name+" has via", "routes to gateways need the block", "name the block with cidr, or remove via")
	}
}

func (d *decoder) checkLoadBalancer(doc *Document, l LoadBalancer) {
	if tier, ok := doc.tier(l.Tier); ok && tier.Kind != "edge" {
		d.failAt(l.At, "the load balancer "+l.ID+" is not in an edge tier", "got "+l.Tier+", of kind "+tier.Kind, "name a tier of kind edge")
	}
	application := len(l.Certificates) > 0 || l.To != nil || len(l.Routes) > 0 || l.MutualTLS != nil || l.OIDC != nil || l.BlueGreen != nil ||
		l.TLSPolicy != "" && len(l.Listeners) == 0 || l.RedirectHTTP
	switch {
	case application && len(l.Listeners) > 0:
		d.failAt(l.At, "the load balancer "+l.ID+" is of two kinds",
			"listeners are of network load balancers; certificates, to, routes and the like are of application load balancers", "remove one kind")
	case len(l.Listeners) == 0 && l.To == nil && len(l.Routes) == 0:
		d.failAt(l.At, "the load balancer "+l.ID+" leads nowhere", "", "add to: {tier: ...}, or listeners")
	}
	if l.Shield != nil && l.Shield.Responds() && len(l.Listeners) > 0 {
		d.failAt(l.At, "Shield cannot respond to attacks on the load balancer "+l.ID, "it responds only to those on application load balancers",
			"remove response from shield")
	}
}

func (d *decoder) checkInspection(i *Inspection) {
	if i == nil {
		return
	}
	if len(i.Paths) == 0 {
		d.failAt(i.At, "inspection has no paths", "allowed are egress, ingress and east-west", "write paths: [egress]")
	}
	for _, t := range i.Threats {
		set := 0
		for _, text := range []string{t.Suricata, t.IPs, t.Domains, t.ARN} {
			if text != "" {
				set++
			}
		}
		if set != 1 {
			d.failAt(i.At, "the rule group "+t.ID+" of inspection.threats is not one thing",
				fmt.Sprintf("got %d of suricata, ips, domains and arn", set), "keep one")
		}
	}
}

// tierKind returns the kind of a tier.
func tierKind(word string) arch.Kind {
	for _, k := range arch.Kinds() {
		if k.IsTier() && k.String() == word {
			return k
		}
	}
	return 0
}
