package watch_test

import (
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/watch"
)

// The queries appear in the Athena console, in a workgroup of the network's name.
func ExampleQueries() {
	var shop *tiers.Network

	watch.Queries(shop, &watch.QueriesProps{
		FlowLog:  watch.FlowLogs(shop, nil),
		Days:     90,
		MaxBytes: 1_000_000_000_000, // a terabyte
	})
}
