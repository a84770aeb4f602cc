package document

import (
	"fmt"
	"strings"
	"testing"
)

// large returns a file with many tiers.
func large(tiers int) []byte {
	var b strings.Builder
	b.WriteString("version: 1\nname: Large\nnetwork: {cidr: 10.0.0.0/16, zones: [eu-west-1a, eu-west-1b], blocks: 64}\n" +
		"environments: {Staging: {region: eu-west-1}, Production: {region: eu-west-1}}\ntiers:\n")
	for i := range tiers {
		fmt.Fprintf(&b, "  Tier%d: {kind: app, sharesWith: Tier0}\n", i)
	}
	b.WriteString("flows:\n")
	for i := range 4 * tiers {
		fmt.Fprintf(&b, "  Tier%d -> Tier%d tcp/%d: {because: calls number %d, owner: team}\n", i%tiers, (i*7+1)%tiers, 1024+i, i)
	}
	return []byte(b.String())
}

func BenchmarkParse(b *testing.B) {
	for _, tiers := range []int{20, 1000} {
		data := large(tiers)
		b.Run(fmt.Sprint(tiers), func(b *testing.B) {
			for b.Loop() {
				if d, problems := Parse("large.yaml", data); d == nil {
					b.Fatal(problems.Error())
				}
			}
		})
	}
}
