package reach_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
)

// large returns n groups, each in a subnet of its own, that each accept connections of ten others.
func large(n int) string {
	var out strings.Builder
	out.WriteString("Resources:\n  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/8}}\n")
	for i := range n {
		var rules []string
		for j := range 10 {
			rules = append(rules, fmt.Sprintf("in tcp/%d G%d", 8000+j, (i+1+j*j*7)%n))
		}
		fmt.Fprintf(&out, "  S%d: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.%d.%d.0/24}}\n", i, i/256, i%256)
		out.WriteString(group(fmt.Sprintf("G%d", i), rules...))
		fmt.Fprintf(&out, "  I%d: {Type: AWS::EC2::NetworkInterface, Properties: {SubnetId: !Ref S%d, GroupSet: [!Ref G%d]}}\n", i, i, i)
	}
	return out.String()
}

// BenchmarkBuild builds topologies and computes what all pairs of interfaces exchange. Reading the template is not counted.
func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("groups=%d", n), func(b *testing.B) {
			a, err := cfn.Read("t.yaml", []byte(large(n)), nil)
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				top := reach.Build(a)
				require.NotEmpty(b, carriedPairs(top))
			}
		})
	}
}

// carriedPairs counts the pairs of classes between which something is carried.
func carriedPairs(top *reach.Topology) map[[2]int]bool {
	out := map[[2]int]bool{}
	for _, p := range reach.Pairs(top.Classes) {
		a, b := top.Classes[p[0]], top.Classes[p[1]]
		from, to := top.Representatives(a, b)
		for _, x := range from {
			for _, y := range to {
				if !top.Between(a, x, b, y).Maybe.IsEmpty() {
					out[p] = true
				}
			}
		}
	}
	return out
}

// TestLarge: ten references in each of many groups make ten pairs for each group, and no more.
func TestLarge(t *testing.T) {
	t.Parallel()
	top := buildTemplate(t, large(100))
	want := map[[2]string]bool{}
	for i := range 100 {
		for j := range 10 {
			want[[2]string{fmt.Sprintf("t/I%d", (i+1+j*j*7)%100), fmt.Sprintf("t/I%d", i)}] = true
		}
	}
	got := map[[2]string]bool{}
	for p := range carriedPairs(top) {
		got[[2]string{top.Classes[p[0]].Name, top.Classes[p[1]].Name}] = true
	}
	require.Equal(t, want, got)
}
