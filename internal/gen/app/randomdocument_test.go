package app

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/gen/document"
)

// forms are values of the forms that the tag "is" of a field names.
var forms = map[string][]string{
	"data class": {"cardholder", "health-records"},
	"type name":  {"Shop", "Network", "Environment", "App"}, "id": {"Web", "type", "n-1", "Attach"}, "stack name": {"Shop", "shop-1"},
	"account": {"111111111111"}, "region": {"eu-west-1"}, "zone": {"eu-west-1a"}, "range": {"10.0.0.0/16", "10.1.0.0/24"},
	"VPC range": {"10.0.0.0/16", "import Range"}, "route table": {"rtb-0123456789abcdef0", "import Table"}, "text": {"a", "import Text"},
	"block": {"203.0.113.0/24", "fd00::/8", "import Block"}, "prefix list": {"pl-0123456789abcdef0", "import List"},
	"domain": {"api.example.com", ".example.com"},
	"gateway": {"tgw-0123456789abcdef0", "pcx-0123456789abcdef0", "vgw-0123456789abcdef0", "transit-gateway import Hub:Gateway",
		"peering-connection import P", "vpn-gateway import V"},
	"security group": {"sg-0123456789abcdef0", "import Group"}, "subnet": {"subnet-0123456789abcdef0", "import Subnet"},
	"VPC": {"vpc-0123456789abcdef0", "import Vpc"}, "pool": {"ipam-pool-0123456789abcdef0", "import Pool"},
	"allocation": {"eipalloc-0123456789abcdef0", "import Allocation"}, "resource": {"arn:aws:s3:::x", "import ARN"},
	"namespace": {"shop", "a", "0", "true", "kube-system", "x-y", "on", "b", "c", "d"}, "label": {"web", "true", "1e3"},
	"organization": {"o-a1b2c3d4e5"}, "ARN": {"arn:aws:s3:::x", "arn:aws:iam::111111111111:role/a/b"}, "day": {"2027-03-31"},
	"country": {"DE", "NO"}, "file": {"rules/x.rules"},
}

// randomTexts are reasons, names and patterns.
var randomTexts = rapid.OneOf(
	rapid.SampledFrom([]string{"a reason", "`a` \"b\"", "//@7", "*/ x", "ünï", "\\n", "$(rm)", "func", "%s", "/a/*"}),
	rapid.StringMatching(`[a-z][ -~]{0,30}[a-z]`),
)

// namesOf are what the texts of a document may name.
type namesOf struct {
	tiers, edges, peers, blocks, balancers, sets []string
	resources                                    map[string][]string // by type
}

// filler fills a document with random values that a file can say.
type filler struct {
	t     *rapid.T
	names namesOf
}

// randomDocument returns a document with all sections, whose names name something. A reader may still refuse values that exclude each
// other.
func randomDocument(t *rapid.T) *document.Document {
	f := &filler{t: t, names: namesOf{resources: map[string][]string{}}}
	d := &document.Document{Version: document.Version, Name: f.pick("name", forms["type name"])}
	f.network(d)
	for i := range f.number("tiers", 1, 5) {
		tier := document.Tier{ID: f.id("T", i), Kind: f.pick("kind", strings.Split("edge,web,app,data,bastion", ","))}
		if i == 0 {
			tier.Kind = "edge"
		}
		tier.Internal = tier.Kind == "edge" && f.bool("internal")
		d.Tiers, f.names.tiers = append(d.Tiers, tier), append(f.names.tiers, tier.ID)
		if tier.Kind == "edge" {
			f.names.edges = append(f.names.edges, tier.ID)
		}
	}
	for i := range f.number("peers", 0, 4) {
		p := f.peer(f.id("p", i))
		d.Peers, f.names.peers = append(d.Peers, p), append(f.names.peers, p.Name)
		if p.CIDR != "" {
			f.names.blocks = append(f.names.blocks, p.Name)
		}
	}
	for i, kind := range document.ResourceTypes {
		r := document.Resource{Name: f.id("r", i), Type: kind}
		f.fill(reflect.ValueOf(&r).Elem().FieldByName("ARN"), reflect.StructTag(`is:"resource"`), "arn")
		if f.bool("made") && kind != "model" {
			r.ARN = ""
		}
		if r.ARN == "" && slices.Contains([]string{"bucket", "table", "queue", "topic", "secret"}, kind) && f.bool("onlyFrom") {
			r.OnlyFrom = &document.OnlyFrom{}
		}
		d.Resources, f.names.resources[kind] = append(d.Resources, r), []string{r.Name}
	}
	f.rest(d)
	return d
}

