package tiers_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/bench/rounds"
	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/tiers"
)

// The benchmarks below add the same network ACLs to a network in two ways.
var aclPeers = []struct {
	name  string
	props tiers.NetworkACLs
	add   func(*tiers.Network, []*tiers.WebTier)
}{
	{"off", tiers.NetworkACLsOff, func(*tiers.Network, []*tiers.WebTier) {}},
	{"tierwall", tiers.NetworkACLsOn, func(*tiers.Network, []*tiers.WebTier) {}},
	{"L1", tiers.NetworkACLsOff, addL1ACLs},
}

const targets = 3 // of each tier

// buildNetwork makes a network of n tiers. Each tier connects to the next ones.
func buildNetwork(stack awscdk.Stack, acls tiers.NetworkACLs, n int) (*tiers.Network, []*tiers.WebTier) {
	network := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
		CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"}, NetworkACLs: acls,
	})
	all := make([]*tiers.WebTier, n)
	for i := range n {
		all[i] = tiers.NewWebTier(network, fmt.Sprintf("Tier%02d", i), &tiers.TierProps{Block: i + 1})
	}
	for i := range n {
		for k := range targets {
			all[i].AllowTo(all[(i+1+k)%n], tiers.TCP(800+2*k))
		}
	}
	return network, all
}

// addL1ACLs makes, with L1 constructs, the network ACLs that tierwall makes.
func addL1ACLs(network *tiers.Network, all []*tiers.WebTier) {
	scope := constructs.NewConstruct(network, new("ACLs"))
	nag := map[string]any{"rules_to_suppress": []any{map[string]any{"id": "AwsSolutions-VPC3", "reason": "written by hand"}}}
	for i, t := range all {
		acl := awsec2.NewCfnNetworkAcl(scope, new(t.ID()), &awsec2.CfnNetworkAclProps{
			VpcId: network.Vpc().VpcId(), Tags: &[]*awscdk.CfnTag{{Key: new("Name"), Value: new(t.ID())}, {Key: new("Tier"), Value: new(t.ID())}},
		})
		acl.AddMetadata(new("cdk_nag"), nag)
		number := 0
		entry := func(egress bool, block, from, to int) {
			number++
			props := &awsec2.CfnNetworkAclEntryProps{
				NetworkAclId: acl.AttrId(), RuleNumber: new(float64(number)), RuleAction: new("allow"), Egress: egress,
			}
			if block < 0 {
				props.Protocol, props.CidrBlock = new(1.0), new("0.0.0.0/0")
				props.Icmp = &awsec2.CfnNetworkAclEntry_IcmpProperty{Type: new(3.0), Code: new(4.0)}
			} else {
				props.Protocol, props.CidrBlock = new(6.0), new(fmt.Sprintf("10.0.%d.0/20", 16*(block+1)))
				props.PortRange = &awsec2.CfnNetworkAclEntry_PortRangeProperty{From: new(float64(from)), To: new(float64(to))}
			}
			awsec2.NewCfnNetworkAclEntry(acl, new(fmt.Sprintf("Entry%d", number)), props).AddMetadata(new("cdk_nag"), nag)
		}
		for _, egress := range []bool{false, true} {
			for k := range targets {
				called, caller := (i+1+k)%len(all), (i-1-k+len(all))%len(all)
				if egress {
					called, caller = caller, called
				}
				entry(egress, caller, 800+2*k, 800+2*k)
				entry(egress, called, 1024, 65535)
			}
			entry(egress, -1, 0, 0)
		}
		for j, subnet := range *t.Subnets().Subnets {
			awsec2.NewCfnSubnetNetworkAclAssociation(scope, new(fmt.Sprint(t.ID(), j)), &awsec2.CfnSubnetNetworkAclAssociationProps{
				NetworkAclId: acl.AttrId(), SubnetId: subnet.SubnetId(),
			}).Node().AddDependency(acl)
		}
	}
}

func synthACLs(t testing.TB, i, n int) awscdk.Stack {
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: new(t.TempDir()), AnalyticsReporting: new(false)})
	stack := cdktest.StackIn(app, "Bench")
	peer := aclPeers[i]
	peer.add(buildNetwork(stack, peer.props, n))
	if _, err := cdktest.Synth(stack); err != nil {
		t.Fatal(err)
	}
	return stack
}

// BenchmarkNetworkACLs synthesizes whole apps. The cost of the network ACLs is the difference to "off".
func BenchmarkNetworkACLs(b *testing.B) {
	const n = 12
	way := func(i int) func() { return func() { synthACLs(b, i, n) } }
	rounds.Compare(b, way(0), way(1), rounds.Peer{Name: aclPeers[2].name, Do: way(2)})
}

func TestACLBenchmarkPeersAreAlike(t *testing.T) {
	counts := map[string]map[string]int{}
	for i, peer := range aclPeers {
		counts[peer.name] = map[string]int{}
		for _, r := range cdktest.Resources(t, synthACLs(t, i, 8)) {
			counts[peer.name][r]++
		}
	}
	if fmt.Sprint(counts["tierwall"]) != fmt.Sprint(counts["L1"]) {
		t.Errorf("tierwall %v, L1 %v", counts["tierwall"], counts["L1"])
	}
	if got, want := counts["tierwall"]["AWS::EC2::NetworkAclEntry"], 8*2*(2*targets+1); got != want {
		t.Errorf("got %d entries, want %d", got, want)
	}
}
