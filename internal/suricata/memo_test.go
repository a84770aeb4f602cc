package suricata

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestVariablesLengthenRules checks that the length of a rule includes the values of its variables, once for each use, as AWS counts it.
func TestVariablesLengthenRules(t *testing.T) {
	t.Parallel()
	var blocks []string
	for i := range 400 { // 400 of 15 characters, with the commas 6,399.
		blocks = append(blocks, fmt.Sprintf("10.100.%d.1/32", 100+i%100))
	}
	g := Group{IPSets: map[string][]string{"BAD": blocks, "BADS": {"10.0.0.0/8"}}}
	for text, want := range map[string]bool{
		"drop ip $BAD any -> any any (sid:1;)":   false,
		"drop ip $BAD any -> $BADS any (sid:1;)": false,
		"drop ip $BAD any -> $BAD any (sid:1;)":  true,
	} {
		g.Lines = []Line{{Number: 1, Text: text, Rule: must(Parse(text))}}
		found := Check(g)
		if !want {
			assert.Empty(t, found, text)
			continue
		}
		require.Len(t, found, 1, text)
		assert.Equal(t, "rule-length", found[0].Rule)
		assert.Equal(t, "it has 12835 characters with the values of its variables; allowed are 8175", found[0].Detail)
	}
}
