package reach

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
)

// Topology is what an assembly's templates say about networks: who has which addresses, rules and routes.
type Topology struct {
	VPCs    []*VPC
	Subnets []*Subnet
	Groups  []*Group
	// Classes are the interfaces that the templates make: one for each set of groups and subnets in use.
	Classes []*Class
	// Gaps are what the templates hold and this package does not understand.
	Gaps []Gap
	// Assumptions are what was taken for granted of these templates, beside [Unfiltered].
	Assumptions []string

	assembly *cfn.Assembly
	vpcs     map[string]*VPC
	subnets  map[string]*Subnet
	groups   map[string]*Group
	// ranges are the literal ranges of VPCs, by the names that templates refer to them by.
	ranges       map[string]netip.Prefix
	lists        map[string][]Block // the blocks of the prefix lists that a template holds
	tables       map[string]*Table
	acls         map[string]*ACL
	gateways     map[string]*gateway
	natives      map[*cfn.Resource]*Subnet // the subnets of NAT gateways
	assumed      map[string]bool
	layers       map[layerKey]Carried
	failed       map[*cfn.Resource]bool // see Without
	restricted   map[*Group]bool        // default groups without rules
	placed       map[*Group][]*Subnet   // see Place
	everywhere   map[*VPC][]*Subnet     // all subnets of a VPC
	plainVPCs    map[subnetsKey]*VPC
	alike        map[alikeKey][]Spot
	alikeOutside map[subnetsKey][]Spot
	firewalls    map[*cfn.Resource]*firewall
	serviceLists map[string]string   // the prefix lists of services, as they were declared
	endpoints    map[Target]endpoint // of firewalls, by the target of the routes that lead there
}

// Gap is something in a template that leaves unknown what is carried.
type Gap struct {
	Resource *cfn.Resource // of a stack's macro, one that stands for it: "Shop/Transform"
	Reason   string
	// Groups, Subnets and VPCs are what it touches.
	Groups  []*Group
	Subnets []*Subnet
	VPCs    []*VPC
}

// Unfiltered is the traffic that AWS lets through whatever groups, NACLs and routes say (VPC User Guide, "Control traffic
// to your AWS resources using security groups").
const Unfiltered = "groups and NACLs do not filter Amazon DNS, DHCP, instance and task metadata, time sync and Windows activation"

// Build reads the topology of all stacks of the assembly.
func Build(a *cfn.Assembly) *Topology {
	t := &Topology{
		assembly: a, vpcs: map[string]*VPC{}, subnets: map[string]*Subnet{}, groups: map[string]*Group{}, lists: map[string][]Block{}, ranges: map[string]netip.Prefix{},
		tables: map[string]*Table{}, acls: map[string]*ACL{}, gateways: map[string]*gateway{}, natives: map[*cfn.Resource]*Subnet{},
		assumed: map[string]bool{}, layers: map[layerKey]Carried{}, restricted: map[*Group]bool{}, placed: map[*Group][]*Subnet{},
		everywhere: map[*VPC][]*Subnet{}, plainVPCs: map[subnetsKey]*VPC{}, alike: map[alikeKey][]Spot{}, alikeOutside: map[subnetsKey][]Spot{}, firewalls: map[*cfn.Resource]*firewall{}, endpoints: map[Target]endpoint{}, serviceLists: map[string]string{},
	}
	for _, step := range []func(*cfn.Resource){
		t.readVPC, t.readVPCBlock, t.readPrefixList, t.readSubnet, t.readSubnetBlock, t.readGateway, t.readTable, t.readRoute, t.readACL, t.readEntry,
		t.readAssociation, t.readGroup, t.readStandaloneRule, t.readRestriction,
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
	slices.SortStableFunc(t.Gaps, func(a, b Gap) int {
		return cmp.Or(strings.Compare(a.Resource.String(), b.Resource.String()), strings.Compare(a.Reason, b.Reason))
	})
	return t
}

func (t *Topology) each(step func(*cfn.Resource)) {
	for _, s := range t.assembly.Stacks {
		for _, r := range s.Resources {
			step(r)
		}
	}
}

func (t *Topology) gap(r *cfn.Resource, format string, args ...any) {
	t.Gaps = append(t.Gaps, Gap{Resource: r, Reason: fmt.Sprintf(format, args...)})
}

func (t *Topology) assume(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !t.assumed[text] {
		t.assumed[text] = true
		t.Assumptions = append(t.Assumptions, text)
	}
}

// readMacros notes the macros of a stack: what they write may be anything, in any network.
func (t *Topology) readMacros(s *cfn.Stack) {
	for _, macro := range s.Macros {
		t.gap(&cfn.Resource{Stack: s, ID: "Transform", Type: macro}, "what the macro %s writes into the template is only known at deployment", macro)
	}
}

// conditional says why a resource may not be there, or not be as it is read; empty if it surely is.
func conditional(r *cfn.Resource) string {
	if len(r.Stack.Macros) > 0 {
		return rewritten(r)
	}
	if r.Condition == "" {
		return ""
	}
	return "condition " + r.Condition + " of " + r.Stack.Name + " is only known at deployment"
}

// rewritten says which macro may change the resource's properties, empty if none does.
func rewritten(r *cfn.Resource) string {
	if len(r.Stack.Macros) == 0 {
		return ""
	}
	return "the macro " + r.Stack.Macros[0] + " may rewrite " + r.String() + " at deployment"
}

// item is a value with the reason why it may not be the one that counts; empty if it surely is.
type item struct {
	cfn.Value
	unsure string
	whole  bool // it stands for a property, or for a list whose elements are not known
}

// alternatives resolves choices: all values that v may have. Missing ones are left out.
func alternatives(v cfn.Value, unsure string) []item {
	switch v.Kind {
	case cfn.Missing:
		return nil
	case cfn.Choice:
		var out []item
		for _, outcome := range v.Items {
			out = append(out, alternatives(outcome, "condition "+v.Text+" is only known at deployment")...)
		}
		return out
	}
	return []item{{Value: v, unsure: unsure}}
}

// elements resolves choices in a list and of lists. A value that is no list is a list of itself.
func elements(v cfn.Value) []item {
	var out []item
	for _, l := range alternatives(v, "") {
		if l.Kind != cfn.List {
			l.whole = true
			out = append(out, l)
			continue
		}
		for _, e := range l.Items {
			out = append(out, alternatives(e, l.unsure)...)
		}
	}
	return out
}

// walk returns what stands at a path of properties: "VpcConfig.SubnetIds", "NetworkInterfaces[].GroupSet".
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
