package suricata

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCheckVariables(t *testing.T) {
	t.Parallel()
	rules := func(g Group) []string {
		var out []string
		for _, p := range Check(g) {
			out = append(out, p.Rule)
		}
		return out
	}
	ip := func(values ...string) Group { return Group{IPSets: map[string][]string{"X": values}} }
	assert.Empty(t, rules(ip("10.0.0.0/8", "!10.1.0.0/16")))
	assert.Empty(t, rules(ip("${Token[Cidr.1]}", "10.0.0.0/8")))
	assert.Equal(t, []string{"mixed-families"}, rules(ip("10.0.0.0/8", "2001:db8::/32")))
	assert.Equal(t, []string{"cidr"}, rules(ip("10.0.0.1/8")))
	assert.Equal(t, []string{"variable-empty"}, rules(ip()))
	assert.Equal(t, []string{"external-net"}, rules(Group{IPSets: map[string][]string{"HOME_NET": {"10.0.0.0/8"}}}))
	assert.Equal(t, []string{"variable-name"}, rules(Group{IPSets: map[string][]string{"a b": {"10.0.0.0/8"}}}))
	assert.Equal(t, []string{"port"}, rules(Group{PortSets: map[string][]string{"X": {"http"}}}))
	second := strings.Replace(good, "sid:1", "sid:2", 1)
	lines := []Line{{Number: 1, Rule: must(Parse(good))}, {Number: 2, Rule: must(Parse(second))}}
	assert.Equal(t, []string{"capacity"}, rules(Group{Capacity: 1, Lines: lines}))
}
