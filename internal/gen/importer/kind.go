package importer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/lazyregexp"
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
	for _, t := range i.tiers {
		i.byMembers(t)
	}
	for _, t := range i.tiers {
		if t.kind == 0 && len(t.members) == 0 {
			byName(t)
		}
	}
	for _, t := range i.tiers {
		if t.kind == 0 {
			i.byBastion(t)
		}
	}
	for _, t := range i.tiers {
		if t.kind == 0 {
			i.byWorld(t)
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

func (i *importer) byMembers(t *tier) {
	kinds := map[arch.Kind]*cfn.Resource{}
	for _, m := range t.members {
		if k := kindOfMember(m); kinds[k] == nil {
			kinds[k] = m
		}
	}
	for _, k := range []arch.Kind{arch.Edge, arch.Data} {
		m := kinds[k]
		if m == nil {
			continue
		}
		t.kind, t.why = k, fmt.Sprintf("%s %s wears it", m.Type, m.ID)
		scheme, _ := m.Get("Scheme").Literal()
		t.internal = k == arch.Edge && scheme == "internal"
		if len(kinds) > 1 {
			i.residual(m, "the group of %s has members of several kinds; they are one tier, because a group of its own for each would change "+
				"the traffic; split it by hand", m.ID)
		}
		return
	}
}

var (
	edgeName    = lazyregexp.New(`(?i)load-?balancer|alb|elb|nlb|ingress`)
	dataName    = lazyregexp.New(`(?i)database|rds|mysql|postgres|aurora|cache|redis|memcached|efs|(^|[a-z/.])db`)
	bastionName = lazyregexp.New(`(?i)bastion|jump`)
)

// byName decides the kind of a group that nobody wears.
func byName(t *tier) {
	name := tierName(t.groups[0])
	for _, k := range []struct {
		kind arch.Kind
		name *lazyregexp.Regexp
	}{{arch.Bastion, bastionName}, {arch.Edge, edgeName}, {arch.Data, dataName}} {
		if k.name.MatchString(name) {
			t.kind, t.why = k.kind, "nobody wears the group; its name says so"
			return
		}
	}
}

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
	admin := traffic.Ports(6, 22, 22).Union(traffic.Ports(6, 3389, 3389))
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
