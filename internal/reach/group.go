package reach

import (
	"cmp"
	"iter"
	"net/netip"
	"slices"
	"strconv"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach/address"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Group is a security group.
type Group struct {
	Name     string        // "Shop/WebSecurityGroup", or the id of one that is not in the templates
	Resource *cfn.Resource // nil for a VPC's default one, and for one that is not in the templates
	Ingress  []Rule
	Egress   []Rule
	// Foreign says that the group is not in the templates, so that it may hold more rules than are seen here.
	Foreign bool
	// Default is the VPC whose default group this is. It is nil for other groups.
	Default *VPC
	// Unsure says why the group may hold rules that are not seen here. It is empty if all are seen.
	Unsure string

	doubt         string        // the text of the resources that may change it
	mayBeAnyGroup bool          // it may be any group that is in the templates
	literal       bool          // it is a literal id in a template
	remedy        string        // what to give to find out which group it is, from remedyOf; may be empty
	further       []*VPC        // beside the VPC of the group itself
	unseen        string        // why unseen interfaces may have it; empty if none have
	cluster       *cfn.Resource // the EKS cluster that it was made for, nil for others
}

// Rule is one rule of a group. A rule on a prefix list becomes one Rule for each entry if the entries are in the templates.
type Rule struct {
	Traffic  traffic.Set
	Peer     Peer
	Resource *cfn.Resource // of the group, or of a standalone rule; nil for the rules that AWS adds
	Line     int           // in the resource's template, 0 if not known
	Text     string        // its description
	Unsure   string        // why it may not count; empty if it surely does
	// Vague says that Traffic may be more than the rule allows, because only a deployment knows its protocol or ports.
	Vague bool

	alias bool // the rule of a foreign group that may be this one
}

// AllRules yields the rules of both directions.
func (g *Group) AllRules() iter.Seq[*Rule] {
	return func(yield func(*Rule) bool) {
		for _, rules := range [][]Rule{g.Ingress, g.Egress} {
			for i := range rules {
				if !yield(&rules[i]) {
					return
				}
			}
		}
	}
}

// Peer is the other end of a rule. Exactly one of the fields is set.
type Peer struct {
	Group *Group
	Block Block
	List  string
}

// String names the peer.
func (p Peer) String() string {
	switch {
	case p.Group != nil:
		return p.Group.Label()
	case p.List != "":
		return p.List
	}
	return p.Block.String()
}

// DomainPeer returns whoever answers for a domain name, as a peer of rules. The addresses are not known. A leading dot stands for the
// domain and all below it.
func DomainPeer(name string) Peer { return Peer{List: address.DomainList(name)} }

func (t *Topology) readGroup(r *cfn.Resource) {
	if r.Type != "AWS::EC2::SecurityGroup" {
		return
	}
	g := t.Group(cfn.Value{Kind: cfn.Reference, Resource: r})
	g.Unsure = cmp.Or(g.Unsure, rewritten(r))
	for _, side := range []struct {
		property string
		rules    *[]Rule
	}{{"SecurityGroupIngress", &g.Ingress}, {"SecurityGroupEgress", &g.Egress}} {
		all := elements(r.Get(side.property))
		*side.rules = slices.Grow(*side.rules, len(all))
		for _, e := range all {
			if e.Kind != cfn.Map {
				g.Unsure = cmp.Or(g.Unsure, "the rules in "+side.property+" of "+g.Name+" are only known at deployment")
				continue
			}
			*side.rules = t.appendRules(*side.rules, r, e.Value, e.unsure)
		}
	}
}

// readGroupVPC records a further VPC in which interfaces may have a group.
func (t *Topology) readGroupVPC(r *cfn.Resource) {
	if r.Type != "AWS::EC2::SecurityGroupVpcAssociation" {
		return
	}
	for v := range alternatives(r.Get("GroupId"), "") {
		for _, g := range t.possibleGroups(v.Value, v.unsure) {
			if vpc := t.VPCOf(r.Get("VpcId")); vpc != nil && !slices.Contains(g.further, vpc) {
				g.further = append(g.further, vpc)
				if vpc.Resource == nil {
					g.unseen = cmp.Or(g.unseen, r.String()+": who has it in "+vpc.Name+" is not in the templates")
				}
			}
		}
	}
}

// Group returns the group that v refers to. A group that is not in the templates is added to the topology.
func (t *Topology) Group(v cfn.Value) *Group {
	if r := t.groupNames[v.Text]; v.Kind == cfn.Text && r != nil {
		v = cfn.Value{Kind: cfn.Reference, Resource: r}
	}
	g := Group{literal: v.Kind == cfn.Text}
	switch {
	case isOf(v, "AWS::EC2::SecurityGroup", "GroupId", "Id"):
		g.Name, g.Resource = v.Resource.String(), v.Resource
	case v.Kind == cfn.Reference && v.Resource.Type == "AWS::EC2::VPC" && v.Text == "DefaultSecurityGroup":
		g.Name, g.Default = "the default group of "+v.Resource.String(), t.vpcs[v.Resource.String()]
	case v.Kind == cfn.Reference && IsCluster(v.Resource) && v.Text == clusterGroup:
		g.Name, g.cluster = "the cluster group of "+v.Resource.String(), v.Resource
	default:
		g.Name, g.Foreign = v.String(), true
	}
	if found := t.groups[g.Name]; found != nil {
		return found
	}
	if g.Foreign {
		g.remedy = remedyOf(v)
	}
	added := new(Group)
	*added = g // so that a group that is known already needs no memory
	t.groups[g.Name] = added
	t.Groups = append(t.Groups, added)
	return added
}

// standaloneTypes are the types of resources that are one rule each.
var standaloneTypes = map[string]bool{"AWS::EC2::SecurityGroupIngress": true, "AWS::EC2::SecurityGroupEgress": true}

func (t *Topology) readStandaloneRule(r *cfn.Resource) {
	if !standaloneTypes[r.Type] {
		return
	}
	holder := r.Get("GroupId")
	if holder.IsMissing() {
		holder = r.Get("GroupName")
	}
	for h := range alternatives(holder, t.conditional(r)) {
		for _, g := range t.possibleGroups(h.Value, cmp.Or(h.unsure, t.conditional(r))) {
			rules := &g.Egress
			if r.Type == "AWS::EC2::SecurityGroupIngress" {
				rules = &g.Ingress
			}
			*rules = t.appendRules(*rules, r, cfn.Value{Kind: cfn.Map, Fields: r.Properties, Line: r.Line}, g.unsure)
		}
	}
}

// appendRules reads one rule. Inline rules and standalone rules have the same properties.
func (t *Topology) appendRules(to []Rule, r *cfn.Resource, v cfn.Value, unsure string) []Rule {
	rule := Rule{Resource: r, Line: v.Line, Text: v.Get("Description").String(), Unsure: unsure}
	read, vague := ruleTraffic(v)
	rule.Traffic, rule.Vague, rule.Unsure = read, vague != "", cmp.Or(rule.Unsure, vague)
	for _, p := range t.rulePeers(r, v) {
		rule := rule
		rule.Peer, rule.Unsure = p.Peer, cmp.Or(rule.Unsure, p.unsure)
		to = append(to, rule)
	}
	return to
}

// nobody are addresses that no packet on a network comes from or goes to: limited broadcast and loopback.
var nobody = []netip.Prefix{
	netip.MustParsePrefix("255.255.255.255/32"), netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"),
}

// matchesNothing reports whether a rule is on addresses that no packet on a network has. People, CDK and tierwall put such a rule into a
// group to keep the default egress rule away.
func matchesNothing(r Rule) bool {
	if r.Peer.Group != nil || r.Peer.List != "" || r.Peer.Block.Base != "" {
		return false
	}
	return slices.ContainsFunc(nobody, func(p netip.Prefix) bool {
		return p.Bits() <= r.Peer.Block.Prefix.Bits() && p.Overlaps(r.Peer.Block.Prefix)
	})
}

// ruleTraffic reads protocol and ports. A protocol without ports or ICMP types is read whole, whatever ports the rule states. If
// either is not known, it returns all that the rule may allow, and says why.
func ruleTraffic(v cfn.Value) (set traffic.Set, vague string) {
	text, ok := v.Get("IpProtocol").Literal()
	if !ok {
		return traffic.Everything(), "its protocol is only known at deployment"
	}
	if n, ok := v.Get("IpProtocol").Int(); ok { // 6.0 is a number to CloudFormation.
		text = strconv.Itoa(n)
	}
	protocol, known := traffic.Number(text)
	switch {
	case !known:
		return traffic.Everything(), "its protocol " + text + " is none that EC2 knows"
	case protocol == traffic.All:
		return traffic.Everything(), ""
	case !traffic.HasPorts(protocol) && !traffic.IsICMP(protocol):
		return traffic.Protocol(protocol), ""
	}
	from, ok1 := port(v.Get("FromPort"))
	to, ok2 := port(v.Get("ToPort"))
	missing := v.Get("FromPort").IsMissing() && v.Get("ToPort").IsMissing()
	switch {
	case missing && traffic.IsICMP(protocol):
		return traffic.Protocol(protocol), ""
	case !ok1 || !ok2:
		return traffic.Protocol(protocol), "its ports are not known"
	case traffic.IsICMP(protocol):
		return traffic.ICMPTypes(protocol, from, to), ""
	case from == -1 && to == -1:
		return traffic.Protocol(protocol), ""
	}
	return traffic.Ports(protocol, from, to), ""
}

// listProperties are the properties that name a prefix list. The list may have no entries.
var listProperties = []string{"SourcePrefixListId", "DestinationPrefixListId"}

type unsurePeer struct {
	Peer
	unsure string
}

// rulePeers reads all alternatives of the other end of a rule.
func (t *Topology) rulePeers(r *cfn.Resource, v cfn.Value) []unsurePeer {
	var out []unsurePeer
	gaps := len(t.Gaps)
	for _, property := range []string{"SourceSecurityGroupId", "DestinationSecurityGroupId", "SourceSecurityGroupName"} {
		for a := range alternatives(v.Get(property), "") {
			for _, g := range t.possibleGroups(a.Value, a.unsure) {
				out = append(out, unsurePeer{Peer{Group: g.Group}, g.unsure})
			}
		}
	}
	for _, property := range listProperties {
		for a := range alternatives(v.Get(property), "") {
			for _, p := range t.ListPeers(a.Value) {
				out = append(out, unsurePeer{p, a.unsure})
			}
		}
	}
	for _, property := range []struct {
		name string
		six  bool
	}{{"CidrIp", false}, {"CidrIpv6", true}} {
		for a := range alternatives(v.Get(property.name), "") {
			b, err := t.BlockOf(a.Value, property.six)
			if err != nil {
				t.gap(r, "%v", err)
				continue
			}
			out = append(out, unsurePeer{Peer{Block: b}, a.unsure})
		}
	}
	hasList := slices.ContainsFunc(listProperties, func(name string) bool { return !v.Get(name).IsMissing() })
	if len(out) == 0 && len(t.Gaps) == gaps && !hasList {
		t.gap(r, "a rule names neither a group, nor a block, nor a prefix list")
	}
	return out
}

// ListPeers returns the blocks of the prefix list that v refers to. If the list is not in the templates, it returns the list by its name.
func (t *Topology) ListPeers(v cfn.Value) []Peer {
	name := v.String()
	if isOf(v, "AWS::EC2::PrefixList", "PrefixListId") {
		name = v.Resource.String()
		if blocks, ok := t.lists[name]; ok {
			peers := []Peer{}
			for _, b := range blocks {
				peers = append(peers, Peer{Block: b})
			}
			return peers
		}
	}
	return []Peer{{List: name}}
}

// readRestriction records CDK's custom resource that removes the rules of a VPC's default group.
func (t *Topology) readRestriction(r *cfn.Resource) {
	if r.Type != "Custom::VpcRestrictDefaultSG" {
		return
	}
	g := t.Group(r.Get("DefaultSecurityGroupId"))
	t.restricted[g] = true
	t.assume("%s takes the rules out of %s", r, g.Name)
}

// finishGroups adds what AWS adds: the rules of default groups, and the egress rules of groups that have none of their own.
func (t *Topology) finishGroups() {
	for _, v := range t.VPCs {
		if v.Resource != nil {
			t.Group(cfn.Value{Kind: cfn.Reference, Resource: v.Resource, Text: "DefaultSecurityGroup"})
		}
	}
	t.finishForeign()
	for _, g := range t.Groups {
		switch {
		case g.Foreign || g.Default != nil && t.restricted[g]:
		case g.cluster != nil:
			g.Ingress = append(g.Ingress, Rule{Traffic: traffic.Everything(), Peer: Peer{Group: g}, Text: "EKS's own rule of a cluster group"})
			t.openDefault(g)
		case g.Default != nil:
			g.Ingress = append(g.Ingress, Rule{Traffic: traffic.Everything(), Peer: Peer{Group: g}, Text: "AWS's own rule of a default group"})
			t.openDefault(g)
		default:
			t.finishEgress(g)
		}
		g.Ingress, g.Egress = slices.DeleteFunc(g.Ingress, matchesNothing), slices.DeleteFunc(g.Egress, matchesNothing)
	}
}

// finishForeign adds the rules of each group that is not in the templates to all groups that it may turn out to be.
func (t *Topology) finishForeign() {
	for _, f := range t.Groups {
		if !f.Foreign || t.distinct[f.Name] || len(f.Ingress)+len(f.Egress) == 0 {
			continue
		}
		switch {
		case !t.gapsAside:
			t.alias(f)
		case f.literal:
			t.assume("%s is none of the groups in the templates", f.Name)
		default:
			g := Gap{
				Resource: slices.Concat(f.Ingress, f.Egress)[0].Resource,
				Reason:   f.Name + ", which has this rule, may be any group of the templates" + f.remedy,
			}
			for _, own := range t.Groups {
				if !own.Foreign {
					g.Groups = append(g.Groups, own)
				}
			}
			t.unknown(g)
		}
	}
}

// finishUnknownGroups finds the groups that may turn out to be any group in the templates.
func (t *Topology) finishUnknownGroups() {
	for _, g := range t.Groups {
		g.mayBeAnyGroup = g.Foreign && !g.literal && !t.distinct[g.Name] && !t.gapsAside
	}
}

// mayHaveAny reports whether the interfaces may have groups that are not seen.
func (c *Class) mayHaveAny() bool {
	return c.Unseen != "" || slices.ContainsFunc(c.Groups, func(g *Group) bool { return g.mayBeAnyGroup })
}

// alias adds the rules of a foreign group to all groups that it may be.
func (t *Topology) alias(f *Group) {
	reason := f.Name + " may be this group" + f.remedy
	for _, g := range t.Groups {
		if !g.Foreign {
			g.Ingress = append(g.Ingress, doubted(f.Ingress, reason)...)
			g.Egress = append(g.Egress, doubted(f.Egress, reason)...)
		}
	}
}

// doubted returns the rules as aliases that may not count.
func doubted(rules []Rule, reason string) []Rule {
	out := slices.Clone(rules)
	for i := range out {
		out[i].Unsure = cmp.Or(out[i].Unsure, reason)
		out[i].alias = true
	}
	return out
}

// openDefault adds AWS's own egress rules to a default group. A standalone egress rule may remove them, as it does in other groups.
func (t *Topology) openDefault(g *Group) {
	unsure := g.Unsure
	if unsure == "" && slices.ContainsFunc(g.Egress, func(r Rule) bool { return !r.alias }) {
		unsure = "the standalone egress rules of the group may take it away"
	}
	for _, r := range openEgress {
		r.Unsure = unsure
		g.Egress = append(g.Egress, r)
	}
}

// openEgress are the rules that AWS adds to a group without egress rules (AWS::EC2::SecurityGroup, SecurityGroupEgress).
var openEgress = []Rule{
	{Traffic: traffic.Everything(), Peer: Peer{Block: address.Anywhere4}, Text: "AWS's own rule of a group without egress rules"},
	{Traffic: traffic.Everything(), Peer: Peer{Block: address.Anywhere6}, Text: "AWS's own rule of a group without egress rules"},
}

// finishEgress adds AWS's own egress rules unless something keeps them away. A standalone egress rule removes every rule that lets
// everything out, whether it is AWS's or the group's own. The templates do not tell which of the two is created last.
func (t *Topology) finishEgress(g *Group) {
	inline := len(elements(g.Resource.Get("SecurityGroupEgress"))) > 0
	standalone := slices.ContainsFunc(g.Egress, func(r Rule) bool { return r.Resource != g.Resource && !r.alias })
	certain := slices.ContainsFunc(g.Egress, func(r Rule) bool { return r.Unsure == "" })
	switch {
	case !inline && !standalone && g.Unsure == "":
		g.Egress = append(g.Egress, openEgress...)
	case !inline && !standalone:
		g.Egress = append(g.Egress, doubted(openEgress, g.Unsure)...)
	case !certain && len(g.Egress) > 0: // All egress rules of the group may turn out to be missing.
		g.Egress = append(g.Egress, doubted(openEgress, "AWS removes it with the first egress rule, and that rule may not be there")...)
	case inline && standalone:
		g.doubtOpen("the standalone egress rules of the group take it away, if they are made after it")
	case inline:
		g.doubtOpen(g.unseen)
	}
}

// doubtOpen makes the group's own rules that let everything out unsure.
func (g *Group) doubtOpen(reason string) {
	for i, r := range g.Egress {
		isOpen := r.Traffic.Equal(traffic.Everything()) && r.Peer.Block.IsValid() && r.Peer.Block.Prefix.Bits() == 0 && r.Peer.Block.Base == ""
		if r.Resource == g.Resource && isOpen {
			g.Egress[i].Unsure = cmp.Or(r.Unsure, reason)
		}
	}
}
