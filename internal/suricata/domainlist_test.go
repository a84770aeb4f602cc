package suricata

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestDomainListRules checks that the rules of a domain list are good.
func TestDomainListRules(t *testing.T) {
	t.Parallel()
	for action := range listActions {
		d := DomainList{Targets: []string{"example.com", ".example.org"}, HTTP: true, TLS: true, Action: action}
		g := Group{}
		for _, r := range d.Rules(false, "") {
			g.Lines = append(g.Lines, Line{Rule: r})
		}
		assert.Empty(t, Check(g), action)
	}
}
