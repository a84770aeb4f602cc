package upgrade

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// occupancy is what becomes of a resource when a subnet that it stands in is exchanged for another one.
type occupancy struct {
	effect string
	// cannotMove says that it does not leave the subnet: it must be made anew elsewhere.
	cannotMove bool
	// inOtherZone is what becomes of it instead if the other subnet is in another zone; nil is no difference.
	inOtherZone *occupancy
	// blocksRemoval says that the subnet cannot go either when nothing takes its place.
	blocksRemoval bool
}

var (
	databaseGroup = occupancy{
		cannotMove: true, blocksRemoval: true,
		effect: "AWS takes a subnet out of it only while no instance stands there, and answers \"Some " +
			"of the subnets to be deleted are currently in use\"; an instance does not move within a VPC",
	}
	cacheGroup = occupancy{cannotMove: true, blocksRemoval: true, effect: "AWS takes a subnet out of it only while no node stands there, and answers " +
		"SubnetInUse; a node does not move"}
	clusterGroup = occupancy{cannotMove: true, blocksRemoval: true, effect: "AWS takes a subnet out of it only while no node stands there, and answers " +
		"SubnetAlreadyInUse; a node does not move"}
	withData     = occupancy{cannotMove: true, effect: "it is replaced by an empty one, and its data is lost"}
	replacedToo  = occupancy{effect: "it is replaced: the other one has another id and other addresses"}
	movesInPlace = occupancy{effect: "it moves in place, and its addresses there change"}
)

// occupancies are types whose resources stand in subnets. Of others that do, as the catalog says, only that is said.
var occupancies = map[string]occupancy{
	"AWS::AmazonMQ::Broker": withData,
	"AWS::AutoScaling::AutoScalingGroup": {
		effect: "it starts new instances in the other subnet and leaves those that run where they are, unless an UpdatePolicy replaces them: " +
			"they keep the subnet from being deleted",
	},
	"AWS::DAX::SubnetGroup":              cacheGroup,
	"AWS::DMS::ReplicationSubnetGroup":   clusterGroup,
	"AWS::DirectoryService::MicrosoftAD": withData,
	"AWS::DirectoryService::SimpleAD":    withData,
	"AWS::DocDB::DBSubnetGroup":          databaseGroup,
	"AWS::EC2::ClientVpnTargetNetworkAssociation": {effect: "it is replaced: clients lose their connections, and AWS takes one association in " +
		"each zone only"},
	"AWS::EC2::Instance":                withData,
	"AWS::EC2::InstanceConnectEndpoint": replacedToo,
	"AWS::EC2::NatGateway":              {effect: "it is replaced, which fails while the former one holds its elastic IP address"},
	"AWS::EC2::NetworkInterface":        replacedToo,
	"AWS::EC2::TransitGatewayAttachment": {inOtherZone: &movesInPlace, cannotMove: true,
		effect: "it takes one subnet in each zone, and the other one is added before the former is taken away: AWS answers " +
			"DuplicateSubnetsInSameZone"},
	"AWS::EC2::TransitGatewayVpcAttachment": {cannotMove: true, effect: "it is replaced, and AWS takes no second attachment of a VPC beside it " +
		"(DuplicateTransitGatewayAttachment)"},
	"AWS::ECS::Service": {effect: "it starts new tasks in the other subnet before it stops the former ones"},
	"AWS::EFS::MountTarget": {inOtherZone: &replacedToo, cannotMove: true,
		effect: "it is replaced, and AWS takes no second one in a zone beside it (MountTargetConflict)"},
	"AWS::EKS::Cluster":                 {effect: "it takes other subnets in place, if they are in the same zones"},
	"AWS::EKS::Nodegroup":               {effect: "it is replaced: pods move to the nodes of the other one"},
	"AWS::ElastiCache::ServerlessCache": withData,
	"AWS::ElastiCache::SubnetGroup":     cacheGroup,
	"AWS::FSx::FileSystem":              withData,
	"AWS::Lambda::Function": {effect: "it moves in place, but AWS deletes its former interfaces up to 40 minutes later: until then the subnet " +
		"cannot be deleted, and the clean-up may give up"},
	"AWS::MSK::Cluster":           {cannotMove: true, effect: "AWS never changes the subnets of a cluster, and refuses the update"},
	"AWS::MemoryDB::SubnetGroup":  cacheGroup,
	"AWS::Neptune::DBSubnetGroup": databaseGroup,
	"AWS::NetworkFirewall::Firewall": {inOtherZone: &movesInPlace, cannotMove: true,
		effect: "it has one endpoint of its own in a zone: the former goes before the new one is there, and routes lead to nothing meanwhile"},
	"AWS::NetworkFirewall::VpcEndpointAssociation": {effect: "it is replaced: routes lead to another endpoint"},
	"AWS::OpenSearchService::Domain":               {effect: "it moves by a deployment of its own, which takes long"},
	"AWS::RDS::DBSubnetGroup":                      databaseGroup,
	"AWS::Redshift::ClusterSubnetGroup":            clusterGroup,
}

