package survey

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/reach"
)

var lanes = map[arch.Kind]picture.Lane{
	arch.Edge: picture.Edge, arch.Web: picture.Web, arch.App: picture.App, arch.Data: picture.Data, arch.Bastion: picture.Bastion,
	arch.Endpoint: picture.Endpoint,
}

func laneOf(k arch.Kind) picture.Lane {
	if l, ok := lanes[k]; ok {
		return l
	}
	return picture.App
}

// laneOfMembers returns the lane of interfaces without groups.
func laneOfMembers(classes []*reach.Class) picture.Lane {
	for _, m := range members(classes) {
		if strings.HasSuffix(m.Type, "::LoadBalancer") {
			return picture.Edge
		}
	}
	return picture.App
}

func members(classes []*reach.Class) []*cfn.Resource {
	var out []*cfn.Resource
	for _, c := range classes {
		for _, m := range c.Members {
			if !slices.Contains(out, m) {
				out = append(out, m)
			}
		}
	}
	return out
}

func isEndpoint(classes []*reach.Class) bool {
	all := members(classes)
	return len(all) > 0 && !slices.ContainsFunc(all, func(m *cfn.Resource) bool { return m.Type != "AWS::EC2::VPCEndpoint" })
}

var servicePrefix = lazyregexp.New(`^(com|cn|aws)(\.[a-z]+)?\.(amazonaws|api)\.[^.]+\.`)

// endpointName returns the service of an endpoint: "ssm".
func endpointName(r *cfn.Resource) string {
	service := r.Get("ServiceName").String()
	if text, ok := r.Get("ServiceName").Literal(); ok {
		service = text
	}
	if i := strings.LastIndex(service, "}."); i >= 0 {
		return service[i+2:]
	}
	return servicePrefix.ReplaceAllString(service, "")
}

// kindsOfResources names the types of resources that people know by another name.
var kindsOfResources = map[string]string{
	"AWS::ElasticLoadBalancingV2::LoadBalancer": "load balancer", "AWS::ElasticLoadBalancing::LoadBalancer": "classic load balancer",
	"AWS::AutoScaling::AutoScalingGroup": "Auto Scaling group", "AWS::EC2::Instance": "instance",
	"AWS::EC2::NetworkInterface": "network interface",
	"AWS::RDS::DBInstance":       "RDS instance", "AWS::RDS::DBCluster": "RDS cluster", "AWS::RDS::DBProxy": "RDS proxy",
	"AWS::Lambda::Function": "Lambda function", "AWS::ECS::Service": "ECS service", "AWS::EKS::Cluster": "EKS cluster",
	"AWS::EKS::Nodegroup": "EKS node group", "AWS::EC2::VPCEndpoint": "endpoint", "AWS::ElastiCache::CacheCluster": "ElastiCache cluster",
	"AWS::ElastiCache::ReplicationGroup": "ElastiCache group", "AWS::EFS::MountTarget": "EFS mount target",
	"AWS::OpenSearchService::Domain": "OpenSearch domain", "AWS::MSK::Cluster": "MSK cluster",
}

// contents lists what stands in a tier, by type, and in how many zones.
func contents(classes []*reach.Class) []string {
	count := map[string]int{}
	for _, m := range members(classes) {
		kind, ok := kindsOfResources[m.Type]
		if !ok {
			kind = strings.ReplaceAll(strings.TrimPrefix(m.Type, "AWS::"), "::", " ")
		}
		count[kind]++
	}
	var out []string
	for kind, n := range count {
		if n > 1 {
			kind = fmt.Sprintf("%d × %s", n, kind)
		}
		out = append(out, kind)
	}
	slices.Sort(out)
	if len(out) == 0 {
		out = append(out, nothing)
	}
	if n := len(zones(classes)); n > 1 {
		out[len(out)-1] += fmt.Sprintf(", %d zones", n)
	}
	return out
}

// nothing stands in the boxes of tiers in which the templates put nothing.
const nothing = "no resource seen"

// dropEmpty leaves out that nothing stands in tiers if nothing stands in any of them.
func dropEmpty(p *picture.Picture) {
	for _, b := range p.Boxes {
		if b.Lane.IsInside() && b.Lane != picture.Endpoint && !slices.ContainsFunc(b.Holds, isNothing) {
			return
		}
	}
	for i := range p.Boxes {
		b := &p.Boxes[i]
		for k := range b.Holds {
			b.Holds[k] = strings.TrimPrefix(strings.TrimPrefix(b.Holds[k], nothing), ", ")
		}
		b.Holds = slices.DeleteFunc(b.Holds, func(line string) bool { return line == "" })
	}
}

func isNothing(line string) bool { return strings.HasPrefix(line, nothing) }

func subnets(classes []*reach.Class) []*reach.Subnet {
	var out []*reach.Subnet
	for _, c := range classes {
		for _, s := range c.Subnets {
			if s.Resource != nil && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b *reach.Subnet) int {
		return cmp.Or(strings.Compare(a.Zone, b.Zone), strings.Compare(a.Name, b.Name))
	})
	return out
}

func zones(classes []*reach.Class) []string {
	var out []string
	for _, s := range subnets(classes) {
		if s.Zone != "" && !slices.Contains(out, s.Zone) {
			out = append(out, s.Zone)
		}
	}
	return out
}

// places lists the zones or subnets of a tier, if the picture shall have them.
func (s *survey) places(classes []*reach.Class) []string {
	switch s.Places {
	case Zones:
		return zones(classes)
	case Subnets:
		var out []string
		for _, subnet := range subnets(classes) {
			text := shortName(subnet.Name)
			if len(subnet.Blocks) > 0 {
				text = subnet.Blocks[0].String() + " " + text
			}
			out = append(out, text)
		}
		return out
	}
	return nil
}

// dropPrefix shortens "NetworkWeb" to "Web" if the names of all tiers begin like this: the CDK puts the id of the network in front.
func dropPrefix(p *picture.Picture) {
	var tiers []*picture.Box
	for i := range p.Boxes {
		if b := &p.Boxes[i]; b.Lane.IsInside() && b.Lane != picture.Endpoint {
			tiers = append(tiers, b)
		}
	}
	for _, prefix := range []string{"Network", "Vpc", "VPC"} {
		if len(tiers) < 2 || slices.ContainsFunc(tiers, func(b *picture.Box) bool {
			rest, found := strings.CutPrefix(b.Name, prefix)
			return !found || rest == "" || rest[0] < 'A' || rest[0] > 'Z'
		}) {
			continue
		}
		for _, b := range tiers {
			b.Name = strings.TrimPrefix(b.Name, prefix)
		}
	}
}

// shortName returns the last part of a path.
func shortName(name string) string { return name[strings.LastIndex(name, "/")+1:] }