// network fills the network: one with a range or a pool, or an existing VPC with sets of subnets.
func (f *filler) network(d *document.Document) {
	n := &d.Network
	f.optional(reflect.ValueOf(n).Elem(), "network", "VPC", "CIDR", "IPAM", "Zones", "ID")
	if f.bool("existing") {
		*n = document.Network{VPC: &document.VPC{
			ID: f.pick("vpc", forms["VPC"]), CIDR: f.pick("range", forms["VPC range"]), Subnets: []document.SubnetSet{
				{Name: "private", Subnets: []document.ZoneSubnet{{Zone: "eu-west-1a", ID: "subnet-0123456789abcdef0"}}},
				{Name: "type", Subnets: []document.ZoneSubnet{
					{Zone: "eu-west-1a", ID: f.pick("subnet", forms["subnet"]), RouteTable: f.pick("table", forms["route table"])},
				}},
			}}}
		f.names.sets = []string{"private", "type"}
		return
	}
	n.Zones = []string{"eu-west-1a", "eu-west-1b"}
	if f.bool("pool") {
		n.IPAM = &document.IPAM{Pool: f.pick("pool id", forms["pool"]), Netmask: 16}
	} else {
		n.CIDR = "10.0.0.0/16"
	}
}

// rest fills the sections that name others.
func (f *filler) rest(d *document.Document) {
	for i := range d.Tiers {
		tier := &d.Tiers[i]
		f.optional(reflect.ValueOf(tier).Elem(), "tier", "Kind", "Internal", "InstanceConnect", "SharesWith", "Subnets")
		switch {
		case len(f.names.sets) > 0 && tier.Import == nil:
			tier.Subnets, tier.Block = document.Texts{f.pick("set", f.names.sets)}, 0
		case len(f.names.sets) > 0:
			tier.Block = 0
		case i > 0 && tier.Block == 0 && tier.Import == nil && f.bool("shares"):
			tier.SharesWith = f.names.tiers[0]
		}
	}
	if f.bool("Policies") {
		d.Policies = []string{f.pick("policy", []string{"pci-dss", "no-internet-next-to-data", "sensitive-data"})}
		d.Tiers[0].Holds = document.Texts{"cardholder"}
	}
	seen := map[string]bool{}
	for range f.number("flows", 0, 8) {
		flow := f.flow()
		key := flow.Key()
		switch permitted := f.permitted(d, flow); {
		case seen[key]:
		case permitted:
			d.Flows = append(d.Flows, flow)
		default:
			flow.Because, flow.Owner, flow.SID = "a reason", "somebody", 0
			d.Exceptions = append(d.Exceptions, flow)
		}
		seen[key] = true
	}
	for i := range f.number("balancers", 0, 3) {
		b := f.balancer(f.id("b", i))
		d.LoadBalancers, f.names.balancers = append(d.LoadBalancers, b), append(f.names.balancers, b.ID)
	}
	for i := range f.number("webACLs", 0, 3) {
		w := document.WebACL{ID: f.id("w", i)}
		f.optional(reflect.ValueOf(&w).Elem(), "webACL")
		d.WebACLs = append(d.WebACLs, w)
	}
	for _, tier := range f.names.tiers {
		if f.bool("granted") {
			g := document.Grant{Tier: tier}
			f.optional(reflect.ValueOf(&g).Elem(), "grant")
			d.Grants = append(d.Grants, g)
		}
	}
	for _, field := range []string{"Endpoints", "Inspection"} {
		if f.bool(field) {
			f.fill(reflect.ValueOf(d).Elem().FieldByName(field), "", field)
		}
	}
	if f.bool("watch") {
		f.watch(d)
	}
	for i := range f.number("environments", 1, 2) {
		d.Environments = append(d.Environments, document.Environment{
			Name: f.id("E", i), Account: "111111111111", Region: "eu-west-1", Production: f.bool("production"), Document: d,
		})
	}
}

