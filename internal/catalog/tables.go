package catalog

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"
)

//go:embed iam.gen.json.gz
var packedTables []byte

// tables is the content of iam.gen.json.gz. Each service is decoded when it is first used.
type tables struct {
	Sources   []string                   `json:"sources"`
	Services  map[string]json.RawMessage `json:"services"`
	Endpoints map[string][]any           `json:"endpoints"`
	Prefixes  map[string][]string        `json:"prefixes"`
}

var loaded = sync.OnceValue(load)

func load() *tables {
	t := &tables{}
	r, err := gzip.NewReader(bytes.NewReader(packedTables))
	if err == nil {
		err = json.NewDecoder(r).Decode(t)
	}
	if err != nil {
		panic(fmt.Errorf("the catalog in this program is broken: %w", err)) // The catalog is part of the build, and tests read all of it.
	}
	return t
}
