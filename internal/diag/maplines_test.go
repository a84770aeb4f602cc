package diag

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMapLines(t *testing.T) {
	t.Parallel()
	const goFile = "/no/module/above/network_gen.go"
	assert.Equal(t, Position{"network_gen.go", 7}, source(goFile, 7))
	MapLines(goFile, "../architecture.yaml", map[int]int{7: 13})
	assert.Equal(t, Position{"../architecture.yaml", 13}, source(goFile, 7))
	assert.Equal(t, Position{"network_gen.go", 8}, source(goFile, 8), "a line that the table lacks")
	assert.Equal(t, Position{"other.go", 7}, source("/no/module/above/other.go", 7))

	_, here, _, _ := runtime.Caller(0)
	MapLines(here, "architecture.yaml", map[int]int{1: 2})
	assert.Equal(t, Position{"internal/diag/architecture.yaml", 2}, source(here, 1), "named from the root of the module")
}
