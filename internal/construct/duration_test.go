package construct_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/construct"
)

func TestSeconds(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]int{
		0: 0, 60: 1, time.Second: 1, time.Minute: 60, time.Minute + 1: 61, -1: -1, -time.Minute: -60, 259200 * time.Second: 259200,
	} {
		assert.Equal(t, want, construct.Seconds(d), d)
	}
}
