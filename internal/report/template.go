package report

import (
	"encoding/json"
	"fmt"
)

// Expression returns a resolved value as JSON, as a template has it.
func Expression(resolved any) []byte {
	data, err := json.Marshal(resolved)
	if err != nil {
		panic(fmt.Errorf("a resolved value: %w", err)) // Recovered in the plugin.
	}
	return data
}
