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

// The benchmarks below make the same security groups and rules in three ways: n tiers in one VPC, with flows from each tier to the next
// ten. An empty app with only the VPC is the base cost.
var peers = []struct {
	name  string
	build builder
}{
	{"empty", func(awscdk.Stack, awsec2.IVpc, *awsec2.SubnetSelection, int) {}},
	{"tierwall", buildTierwall},
	{"L1", buildL1},
	{"L2", buildL2},
}

// builder adds n tiers with their flows to a stack.
type builder func(stack awscdk.Stack, vpc awsec2.IVpc, subnets *awsec2.SubnetSelection, n int)

const flowsPerTier = 10

// eachFlow calls f for every flow of a network of n tiers: from, to, port.
func eachFlow(n int, f func(from, to, port int)) {
	for from := range n {
		for k := range flowsPerTier {
			to := (from + 1 + k%(n-1)) % n
			f(from, to, 8000+2*k)
		}
	}
}

func reason(from, to int) string { return fmt.Sprintf("tier %d calls tier %d", from, to) }

func buildTierwall(stack awscdk.Stack, vpc awsec2.IVpc, subnets *awsec2.SubnetSelection, n int) {
	network := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{Vpc: vpc})
	all := make([]*tiers.WebTier, n)
	for i := range n {
		all[i] = tiers.NewWebTier(network, fmt.Sprintf("Tier%03d", i), &tiers.TierProps{VpcSubnets: subnets})
	}
	eachFlow(n, func(from, to, port int) {
		all[from].AllowTo(all[to], tiers.TCP(port), tiers.Because(reason(from, to)))
	})
}

// buildL1 makes, with L1 constructs, exactly the resources that tierwall emits, including tags.
func buildL1(stack awscdk.Stack, vpc awsec2.IVpc, _ *awsec2.SubnetSelection, n int) {
	network := constructs.NewConstruct(stack, new("Network"))
	scopes := make([]constructs.Construct, n)
	groups := make([]awsec2.CfnSecurityGroup, n)
	ids := make([]*string, n)
	ingress, egress := make([][]any, n), make([][]any, n)
	for i := range n {
		id := fmt.Sprintf("Tier%03d", i)
		scopes[i] = constructs.NewConstruct(network, &id)
		groups[i] = awsec2.NewCfnSecurityGroup(scopes[i], new("SecurityGroup"), &awsec2.CfnSecurityGroupProps{
			GroupDescription: new("Security group of tier " + id), VpcId: vpc.VpcId(), Tags: &[]*awscdk.CfnTag{{Key: new("Tier"), Value: &id}},
		})
		ids[i] = groups[i].AttrGroupId()
		egress[i] = []any{&awsec2.CfnSecurityGroup_EgressProperty{
			IpProtocol: new("icmp"), FromPort: new(252.0), ToPort: new(86.0), CidrIp: new("255.255.255.255/32"), Description: new("No traffic"),
		}}
	}
	eachFlow(n, func(from, to, port int) {
		tcp, number, why := new("tcp"), new(float64(port)), new(reason(from, to))
		if from < to {
			ingress[to] = append(ingress[to], &awsec2.CfnSecurityGroup_IngressProperty{
				IpProtocol: tcp, FromPort: number, ToPort: number, SourceSecurityGroupId: ids[from], Description: why,
			})
			awsec2.NewCfnSecurityGroupEgress(scopes[to], new(fmt.Sprintf("%d-Egress-%d", from, port)), &awsec2.CfnSecurityGroupEgressProps{
				GroupId: ids[from], IpProtocol: tcp, FromPort: number, ToPort: number, DestinationSecurityGroupId: ids[to], Description: why,
			})
			return
		}
		egress[from] = append(egress[from], &awsec2.CfnSecurityGroup_EgressProperty{
			IpProtocol: tcp, FromPort: number, ToPort: number, DestinationSecurityGroupId: ids[to], Description: why,
		})
		awsec2.NewCfnSecurityGroupIngress(scopes[from], new(fmt.Sprintf("%d-Ingress-%d", to, port)), &awsec2.CfnSecurityGroupIngressProps{
			GroupId: ids[to], IpProtocol: tcp, FromPort: number, ToPort: number, SourceSecurityGroupId: ids[from], Description: why,
		})
	})
	for i := range n {
		if len(ingress[i]) > 0 {
			groups[i].SetSecurityGroupIngress(&ingress[i])
		}
		groups[i].SetSecurityGroupEgress(&egress[i])
	}
}

