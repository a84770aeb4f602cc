package importer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// dataTypes begin the types of resources that hold data.
var dataTypes = []string{
	"AWS::RDS::", "AWS::ElastiCache::", "AWS::EFS::", "AWS::FSx::", "AWS::MSK::", "AWS::OpenSearch", "AWS::Elasticsearch::",
	"AWS::AmazonMQ::", "AWS::DocDB::", "AWS::Neptune::", "AWS::Redshift", "AWS::DAX::", "AWS::MemoryDB::",
}

// kindOfMember returns the kind of a resource with interfaces; 0 for computers.
func kindOfMember(r *cfn.Resource) arch.Kind {
	if strings.HasSuffix(r.Type, "::LoadBalancer") {
		return arch.Edge
	}
	if slices.ContainsFunc(dataTypes, func(prefix string) bool { return strings.HasPrefix(r.Type, prefix) }) {
		return arch.Data
	}
	return 0
}

// findKinds decides the kinds of tiers: by their members, else by what they exchange, else by their names.
func (i *importer) findKinds() {
	for _, decide := range []func(*tier){i.byMembers, i.byWebACL, i.byPorts, i.byName, i.byBastion, i.byWorld} {
		for _, t := range i.tiers {
			if t.kind == 0 {
				decide(t)
			}
		}
	}
	var rest []*tier
	for _, t := range i.tiers {
		if t.kind == 0 {
			rest = append(rest, t)
		}
	}
	for _, t := range rest {
		i.byGraph(t)
	}
}

// byMembers decides the kind of a tier by its members. The outermost of several kinds decides.
func (i *importer) byMembers(t *tier) {
	parts := kindsIn(t)
	for _, p := range parts {
		if p.kind == 0 {
			continue
		}
		m := p.members[0]
		t.kind, t.why = p.kind, fmt.Sprintf("%s %s wears it", m.Type, m.ID)
		scheme, _ := m.Get("Scheme").Literal()
		t.internal = p.kind == arch.Edge && scheme == "internal"
		break
	}
	if len(parts) > 1 {
		i.hintToSplit(t, parts)
	}
}

var (
	edgeName = lazyregexp.New(`(?i)load-?balancer|alb|elb|nlb|ingress`)
	dataName = lazyregexp.New(`(?i)database|mysql|mariadb|postgres|aurora|oracle|sqlserver|redis|valkey|memcached|memorydb|filesystem|` +
		`mounttarget|kafka|opensearch|elastic-?search|elasticache|mongo|doc(ument)?-?db|dynamo|neptune|redshift|warehouse|cassandra|rabbit`)
	internalName = lazyregexp.New(`(?i)internal|private`)
	bastionName  = lazyregexp.New(`(?i)bastion|jump`)
)

// dataPorts are the ports of services that hold data.
var dataPorts = []string{
	"mysql", "postgresql", "sqlserver", "oracle", "redis", "memcached", "nfs", "tcp/9092", "kafka-tls", "kafka-iam", "tcp/9096", "tcp/2181",
	"tcp/2182", "tcp/27017", "tcp/8182", "tcp/5439", "tcp/9042", "tcp/9142", "tcp/9200", "tcp/9300", "tcp/5671-5672", "tcp/61617", "tcp/6380",
	"tcp/8111", "tcp/9111", "tcp/988",
}

// dataTraffic returns the traffic of those ports.
func dataTraffic() traffic.Set {
	var out traffic.Set
	for _, service := range dataPorts {
		out = out.Union(setOfText(service))
	}
	return out
}

// byPorts finds the groups that nobody wears and that others, none of them an edge, reach on ports of databases only, or for
// administration. What they open themselves, such as a proxy or a replica, is on such ports too.
func (i *importer) byPorts(t *tier) {
	if len(t.members) > 0 {
		return
	}
	var in traffic.Set
	for _, p := range i.traffic {
		if p.to.tier != t || p.from.tier == t || p.meaning != meant {
			continue
		}
		if p.from.kindOf() == arch.Edge || p.from.kindOf() == arch.Internet {
			return
		}
		in = in.Union(p.set())
	}
	data := dataTraffic()
	if in = in.Minus(admin); !in.IsEmpty() && data.Contains(in) && data.Contains(i.opens(t)) {
		t.kind, t.why = arch.Data, "nobody wears the group; others reach it on ports of databases only: "+in.String()
	}
}