// watch fills what watches the network.
func (f *filler) watch(d *document.Document) {
	w := &document.Watch{}
	for _, log := range []document.FlowLog{
		{Tiers: f.names.tiers[:1], Interval: 60, Fields: []string{"ecs-service-name"}, TierTag: true},
		{ID: "f-type", To: f.names.resources["bucket"][0], Prefix: "a/b", PlainText: f.bool("plain")},
		{ID: "f2", To: f.names.resources["delivery-stream"][0]},
		{ID: "f3", RejectedOnly: true, NewLogGroup: true, Retention: 30, Key: f.names.resources["key"][0]},
	} {
		if f.bool("flow log") {
			w.FlowLogs = append(w.FlowLogs, log)
		}
	}
	for _, part := range []string{"Alarms", "DNS", "Calendar"} {
		if f.bool(part) {
			f.fill(reflect.ValueOf(w).Elem().FieldByName(part), "", part)
		}
	}
	if a := w.Alarms; a != nil {
		a.FlowLogFields, a.RecordDeniedCalls = nil, a.RecordDeniedCalls && a.DeniedCalls == ""
		if last := len(w.FlowLogs) - 1; last >= 0 && w.FlowLogs[last].NewLogGroup {
			a.FlowLog = w.FlowLogs[last].ID
		}
	}
	if w.DNS != nil {
		w.DNS.Priority, w.DNS.PrivateZones = f.number("priority", 101, 9899), nil
		if l := w.DNS.Logs; l != nil && d.LogType(l.To) != "bucket" {
			l.Prefix = ""
		}
	}
	d.Watch = w
}

func (f *filler) pick(label string, from []string) string {
	return rapid.SampledFrom(from).Draw(f.t, label)
}
func (f *filler) bool(label string) bool { return rapid.Bool().Draw(f.t, label) }
func (f *filler) number(label string, low, high int) int {
	return rapid.IntRange(low, high).Draw(f.t, label)
}

// id returns a name that differs from others by its number. Some names become words of Go.
func (f *filler) id(prefix string, i int) string {
	return prefix + fmt.Sprint(i) + f.pick("id", []string{"", "-a", "Type", "s"})
}

func (f *filler) peer(name string) document.Peer {
	p := rapid.SampledFrom([]document.Peer{
		{CIDR: "172.16.0.0/12"}, {CIDR: "fd00::/8"}, {CIDR: "172.16.0.0/12", Via: "tgw-0123456789abcdef0"}, {Domain: "a.example.com"},
		{PrefixList: "pl-0123456789abcdef0", Entries: 5}, {PrefixList: "import List", Entries: 5}, {CIDR: "import Block"},
		{CIDR: "import Block", IPv6: true, Via: "peering-connection import P"},
	}).Draw(f.t, "peer")
	p.Name = name
	return p
}

func (f *filler) flow() document.Flow {
	ends := slices.Concat(f.names.tiers, f.names.peers, []string{"internet", "198.51.100.0/24", "b.example.com"})
	flow := document.Flow{From: f.pick("from", f.names.tiers), To: f.pick("to", ends), Service: f.pick("service", []string{
		"https", "tcp/8080,udp/53", "icmp/8", "tcp/1-1024,tcp/2000", "all", "icmpv6/128", "ping,ssh,tcp/1", "udp/1-2,udp/9",
	})}
	if f.bool("backwards") {
		flow.From, flow.To = flow.To, flow.From
	}
	f.optional(reflect.ValueOf(&flow).Elem(), "flow")
	return flow
}