// buildL2 makes the groups and rules as people do with the L2 constructs of the CDK library.
func buildL2(stack awscdk.Stack, vpc awsec2.IVpc, _ *awsec2.SubnetSelection, n int) {
	groups := make([]awsec2.SecurityGroup, n)
	for i := range n {
		props := &awsec2.SecurityGroupProps{Vpc: vpc, AllowAllOutbound: new(false)}
		groups[i] = awsec2.NewSecurityGroup(stack, new(fmt.Sprintf("Tier%03d", i)), props)
	}
	eachFlow(n, func(from, to, port int) {
		groups[from].Connections().AllowTo(groups[to], awsec2.Port_Tcp(new(float64(port))), new(reason(from, to)))
	})
}

// BenchmarkSynth makes and synthesizes whole apps. To turn on CDK's own validation of templates, which is on by default outside of tests,
// set the environment variable CDK_VALIDATION=true.
func BenchmarkSynth(b *testing.B) {
	for _, n := range []int{40, 20, 3} { // The largest first, because Node compiles what is hot while it runs.
		b.Run(fmt.Sprintf("tiers=%d", n), func(b *testing.B) {
			way := func(build builder) func() { return func() { synth(b, build, n) } }
			rounds.Compare(b, way(peers[0].build), way(buildTierwall),
				rounds.Peer{Name: "L1", Do: way(buildL1)}, rounds.Peer{Name: "L2", Do: way(buildL2)})
		})
	}
}

// synth makes one app and synthesizes it.
func synth(t testing.TB, build builder, n int) awscdk.Stack {
	app := awscdk.NewApp(&awscdk.AppProps{
		Outdir: new(t.TempDir()), AnalyticsReporting: new(false),
		Context: &map[string]any{"@aws-cdk/core:stackResourceLimit": 0}, // L2 needs more than 500 for 40 tiers.
	})
	stack := cdktest.StackIn(app, "Bench")
	vpc := awsec2.Vpc_FromVpcAttributes(stack, new("Vpc"), &awsec2.VpcAttributes{
		VpcId: new("vpc-0123456789abcdef0"), AvailabilityZones: &[]*string{new("eu-west-1a")},
		PrivateSubnetIds: &[]*string{new("subnet-0123456789abcdef0")},
	})
	build(stack, vpc, &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_WITH_EGRESS}, n)
	if _, err := cdktest.Synth(stack); err != nil {
		t.Fatal(err)
	}
	return stack
}

// TestBenchmarkPeersAreAlike: buildL1 makes the same resources as tierwall.
func TestBenchmarkPeersAreAlike(t *testing.T) {
	counts := map[string]map[string]int{}
	for _, peer := range peers {
		stack := synth(t, peer.build, 5)
		counts[peer.name] = map[string]int{}
		for _, r := range cdktest.Resources(t, stack) {
			counts[peer.name][r]++
		}
	}
	if fmt.Sprint(counts["tierwall"]) != fmt.Sprint(counts["L1"]) {
		t.Errorf("tierwall %v, L1 %v", counts["tierwall"], counts["L1"])
	}
	l2 := counts["L2"]
	if got, want := l2["AWS::EC2::SecurityGroupIngress"]+l2["AWS::EC2::SecurityGroupEgress"], 2*5*flowsPerTier; got != want {
		t.Errorf("L2 has %d standalone rules, want %d", got, want)
	}
}
