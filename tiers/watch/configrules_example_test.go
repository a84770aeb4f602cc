package watch_test

import (
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/watch"
)

// The account has this network alone, so rules about the whole account make sense.
func ExampleConfigRules() {
	var shop *tiers.Network

	watch.FlowLogs(shop, nil)
	watch.ConfigRules(shop, &watch.ConfigRulesProps{WholeAccount: true})
}
