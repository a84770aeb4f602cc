package reach

import (
	"cmp"
	"fmt"
	"iter"
	"net/netip"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach/inspect"
)

// Topology is what the templates of an assembly say about networks: addresses, rules and routes.
type Topology struct {
	VPCs    []*VPC
	Subnets []*Subnet
	Groups  []*Group
	// Classes are the interfaces that the templates make: one class for each set of groups and subnets in use.
	Classes []*Class
	// Gaps are the parts of the templates that this package does not understand.
	Gaps []Gap
	// Assumptions are what was taken for granted about these templates, beside [Unfiltered].
	Assumptions []string

	assembly *cfn.Assembly
	memo     *memo

	// What the templates say, by the names that they refer to it by.
	vpcs     map[string]*VPC
	subnets  map[string]*Subnet
	groups   map[string]*Group
	tables   map[string]*Table
	acls     map[string]*ACL
	gateways map[string]*gateway
	ranges   map[string]netip.Prefix // the literal ranges of VPCs
	lists    map[string][]Block      // the blocks of the prefix lists that a template holds

	natSubnets   map[*cfn.Resource]*Subnet // the subnets of NAT gateways
	firewalls    map[*cfn.Resource]*inspect.Firewall
	endpoints    map[Target]endpoint      // of firewalls, by the target of the routes that lead there
	restricted   map[*Group]bool          // default groups without rules
	publicAccess []publicAccess           // settings that block public access
	elastic      map[*cfn.Resource]bool   // what has an elastic IP: surely, or perhaps
	anyElastic   bool                     // an elastic IP may be anybody's
	nested       map[*cfn.Resource]bool   // nested stacks whose templates are at hand
	clusters     map[string]*cfn.Resource // EKS clusters by name
	groupNames   map[string]*cfn.Resource // groups by their physical names
	holders      map[string]*cfn.Resource // what holds groups and subnets for others, by its physical name
	doubted      map[*cfn.Resource]string // firewalls, their policies and rule groups that something else may change

	// What the caller of this package says.
	placed       map[*Group][]*Subnet   // see Place
	distinct     map[string]bool        // see Options
	gapsAside    bool                   // see Options
	serviceLists map[string]string      // see AssumeList
	failed       map[*cfn.Resource]bool // see Without
	openPlaces   bool                   // see AssumeOpenPlaces
	somewhere    *VPC                   // see AssumeOpenPlaces

	hidden  map[string][]*Subnet // subnets that are not in the templates, by where they are
	assumed map[string]bool      // the texts of Assumptions
}

// Unfiltered is the traffic that AWS lets through whatever groups, NACLs and routes say (VPC User Guide, "Control traffic
// to your AWS resources using security groups").
const Unfiltered = "groups and NACLs do not filter Amazon DNS, DHCP, instance and task metadata, time sync and Windows activation"

// Options say how to build a topology. The zero Options fit a caller that knows nothing but the templates.
type Options struct {
	// Distinct are groups outside the templates that are surely none of the groups in the templates. Any other group outside the templates
	// may turn out to be any group in them.
	Distinct []cfn.Value
	// GapsAside ignores the effect of gaps on what is carried. The caller must report each gap by itself.
	GapsAside bool
}

// Build reads the topology of all stacks of the assembly. All gaps in the templates widen what may be carried.
func Build(a *cfn.Assembly) *Topology { return BuildWith(a, Options{}) }

// BuildWith builds a topology with options.
func BuildWith(a *cfn.Assembly, o Options) *Topology {
	t := newTopology(a, o)
	// The order of the steps matters. They read first what exists, then what is not known of it, and then what is in it, because a doubt
	// widens what is read after it.
	for _, step := range []func(*cfn.Resource){
		t.readVPC, t.readVPCBlock, t.readPrefixList, t.readSubnet, t.readSubnetBlock, t.readGateway, t.readTable, t.readACL,
		t.readName, t.readGroupName, t.readCluster, t.readGroupVPC,
		t.readUnknown,
		t.readRegionalNAT, t.readRoute, t.readPropagation, t.readEntry, t.readAssociation, t.readPublicAccess, t.readElastic,
		t.readGroup, t.readStandaloneRule, t.readRestriction,
	} {
		t.each(step)
	}
	for _, s := range a.Stacks {
		t.readMacros(s)
	}
	t.readFirewalls()
	t.finishGroups()
	t.finishSubnets()
	t.readInterfaces()
	t.assumePublic()
	t.finishUnknownGroups()
	for _, s := range t.Subnets {
		s.isIsolated = !t.isLinked(s, false)
	}
	slices.SortStableFunc(t.Gaps, func(a, b Gap) int {
		return cmp.Or(strings.Compare(a.Resource.String(), b.Resource.String()), strings.Compare(a.Reason, b.Reason))
	})
	return t
}

func newTopology(a *cfn.Assembly, o Options) *Topology {
	t := &Topology{
		assembly: a, memo: newMemo(), gapsAside: o.GapsAside,
		vpcs: map[string]*VPC{}, subnets: map[string]*Subnet{}, groups: map[string]*Group{}, tables: map[string]*Table{}, acls: map[string]*ACL{},
		gateways: map[string]*gateway{}, ranges: map[string]netip.Prefix{}, lists: map[string][]Block{},
		natSubnets: map[*cfn.Resource]*Subnet{}, firewalls: map[*cfn.Resource]*inspect.Firewall{}, endpoints: map[Target]endpoint{},
		restricted: map[*Group]bool{}, elastic: map[*cfn.Resource]bool{}, nested: map[*cfn.Resource]bool{}, clusters: map[string]*cfn.Resource{},
		groupNames: map[string]*cfn.Resource{}, holders: map[string]*cfn.Resource{}, doubted: map[*cfn.Resource]string{},
		placed: map[*Group][]*Subnet{}, distinct: map[string]bool{}, serviceLists: map[string]string{},
		hidden: map[string][]*Subnet{}, assumed: map[string]bool{},
	}
	for _, s := range a.Stacks {
		t.nested[s.Parent] = true
	}
	for _, v := range o.Distinct {
		t.distinct[v.String()] = true
	}
	return t
}

