package watch_test

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"

	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/watch"
)

func ExampleCalendar() {
	var shop *tiers.Network // from tiers.NewNetwork

	calendar := watch.Calendar(shop, &watch.CalendarProps{Days: []int{60, 30, 7}})
	calendar.Topic().AddSubscription(awssnssubscriptions.NewEmailSubscription(new("network@example.com"), nil))
}
