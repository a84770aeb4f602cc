package suricatatest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// agree judges in both ways, which must say the same of everything, and returns it.
func agree(t testing.TB, p Policy, conversations []Conversation) []Verdict {
	t.Helper()
	Available(t)
	distinct(t, conversations)
	lines := p.lines(t)
	order, ok := stockOrder(p, lines)
	require.True(t, ok, "Suricata does not decide about these rules itself")
	shadow := judgeShadow(t, p, lines, conversations)
	for i, v := range judgeStock(t, p, lines, order, conversations) {
		assert.Equal(t, shadow[i], v, "%s: stock %s, shadow %s", v.Conversation, v, shadow[i])
	}
	return shadow
}
