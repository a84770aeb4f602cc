package packed_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/packed"
)

// TestPack: what is packed comes back, smaller on the way; what is not packed panics.
func TestPack(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("a text\n", 1000)
	small := packed.Pack(text)
	assert.Less(t, len(small), 100)
	assert.Equal(t, text, packed.Text(small)())
	assert.Panics(t, func() { packed.Text([]byte(text))() })
	assert.Panics(t, func() { packed.Text(small[:20])() })
}