func (t *Topology) each(step func(*cfn.Resource)) {
	for _, s := range t.assembly.Stacks {
		for _, r := range s.Resources {
			step(r)
		}
	}
}

// gap records what is wrong with a resource. Everything that the resource refers to becomes unsure.
func (t *Topology) gap(r *cfn.Resource, format string, args ...any) {
	g := t.reachOf(r, fmt.Sprintf(format, args...))
	switch r.Type {
	case "AWS::EC2::SecurityGroup":
		g.addGroup(t.Group(cfn.Value{Kind: cfn.Reference, Resource: r}))
	case "AWS::EC2::VPC":
		g.addVPC(t.vpcs[r.String()])
	}
	t.unknown(g)
}

// Assume adds an assumption of the caller, once.
func (t *Topology) Assume(text string) { t.assume("%s", text) }

func (t *Topology) assume(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !t.assumed[text] {
		t.assumed[text] = true
		t.Assumptions = append(t.Assumptions, text)
	}
}

// readMacros records the macros of a stack as gaps. A macro may write anything, in any network.
func (t *Topology) readMacros(s *cfn.Stack) {
	for _, macro := range s.Macros {
		r := &cfn.Resource{Stack: s, ID: "Transform", Type: macro}
		t.gap(r, "what the macro %s writes into the template is only known at deployment", macro)
	}
}

// conditional says why a resource may not be there, or may not be as it was read. It is empty if the resource surely is.
func (t *Topology) conditional(r *cfn.Resource) string {
	if why := rewritten(r); why != "" {
		return why
	}
	for ; r != nil; r = r.Stack.Parent {
		if why := r.Doubt(); why != "" {
			return why
		}
	}
	return ""
}

// rewritten says which macro may change the resource's properties. It is empty if none does.
func rewritten(r *cfn.Resource) string {
	macro := r.Rewritten
	if macro == "" {
		macro, _ = r.Stack.Rewrites(r.Type)
	}
	if macro == "" || macro == serverlessMacro && isKnownApplication(r) {
		return ""
	}
	return "the macro " + macro + " may rewrite " + r.String() + " at deployment"
}

// remedyOf says what to give to resolve values that are not known: " (give -p SubnetId=...)". It is empty if no input resolves them.
func remedyOf(values ...cfn.Value) string {
	var remedies []string
	for _, v := range values {
		for _, r := range v.Remedies() {
			if !slices.Contains(remedies, r) {
				remedies = append(remedies, r)
			}
		}
	}
	if len(remedies) == 0 {
		return ""
	}
	return " (give " + strings.Join(remedies, ", ") + ")"
}

// item is a value, with the reason why it may not be the one that counts. The reason is empty if it surely is.
type item struct {
	cfn.Value
	unsure string
	whole  bool // it is the whole property, or a list whose elements are not known
}

// alternatives yields all values that v may have. It leaves out missing ones.
func alternatives(v cfn.Value, unsure string) iter.Seq[item] {
	return func(yield func(item) bool) { yieldAlternatives(&v, unsure, yield) }
}

func yieldAlternatives(v *cfn.Value, unsure string, yield func(item) bool) bool {
	switch v.Kind {
	case cfn.Missing:
		return true
	case cfn.Choice:
		for i := range v.Items {
			if !yieldAlternatives(&v.Items[i], cmp.Or(v.Doubt(), "condition "+v.Text+" is not known"), yield) {
				return false
			}
		}
		return true
	}
	return yield(item{Value: *v, unsure: unsure})
}

// elements returns all values that the elements of a list may have. A value that is no list counts as a list with that element.
func elements(v cfn.Value) []item {
	if v.Kind == cfn.Missing {
		return nil
	}
	out := make([]item, 0, max(1, len(v.Items)))
	for l := range alternatives(v, "") {
		if l.Kind != cfn.List {
			l.whole = true
			out = append(out, l)
			continue
		}
		for i := range l.Items {
			out = slices.AppendSeq(out, alternatives(l.Items[i], l.unsure))
		}
	}
	return out
}

// walk returns the values at a path of properties: "VpcConfig.SubnetIds", "NetworkInterfaces[].GroupSet".
func walk(r *cfn.Resource, path string) []item {
	return walkFrom(item{Value: cfn.Value{Kind: cfn.Map, Fields: r.Properties}}, path)
}

func walkFrom(v item, path string) []item {
	at := []item{v}
	for name := range strings.SplitSeq(path, ".") {
		name = strings.TrimRight(name, "[]")
		var next []item
		for _, v := range at {
			for _, e := range elements(v.Get(name)) {
				e.unsure = cmp.Or(e.unsure, v.unsure)
				next = append(next, e)
			}
		}
		at = next
	}
	return at
}

// isOf reports whether v refers to a resource of the type, by Ref or by one of the attributes.
func isOf(v cfn.Value, resourceType string, attributes ...string) bool {
	return v.Kind == cfn.Reference && v.Resource.Type == resourceType && (v.Text == "" || slices.Contains(attributes, v.Text))
}