// dataWords are words of names that are too short to be looked for within a word.
var dataWords = []string{
	"db", "rds", "efs", "fsx", "nfs", "dax", "msk", "mq", "sql", "data", "store", "cache", "queue", "broker", "elastic", "neo4j",
}

// isDataName reports whether a name is that of something that holds data.
func isDataName(name string) bool {
	return dataName.MatchString(name) || slices.ContainsFunc(words(name, false), func(w string) bool { return slices.Contains(dataWords, w) })
}

// byName decides the kind of a group that nobody wears.
func (i *importer) byName(t *tier) {
	if len(t.members) > 0 {
		return
	}
	switch name := tierName(t.groups[0]); {
	case bastionName.MatchString(name):
		t.kind = arch.Bastion
	case edgeName.MatchString(name):
		t.kind, t.internal = arch.Edge, internalName.MatchString(name) || t.place != "" && !t.isRoutedToInternet()
	case isDataName(name) && i.opens(t).IsEmpty(): // What opens connections runs code: it is a client of the data.
		t.kind = arch.Data
	default:
		return
	}
	t.why = "nobody wears the group; its name says so"
}

// isRoutedToInternet reports whether a subnet of the tier has a route to an internet gateway.
func (t *tier) isRoutedToInternet() bool {
	return slices.ContainsFunc(t.subnets, func(s *reach.Subnet) bool {
		return s.Table != nil && slices.ContainsFunc(s.Table.Routes, func(r reach.Route) bool { return r.Target.Kind == reach.InternetGateway })
	})
}

// opens returns what a tier opens to other tiers.
func (i *importer) opens(t *tier) traffic.Set {
	var out traffic.Set
	for _, p := range i.traffic {
		if p.from.tier == t && p.to.tier != nil && p.to.tier != t && p.meaning == meant {
			out = out.Union(p.set())
		}
	}
	return out
}

// admin is how people log in.
var admin = traffic.Ports(6, 22, 22).Union(traffic.Ports(6, 3389, 3389))

// byBastion finds the tiers that the outside reaches for administration only.
func (i *importer) byBastion(t *tier) {
	var outside, inside traffic.Set
	opens := false
	for _, p := range i.traffic {
		switch {
		case p.to.tier == t && p.from.tier == nil:
			outside = outside.Union(p.set())
		case p.to.tier == t && p.from.tier != t && p.meaning == meant:
			inside = inside.Union(p.set())
		}
		opens = opens || p.from.tier == t && p.to.tier != nil && p.to.tier != t && p.meaning == meant
	}
	switch {
	case bastionName.MatchString(tierName(t.groups[0])):
		t.kind, t.why = arch.Bastion, "its name says so"
	case !outside.IsEmpty() && admin.Contains(outside) && admin.Contains(inside) && opens:
		t.kind, t.why = arch.Bastion, "only administrators reach it from outside, and it opens connections to others"
	}
}

// byWorld finds the computers that the internet reaches by HTTP.
func (i *importer) byWorld(t *tier) {
	web := traffic.Ports(6, 80, 80).Union(traffic.Ports(6, 443, 443))
	for _, p := range i.traffic {
		if p.to.tier == t && p.from.kind == arch.Internet && p.set().Overlaps(web) {
			t.kind, t.why = arch.Edge, "the internet reaches it by HTTP"
			return
		}
	}
}

// byGraph decides between web and app.
func (i *importer) byGraph(t *tier) {
	var fromEdge, toData, toCompute bool
	for _, p := range i.traffic {
		if p.meaning != meant {
			continue
		}
		fromEdge = fromEdge || p.to.tier == t && p.from.tier != nil && p.from.tier.kind == arch.Edge
		if p.from.tier != t || p.to.tier == nil || p.to.tier == t {
			continue
		}
		toData = toData || p.to.tier.kind == arch.Data
		toCompute = toCompute || p.to.tier.kind == 0 || p.to.tier.kind == arch.App || p.to.tier.kind == arch.Web
	}
	switch {
	case toData:
		t.kind, t.why = arch.App, "it opens connections to data"
	case fromEdge && toCompute:
		t.kind, t.why = arch.Web, "the edge opens connections to it, and it to other computers only"
	default:
		t.kind, t.why = arch.App, "it runs code, and nothing says more"
	}
}
