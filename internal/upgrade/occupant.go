package upgrade

import (
	"slices"
	"strings"
	"sync"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// occupancy says what happens to a resource when its subnet is exchanged for another one.
type occupancy struct {
	effect string
	// cannotMove says that the resource cannot leave the subnet: it must be created again elsewhere.
	cannotMove bool
	// inOtherZone applies instead if the other subnet is in another zone; nil means no difference.
	inOtherZone *occupancy
	// blocksRemoval says that the resource also prevents the removal of the subnet without a replacement.
	blocksRemoval bool
}

var (
	databaseGroup = occupancy{
		cannotMove: true, blocksRemoval: true,
		effect: "AWS removes a subnet from the group only if it contains no instance, and otherwise answers \"Some " +
			"of the subnets to be deleted are currently in use\"; an instance cannot move within a VPC",
	}
	cacheGroup = occupancy{cannotMove: true, blocksRemoval: true, effect: "AWS removes a subnet from the group only if it contains no " +
		"node, and otherwise answers " +
		"SubnetInUse; a node cannot move"}
	clusterGroup = occupancy{cannotMove: true, blocksRemoval: true, effect: "AWS removes a subnet from the group only if it contains no " +
		"node, and otherwise answers " +
		"SubnetAlreadyInUse; a node cannot move"}
	withData     = occupancy{cannotMove: true, effect: "it is replaced by an empty one, and its data is lost"}
	replacedToo  = occupancy{effect: "it is replaced: the new one has another id and other addresses"}
	movesInPlace = occupancy{effect: "it moves in place, and its addresses in the subnet change"}
)

// occupancies describes types whose resources have network interfaces in subnets. For other such types, only the fact
// is known, from the catalog.
var occupancies = sync.OnceValue(func() map[string]occupancy {
	return map[string]occupancy{
		"AWS::AmazonMQ::Broker": withData,
		"AWS::AutoScaling::AutoScalingGroup": {
			effect: "it starts new instances in the new subnet and keeps running instances in the old one, unless an UpdatePolicy replaces them: " +
				"they prevent the deletion of the subnet",
		},
		"AWS::DAX::SubnetGroup":              cacheGroup,
		"AWS::DMS::ReplicationSubnetGroup":   clusterGroup,
		"AWS::DirectoryService::MicrosoftAD": withData,
		"AWS::DirectoryService::SimpleAD":    withData,
		"AWS::DocDB::DBSubnetGroup":          databaseGroup,
		"AWS::EC2::ClientVpnTargetNetworkAssociation": {effect: "it is replaced: clients lose their connections, and AWS accepts only one " +
			"association in " +
			"each zone"},
		"AWS::EC2::Instance":                withData,
		"AWS::EC2::InstanceConnectEndpoint": replacedToo,
		"AWS::EC2::NatGateway":              {effect: "it is replaced, which fails while the former one holds its elastic IP address"},
		"AWS::EC2::NetworkInterface":        replacedToo,
		"AWS::EC2::TransitGatewayAttachment": {inOtherZone: &movesInPlace, cannotMove: true,
			effect: "it accepts one subnet in each zone, and the new one is added before the former one is removed: AWS answers " +
				"DuplicateSubnetsInSameZone"},
		"AWS::EC2::TransitGatewayVpcAttachment": {cannotMove: true, effect: "it is replaced, and AWS accepts no second attachment of the VPC " +
			"(DuplicateTransitGatewayAttachment)"},
		"AWS::EC2::VerifiedAccessEndpoint": movesInPlace,
		"AWS::ECS::Service":                {effect: "it starts new tasks in the new subnet before it stops the former ones"},
		"AWS::EFS::MountTarget": {inOtherZone: &replacedToo, cannotMove: true,
			effect: "it is replaced, and AWS accepts no second mount target in a zone (MountTargetConflict)"},
		"AWS::EKS::Cluster":                 {effect: "it changes its subnets in place, if the new ones are in the same zones"},
		"AWS::EKS::Nodegroup":               {effect: "it is replaced: pods move to the nodes of the new one"},
		"AWS::ElastiCache::ServerlessCache": withData,
		"AWS::ElastiCache::SubnetGroup":     cacheGroup,
		"AWS::FSx::FileSystem":              withData,
		"AWS::Lambda::Function": {effect: "it moves in place, but AWS deletes its former interfaces up to 40 minutes later: until then the " +
			"subnet " +
			"cannot be deleted, and the clean-up may fail"},
		"AWS::MSK::Cluster":           {cannotMove: true, effect: "AWS cannot change the subnets of a cluster, and rejects the update"},
		"AWS::MemoryDB::SubnetGroup":  cacheGroup,
		"AWS::Neptune::DBSubnetGroup": databaseGroup,
		"AWS::NetworkFirewall::Firewall": {inOtherZone: &movesInPlace, cannotMove: true,
			effect: "it has one endpoint of its own in a zone: the former endpoint is deleted before the new one exists, and routes lead nowhere " +
				"meanwhile"},
		"AWS::NetworkFirewall::VpcEndpointAssociation": {effect: "it is replaced: routes lead to another endpoint"},
		"AWS::OpenSearchService::Domain":               {effect: "it moves by a blue/green deployment, which takes long"},
		"AWS::RDS::DBSubnetGroup":                      databaseGroup,
		"AWS::Redshift::ClusterSubnetGroup":            clusterGroup,
	}
})

var (
	networkBalancer = occupancy{
		inOtherZone: &movesInPlace, cannotMove: true,
		effect: "it accepts one subnet in each zone and cannot exchange one in a single update: AWS answers InvalidConfigurationRequest",
	}
	gatewayEndpoint = occupancy{cannotMove: true, effect: "an endpoint of a Gateway Load Balancer cannot change its subnet"}
)

// occupancyOf returns what happens to r. It returns false if r has no network interfaces in subnets.
func occupancyOf(r *cfn.Resource) (occupancy, bool) {
	if t, ok := occupancies()[r.Type]; ok {
		return t, true
	}
	switch kind := r.Get("Type").Text; {
	case r.Type == "AWS::ElasticLoadBalancingV2::LoadBalancer" && (kind == "network" || kind == "gateway"):
		return networkBalancer, true
	case r.Type == "AWS::EC2::VPCEndpoint" && r.Get("VpcEndpointType").Text == "GatewayLoadBalancer":
		return gatewayEndpoint, true
	case r.Type == "AWS::EC2::VPCEndpoint", r.Type == "AWS::ElasticLoadBalancingV2::LoadBalancer":
		return movesInPlace, true
	}
	_, ok := catalog.InterfacesOf(r.Type)
	return occupancy{effect: "it must leave the subnet"}, ok
}

// occupants returns, for each subnet of the state before, the resources in it, in template order.
func (u *update) occupants() map[*cfn.Resource][]*cfn.Resource {
	in, used := map[*cfn.Resource][]*cfn.Resource{}, u.usedResources()
	for b := range resources(u.before) {
		if _, ok := occupancyOf(b); !ok {
			continue
		}
		if places, _ := catalog.InterfacesOf(b.Type); places.Holder && !used[b] {
			continue // No resource that stays uses this group of subnets.
		}
		for ref := range b.References() {
			if s := ref.Resource; ref.Kind == cfn.Reference && s.Type == subnetType && slices.Contains(identities, ref.Text) && !endsWith(in[s], b) {
				in[s] = append(in[s], b)
			}
		}
	}
	return in
}

// usedResources returns the resources of the state before that are referred to by a resource that stays.
func (u *update) usedResources() map[*cfn.Resource]bool {
	out := map[*cfn.Resource]bool{}
	for b := range resources(u.before) {
		if u.next[b] == nil {
			continue
		}
		for ref := range b.References() {
			if ref.Kind == cfn.Reference && ref.Resource != b {
				out[ref.Resource] = true
			}
		}
	}
	return out
}

const subnetType = "AWS::EC2::Subnet"

// exchangeText describes what happens to the resources in a subnet that is replaced, and returns the ids of those that
// cannot move.
func (u *update) exchangeText(was, is *cfn.Resource, in []*cfn.Resource) (text string, immovable []string) {
	sameZone := plainText(was.Get("AvailabilityZone")) == plainText(is.Get("AvailabilityZone"))
	var lines []string
	for _, b := range in {
		t, _ := occupancyOf(b)
		if u.next[b] == nil {
			continue // It is deleted before the subnet.
		}
		if t.inOtherZone != nil && !sameZone {
			t = *t.inOtherZone
		}
		if t.cannotMove {
			immovable = append(immovable, b.ID)
		}
		lines = append(lines, b.ID+" ("+b.Type+") is in it: "+t.effect)
	}
	return strings.Join(lines, "\n"), immovable
}

// subnetLoss returns the loss for a subnet that is replaced.
func (u *update) subnetLoss(r *cfn.Resource, l loss, in []*cfn.Resource) loss {
	text, immovable := u.exchangeText(u.former[r], r, in)
	if text != "" {
		l.detail = text + "\nAWS refuses to delete a subnet in use (DependencyViolation), so the clean-up does not delete it"
	}
	if len(immovable) > 0 {
		l.fix = "deploy twice: first add a second subnet with the change and its own block, move everything to it that can move, and " +
			"create in it what cannot move (" +
			strings.Join(immovable, ", ") + ", with its data), then remove this one with what is left in it"
	}
	return l
}

// networkLoss returns the loss for a VPC that is replaced with all its subnets.
func (u *update) networkLoss(r *cfn.Resource, l loss, occupants map[*cfn.Resource][]*cfn.Resource) loss {
	var all []string
	for s := range resources(u.after) {
		was := u.former[s]
		if s.Type != subnetType || was == nil || was.Get("VpcId").Resource != u.former[r] {
			continue
		}
		_, immovable := u.exchangeText(was, s, occupants[was])
		all = append(all, immovable...)
	}
	slices.Sort(all)
	if all = slices.Compact(all); len(all) > 0 {
		l.detail += "; " + strings.Join(all, ", ") + " cannot move"
	}
	return l
}

// findSubnetsInUse finds subnets that are removed while a resource stays in them.
func (u *update) findSubnetsInUse(occupants map[*cfn.Resource][]*cfn.Resource) {
	for s := range resources(u.before) {
		if s.Type != subnetType || u.next[s] != nil || strings.HasPrefix(s.DeletionPolicy, "Retain") {
			continue
		}
		for _, b := range occupants[s] {
			t, _ := occupancyOf(b)
			next := u.next[b]
			if next == nil || u.created[next] || !t.blocksRemoval {
				continue
			}
			u.report("subnet-in-use", next, diag.Diagnostic{
				Subject: next.String() + ":" + s.ID,
				Summary: next.ID + " uses the subnet " + s.ID + ", which is removed, but its interfaces there remain",
				Detail:  t.effect,
				Fix:     "keep the subnet until nothing of " + next.ID + " is in it: create in other subnets, with its data, what is there",
			}, s)
		}
	}
}

func endsWith(list []*cfn.Resource, r *cfn.Resource) bool {
	return len(list) > 0 && list[len(list)-1] == r
}