// permitted reports whether the kinds of the ends of a flow may talk to each other.
func (f *filler) permitted(d *document.Document, flow document.Flow) bool {
	kind := func(end string) arch.Kind {
		for _, t := range d.Tiers {
			if t.ID == end {
				return map[string]arch.Kind{"edge": arch.Edge, "web": arch.Web, "app": arch.App, "data": arch.Data, "bastion": arch.Bastion}[t.Kind]
			}
		}
		for _, p := range d.Peers {
			switch {
			case p.Name == end && p.Domain != "":
				return arch.Domain
			case p.Name == end && p.PrefixList != "":
				return arch.PrefixList
			}
		}
		return map[string]arch.Kind{"internet": arch.Internet, "b.example.com": arch.Domain}[end]
	}
	from, to := cmp.Or(kind(flow.From), arch.CIDR), cmp.Or(kind(flow.To), arch.CIDR)
	return arch.MayReach(from, to)
}

// balancer returns a load balancer of one of the two kinds.
func (f *filler) balancer(id string) document.LoadBalancer {
	b := document.LoadBalancer{ID: id}
	if f.bool("network balancer") {
		f.optional(reflect.ValueOf(&b).Elem(), "balancer", "Certificates", "Port", "TLSPolicy", "RedirectHTTP", "To", "Routes", "BlueGreen",
			"MutualTLS", "OIDC", "Strictest", "IdleTimeout")
		b.Tier = f.pick("tier", f.names.edges)
		f.fill(reflect.ValueOf(&b).Elem().FieldByName("Listeners"), "", "listeners")
		return b
	}
	f.optional(reflect.ValueOf(&b).Elem(), "balancer", "Listeners", "PreserveClientIP", "CrossZone")
	b.Tier = f.pick("tier", f.names.edges)
	f.fill(reflect.ValueOf(&b).Elem().FieldByName("To"), "", "to")
	return b
}

// optional fills the required fields and some others, but none of those without.
func (f *filler) optional(v reflect.Value, label string, without ...string) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		if name == "-" || slices.Contains(without, field.Name) || options == "omitempty" && !f.bool(label+"."+field.Name) {
			continue
		}
		f.fill(v.Field(i), field.Tag, label+"."+field.Name)
	}
}

// fill fills a value with the tag of its field.
func (f *filler) fill(v reflect.Value, tag reflect.StructTag, label string) {
	if f.special(v, tag) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), tag, label)
	case reflect.String:
		v.SetString(f.text(tag, label))
	case reflect.Int:
		v.SetInt(int64(rapid.SampledFrom([]int{16, 32, 64}).Draw(f.t, label)))
	case reflect.Float64:
		v.SetFloat(rapid.SampledFrom([]float64{0.5, 20}).Draw(f.t, label))
	case reflect.Bool:
		v.SetBool(f.bool(label))
	case reflect.Struct:
		f.optional(v, label)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		one := reflect.New(v.Type().Elem()).Elem()
		f.fill(one, tag, label)
		v.SetMapIndex(reflect.ValueOf(f.pick(label, []string{"s3", "ssm", "ecr.api"})), one)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		f.fill(v.Index(0), tag, label)
	}
}

