package upgrade

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
)

// BenchmarkCheck checks updates in which the description of every rule changes, for n groups with ten rules each.
func BenchmarkCheck(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("groups=%d", n), func(b *testing.B) {
			before, after := described(b, n, "old"), described(b, n, "new")
			b.ReportAllocs()
			for b.Loop() {
				require.Len(b, Check(before, after), n)
			}
		})
	}
}

func described(b *testing.B, n int, description string) *cfn.Assembly {
	var text strings.Builder
	text.WriteString("Resources:\n")
	for i := range n {
		fmt.Fprintf(&text, "  Group%d: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: vpc-1, GroupDescription: g, SecurityGroupIngress: [",
			i)
		for j := range 10 {
			fmt.Fprintf(&text, "{IpProtocol: tcp, FromPort: %d, ToPort: %d, CidrIp: 10.0.0.0/8, Description: %s}, ", 8000+j, 8000+j, description)
		}
		text.WriteString("]}}\n")
	}
	return read(b, text.String())
}
