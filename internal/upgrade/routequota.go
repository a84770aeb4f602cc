package upgrade

import (
	"maps"
	"slices"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/cfn"
)

var routeQuota = quota{
	rule: "route-quota", name: "Routes per route table", limit: catalog.RoutesPerTable, answer: "RouteLimitExceeded",
	merge: "use larger blocks or a prefix list",
}

// checkRouteQuotas finds route tables that have too many routes, after the update or during it, while deleted routes
// still exist.
func (u *update) checkRouteQuotas() {
	tables, newest := map[string]*counts{}, map[string]*cfn.Resource{}
	at := func(r *cfn.Resource) *counts {
		table := u.markedText(r.Get("RouteTableId"))
		if tables[table] == nil {
			tables[table] = &counts{}
		}
		return tables[table]
	}
	for r := range resources(u.before) {
		if r.Type == "AWS::EC2::Route" && r.Condition == "" {
			c := at(r)
			c.before, c.peak = c.before+1, c.peak+1
		}
	}
	for r := range resources(u.after) {
		if r.Type != "AWS::EC2::Route" || r.Condition != "" {
			continue
		}
		c := at(r)
		c.after++
		if u.created[r] {
			c.peak++
			newest[u.markedText(r.Get("RouteTableId"))] = r
		}
	}
	for _, table := range slices.Sorted(maps.Keys(tables)) {
		if c, r := *tables[table], newest[table]; r != nil && c.exceeds(routeQuota.limit) {
			u.reportQuota(routeQuota, c, r, 0, "the route table "+plainText(r.Get("RouteTableId")), "routes")
		}
	}
}
