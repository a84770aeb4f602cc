package catalog

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/tierwall/tierwall/internal/packed"
)

//go:embed iam.gen.json.gz
var packedTables []byte

// tables is the content of iam.gen.json.gz.
type tables struct {
	Sources   []string            `json:"sources"`
	Services  map[string]int      `json:"services"` // the number of a service's part in packedActions
	Sizes     []int               `json:"sizes"`    // of the parts
	Endpoints map[string][]any    `json:"endpoints"`
	Prefixes  map[string][]string `json:"prefixes"`
}

var loaded = sync.OnceValue(load)

func load() *tables {
	t := &tables{}
	if err := json.Unmarshal([]byte(packed.Text(packedTables)()), t); err != nil {
		panic(fmt.Errorf("the catalog in this program is broken: %w", err)) // The catalog is part of the build, and tests read all of it.
	}
	return t
}