// special fills the types that have a form of their own.
func (f *filler) special(v reflect.Value, tag reflect.StructTag) bool {
	switch v.Interface().(type) {
	case document.Texts:
		if tag.Get("ref") != "subnets" {
			return false
		}
		if len(f.names.sets) > 0 {
			v.Set(reflect.ValueOf(document.Texts{f.pick("set", f.names.sets)}))
		}
		return true
	case document.WebRoute:
		v.Set(reflect.ValueOf(document.WebRoute{Path: "/a/*", Methods: []string{"GET"}}))
	case document.CountedRule:
		v.Set(reflect.ValueOf(document.CountedRule{Group: "AWSManagedRulesCommonRuleSet", Rule: "R", Reason: randomTexts.Draw(f.t, "reason")}))
	case document.Limit:
		v.Set(reflect.ValueOf(rapid.SampledFrom([]document.Limit{-1, 100}).Draw(f.t, "limit")))
	case document.Days:
		v.Set(reflect.ValueOf(rapid.SampledFrom([]document.Days{-1, 30, 365}).Draw(f.t, "days")))
	case document.ManagedGroup:
		v.Set(reflect.ValueOf(rapid.SampledFrom([]document.ManagedGroup{{Name: "MalwareDomains"}, {Name: "Newest", Capacity: 9}}).Draw(f.t, "m")))
	case document.Threat:
		v.Set(reflect.ValueOf(rapid.SampledFrom([]document.Threat{
			{ID: "A", ARN: forms["ARN"][0], Capacity: 9}, {ID: "A", ARN: "import ARN", Capacity: 9}, {ID: "B", Suricata: "a.rules"},
			{ID: "C", IPs: "ips.txt", Capacity: 9}, {ID: "D", Domains: "d.txt"},
		}).Draw(f.t, "threat")))
	case document.Rate:
		v.Set(reflect.ValueOf(document.Rate{Name: "Search", Limit: 100, Window: 60}))
	case document.ExistingEndpoint:
		v.Set(reflect.ValueOf(document.ExistingEndpoint{Service: "logs", SecurityGroup: f.pick("group", forms["security group"])}))
	case document.Use:
		v.Set(reflect.ValueOf(f.use()))
	default:
		return false
	}
	return true
}

// use returns a use of any verb.
func (f *filler) use() document.Use {
	u := document.Use{AsCDK: f.bool("asCDK"), Unsigned: f.bool("unsigned")}
	if f.bool("for") {
		u.For = f.names.resources["role"]
	}
	if f.bool("fargate") {
		u.AsCDK, u.Unsigned = false, false
		f.fill(reflect.ValueOf(&u).Elem().FieldByName("Fargate"), "", "fargate")
		return u
	}
	v := rapid.SampledFrom(document.Verbs).Draw(f.t, "verb")
	words := []string{v.Name}
	if v.Type != "" {
		words = append(words, f.names.resources[v.Type]...)
	}
	rest := map[document.Rest][]string{
		document.Keys: {"a/*"}, document.Secrets: f.names.resources["secret"], document.OneSecret: f.names.resources["secret"],
		document.LogGroups: f.names.resources["log-group"], document.Packages: {"al2023", "al2"}, document.Things: {"Instances"},
		document.ARN: {forms["ARN"][1]}, document.Call: {"xray PutTraceSegments on *"},
	}
	if f.bool("imported") {
		rest[document.ARN], rest[document.Call] = []string{"import Stream"}, []string{"sqs SendMessage on import A, import B"}
	}
	if v.Rest != document.Keys || v.Type == "bucket" {
		words = append(words, rest[v.Rest]...)
	}
	u.Use = strings.Join(words, " ")
	return u
}

// text returns a text that fits the tag of its field.
func (f *filler) text(tag reflect.StructTag, label string) string {
	if enum := tag.Get("enum"); enum != "" {
		return f.pick(label, strings.Split(enum, ","))
	}
	if is := tag.Get("is"); is != "" {
		return f.pick(label, forms[is])
	}
	if strings.HasSuffix(label, ".TLSPolicy") {
		return f.pick(label, slices.Sorted(maps.Keys(tlsPolicies)))
	}
	refs := strings.Split(tag.Get("ref"), ",")
	switch refs[0] {
	case "":
		return randomTexts.Draw(f.t, label)
	case "tier":
		return f.pick(label, f.names.tiers)
	case "block":
		return f.pick(label, append([]string{"192.0.2.0/24"}, f.names.blocks...))
	}
	var named []string
	for _, kind := range refs {
		if kind == "load-balancer" {
			named = append(named, f.names.balancers...)
		}
		named = append(named, f.names.resources[kind]...)
		if kind == "none" {
			named = append(named, "none")
		}
	}
	return f.pick(label, named)
}
