package proof

import (
	"encoding/json"
	"flag"
	"fmt"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/parallel"
	"github.com/tierwall/tierwall/internal/reach"
)

// large returns an architecture of n tiers with ten flows each; one flow in fifty is to the internet. It is in a wrapped VPC, because an
// address plan has no room for so many tiers.
func large(n int) arch.Architecture {
	a := arch.Architecture{Network: arch.Network{Path: "Large/Network", Wrapped: true, RulesPerGroup: 1000}}
	for i := range n {
		a.Tiers = append(a.Tiers, arch.Tier{ID: fmt.Sprintf("Tier%04d", i), Kind: arch.App})
	}
	for i := range n {
		for j := range 10 {
			f := arch.Flow{From: arch.TierPeer(arch.App, a.Tiers[i].ID), Service: fmt.Sprintf("tcp/%d", 8000+j)}
			f.To = arch.TierPeer(arch.App, a.Tiers[(i+1+j*j*7)%n].ID)
			if (i*10+j)%50 == 0 {
				f.To, f.Service = arch.Peer{Kind: arch.Internet}, "https"
			}
			a.Flows = append(a.Flows, f)
		}
	}
	return a
}

// render writes an architecture as a template. Each tier has three subnets and a group with inline ingress rules; egress rules are
// resources.
func render(t testing.TB, a arch.Architecture) ([]byte, Network) {
	t.Helper()
	resources := map[string]any{}
	put := func(id, kind string, properties map[string]any) any {
		resources[id] = map[string]any{"Type": "AWS::EC2::" + kind, "Properties": properties}
		return map[string]any{"Ref": id}
	}
	declared := Network{Architecture: a, Tiers: map[string]Tier{}}
	value := func(v any) Value {
		text, err := json.Marshal(v)
		require.NoError(t, err)
		return Value{"Large.template.json", text}
	}
	vpc := put("Vpc", "VPC", map[string]any{"CidrBlock": "10.0.0.0/8"})
	declared.Vpc = value(vpc)
	gateway := put("Gateway", "InternetGateway", map[string]any{})
	put("Attachment", "VPCGatewayAttachment", map[string]any{"VpcId": vpc, "InternetGatewayId": gateway})
	ingress, egress := map[string][]any{}, map[string][]any{}
	for i, f := range a.Flows {
		ports, err := arch.ParseService(f.Service)
		require.NoError(t, err)
		rule := func(property string, peer arch.Peer) map[string]any {
			out := map[string]any{
				"IpProtocol": string(ports[0].Protocol), "FromPort": ports[0].From, "ToPort": ports[0].To, "Description": "a reason of a usual length",
			}
			if peer.Kind.IsTier() {
				out[property] = map[string]any{"Fn::GetAtt": []string{peer.Text, "GroupId"}}
			} else {
				out["CidrIp"] = "0.0.0.0/0"
			}
			return out
		}
		if !f.To.Kind.IsTier() {
			egress[f.From.Text] = append(egress[f.From.Text], rule("", f.To))
			continue
		}
		ingress[f.To.Text] = append(ingress[f.To.Text], rule("SourceSecurityGroupId", f.From))
		standalone := rule("DestinationSecurityGroupId", f.To)
		standalone["GroupId"] = map[string]any{"Fn::GetAtt": []string{f.From.Text, "GroupId"}}
		put(fmt.Sprintf("Rule%d", i), "SecurityGroupEgress", standalone)
	}
	for i, tier := range a.Tiers {
		var subnets []Value
		for zone := range 3 {
			id := fmt.Sprintf("Subnet%dx%d", i, zone)
			subnet := put(id, "Subnet", map[string]any{
				"VpcId": vpc, "CidrBlock": fmt.Sprintf("10.%d.%d.%d/26", i/256, i%256, 64*zone), "AvailabilityZone": fmt.Sprint(zone),
			})
			table := put(id+"Table", "RouteTable", map[string]any{"VpcId": vpc})
			put(id+"Route", "Route", map[string]any{"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway})
			put(id+"Association", "SubnetRouteTableAssociation", map[string]any{"SubnetId": subnet, "RouteTableId": table})
			subnets = append(subnets, value(subnet))
		}
		noop := map[string]any{"IpProtocol": "icmp", "FromPort": 252, "ToPort": 86, "CidrIp": "255.255.255.255/32"}
		put(tier.ID, "SecurityGroup", map[string]any{
			"VpcId": vpc, "GroupDescription": tier.ID,
			"SecurityGroupIngress": ingress[tier.ID], "SecurityGroupEgress": append(egress[tier.ID], noop),
		})
		declared.Tiers[tier.ID] = Tier{Group: value(map[string]any{"Ref": tier.ID}), Subnets: subnets}
	}
	data, err := json.Marshal(map[string]any{"Resources": resources})
	require.NoError(t, err)
	return data, declared
}

// sized makes the template and the declaration of an architecture of n tiers.
func sized(t testing.TB, n int) ([]byte, *Declaration) {
	t.Helper()
	data, declared := render(t, large(n))
	return data, &Declaration{Networks: []Network{declared}}
}

func TestLargeIsExact(t *testing.T) {
	t.Parallel()
	data, declared := sized(t, 60)
	a, err := cfn.Read("Large.template.json", data, nil)
	require.NoError(t, err)
	r, err := Prove(a, declared)
	require.NoError(t, err)
	require.Empty(t, r.Diagnostics().String())
	require.Greater(t, len(r.Pairs), 500)
}

var manyTiers = flag.Bool("manytiers", false, "run the benchmarks with 10,000 tiers, too: they take a minute and 2 GB")

// sizes are numbers of tiers. The template of 10,000 tiers has 62 MB; no stack holds a sixtieth of it.
func sizes() []int {
	if *manyTiers {
		return []int{10, 100, 1000, 10_000}
	}
	return []int{10, 100, 1000}
}

// watchHeap returns a function that reports the largest heap since the call. It includes what was not collected yet.
func watchHeap(b *testing.B) (report func()) {
	runtime.GC()
	done, largest := make(chan struct{}), make(chan uint64)
	go func() {
		most := uint64(0)
		for {
			heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
			metrics.Read(heap)
			most = max(most, heap[0].Value.Uint64())
			select {
			case <-done:
				largest <- most
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	return func() {
		close(done)
		b.ReportMetric(float64(<-largest)/1e6, "MB-heap")
	}
}

// BenchmarkProof reads and proves templates of tiers with ten flows each.
func BenchmarkProof(b *testing.B) {
	for _, n := range sizes() {
		b.Run(fmt.Sprintf("tiers=%d", n), func(b *testing.B) {
			data, declared := sized(b, n)
			b.ReportAllocs()
			report := watchHeap(b)
			for b.Loop() {
				a, err := cfn.Read("Large.template.json", data, nil)
				require.NoError(b, err)
				r, err := Prove(a, declared)
				require.NoError(b, err)
				require.True(b, r.Exact())
			}
			report()
			b.ReportMetric(float64(len(data)), "template-B")
		})
	}
}

// BenchmarkDiff reads and compares two templates that differ in one rule.
func BenchmarkDiff(b *testing.B) {
	for _, n := range sizes() {
		b.Run(fmt.Sprintf("tiers=%d", n), func(b *testing.B) {
			data, _ := sized(b, n)
			b.ReportAllocs()
			report := watchHeap(b)
			for b.Loop() {
				var sides [2]*reach.Topology
				parallel.Do(2, func(i int) {
					a, err := cfn.Read("Large.template.json", data, nil)
					assert.NoError(b, err)
					sides[i] = reach.Build(a)
				})
				require.Empty(b, reach.Diff(sides[0], sides[1]))
			}
			report()
		})
	}
}

// BenchmarkShow reads a template and computes its matrix of traffic.
func BenchmarkShow(b *testing.B) {
	for _, n := range sizes() {
		b.Run(fmt.Sprintf("tiers=%d", n), func(b *testing.B) {
			data, _ := sized(b, n)
			b.ReportAllocs()
			report := watchHeap(b)
			for b.Loop() {
				a, err := cfn.Read("Large.template.json", data, nil)
				require.NoError(b, err)
				require.NotEmpty(b, reach.Build(a).Matrix().Rows)
			}
			report()
		})
	}
}
