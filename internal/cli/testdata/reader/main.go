// Command reader is the peer of BenchmarkStart: it reads JSON files as any program does, and nothing more.
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	for _, file := range os.Args[1:] {
		data, err := os.ReadFile(file)
		var value any
		if err == nil {
			err = json.Unmarshal(data, &value)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