var (
	networkBalancer = occupancy{
		inOtherZone: &movesInPlace, cannotMove: true,
		effect: "it takes one subnet in each zone and gives none up for another one in the same update: AWS answers InvalidConfigurationRequest",
	}
	gatewayEndpoint = occupancy{cannotMove: true, effect: "an endpoint of a Gateway Load Balancer never changes its subnet"}
)

// occupancyOf says what becomes of r; false if it does not stand in subnets.
func occupancyOf(r *cfn.Resource) (occupancy, bool) {
	if t, ok := occupancies[r.Type]; ok {
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

// occupants returns the resources of before that stand in subnets, by subnet, in the order of templates.
func (u *update) occupants() map[*cfn.Resource][]*cfn.Resource {
	in, used := map[*cfn.Resource][]*cfn.Resource{}, u.usedResources()
	for b := range resources(u.before) {
		if _, ok := occupancyOf(b); !ok {
			continue
		}
		if places, _ := catalog.InterfacesOf(b.Type); places.Holder && !used[b] {
			continue // A group of subnets for nothing that is known, or that stays.
		}
		for ref := range b.References() {
			if s := ref.Resource; ref.Kind == cfn.Reference && s.Type == subnetType && slices.Contains(identities, ref.Text) && !endsWith(in[s], b) {
				in[s] = append(in[s], b)
			}
		}
	}
	return in
}

// usedResources are the resources of before that another one refers to which stays.
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

// exchangeText says what becomes of what stands in a subnet, of before, that is replaced by another one: in words, and what is stuck.
func (u *update) exchangeText(was, is *cfn.Resource, in []*cfn.Resource) (text string, stuck []string) {
	sameZone := plainText(was.Get("AvailabilityZone")) == plainText(is.Get("AvailabilityZone"))
	var lines []string
	for _, b := range in {
		t, _ := occupancyOf(b)
		if u.next[b] == nil {
			continue // It goes before the subnet does.
		}
		if t.inOtherZone != nil && !sameZone {
			t = *t.inOtherZone
		}
		if t.cannotMove {
			stuck = append(stuck, b.ID)
		}
		lines = append(lines, b.ID+" ("+b.Type+") stands in it: "+t.effect)
	}
	return strings.Join(lines, "\n"), stuck
}

// subnetLoss is the loss of a subnet that is replaced.
func (u *update) subnetLoss(r *cfn.Resource, l loss, in []*cfn.Resource) loss {
	text, stuck := u.exchangeText(u.former[r], r, in)
	if text != "" {
		l.detail = text + "\nAWS refuses to delete a subnet in use (DependencyViolation): the clean-up then leaves it"
	}
	if len(stuck) > 0 {
		l.fix = "deploy twice: first add a subnet with the change beside it, under a block of its own, move everything over that moves and " +
			"make anew in it what does not (" +
			strings.Join(stuck, ", ") + ", with its data), then remove this one with what is left in it"
	}
	return l
}

// networkLoss is the loss of a VPC that is replaced, with all of its subnets.
func (u *update) networkLoss(r *cfn.Resource, l loss, occupants map[*cfn.Resource][]*cfn.Resource) loss {
	var all []string
	for s := range resources(u.after) {
		was := u.former[s]
		if s.Type != subnetType || was == nil || was.Get("VpcId").Resource != u.former[r] {
			continue
		}
		_, stuck := u.exchangeText(was, s, occupants[was])
		all = append(all, stuck...)
	}
	slices.Sort(all)
	if all = slices.Compact(all); len(all) > 0 {
		l.detail += "; " + strings.Join(all, ", ") + " cannot move"
	}
	return l
}

// findSubnetsInUse finds subnets that go while something stays that does not leave them.
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
				Summary: next.ID + " loses the subnet " + s.ID + ", which goes, and what stands there does not",
				Detail:  t.effect,
				Fix:     "leave the subnet until nothing of " + next.ID + " stands in it: make anew in other subnets, with its data, what does",
			}, s)
		}
	}
}

func endsWith(list []*cfn.Resource, r *cfn.Resource) bool {
	return len(list) > 0 && list[len(list)-1] == r
}
