package dns

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
)

// resources lists names of AWS's for what tiers hold, with REGION for the Region.
var resources = []struct {
	ports []int
	name  string
	what  string
}{
	{[]int{1433, 1521, 3306, 5432}, "*.REGION.rds", "databases"},
	{[]int{5439}, "*.REGION.redshift", "data warehouses"},
	{[]int{27017}, "*.REGION.docdb", "document databases"},
	{[]int{8182}, "*.REGION.neptune", "graph databases"},
	{[]int{6379, 6380, 11211}, "*.cache", "caches"},
	{[]int{2049}, "*.efs.REGION", "file systems"},
	{[]int{9092, 9094, 9096, 9098}, "*.kafka.REGION", "brokers"},
	{[]int{80, 443, 8080, 8443}, "*.REGION.elb", "load balancers"},
	{[]int{80, 443, 8080, 8443}, "*.elb.REGION", "load balancers"},
}

// resources adds the names of resources in tiers that flows lead to, as the ports show them.
func (b *builder) resources() {
	for _, f := range b.m.Flows {
		if !f.From.Kind.IsTier() || !f.To.Kind.IsTier() || f.To.Kind == arch.Endpoint || f.From.Kind == arch.Edge {
			continue // Load balancers know their targets' addresses.
		}
		for _, r := range resources {
			if port, ok := firstPort(f.Ports, r.ports); ok {
				name := strings.ReplaceAll(r.name, "REGION", b.region()) + "." + b.suffix()
				b.add(ServicesID, name, fmt.Sprintf("%s connects to %s in %s: tcp/%d", f.From, r.what, f.To, port),
					"names of "+r.what+" of other accounts")
			}
		}
	}
}

// firstPort returns the first of some TCP ports that a flow opens.
func firstPort(opened []arch.Ports, ports []int) (int, bool) {
	i := slices.IndexFunc(ports, func(port int) bool {
		return slices.ContainsFunc(opened, func(p arch.Ports) bool { return p.Contains(arch.Ports{Protocol: arch.TCP, From: port, To: port}) })
	})
	if i < 0 {
		return 0, false
	}
	return ports[i], true
}
