package watch_test

import (
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/watch"
)

// The declaration is compared with what is deployed, when somebody starts an analysis.
func ExampleAccessScopes() {
	var shop *tiers.Network

	watch.AccessScopes(shop, &watch.AccessScopesProps{Off: []string{"Exits"}})
}
