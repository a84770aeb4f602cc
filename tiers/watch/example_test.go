package watch_test

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/watch"
)

// All traffic goes to a bucket, for the command "tierwall usage" and for queries. Rejected traffic of one tier also goes to a log group,
// for alarms.
func ExampleFlowLogs() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), new("Shop"), nil)
	shop := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
		CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"},
	})
	app, db := tiers.NewAppTier(shop, "App", nil), tiers.NewDataTier(shop, "Database", nil)
	app.AllowTo(db, tiers.PostgreSQL, tiers.Because("orders"))

	watch.FlowLogs(shop, nil)
	watch.FlowLogs(shop, &watch.FlowLogsProps{
		ID: "Rejected", Tiers: []tiers.Tier{db}, RejectedOnly: true, Interval: time.Minute, NewLogGroup: true,
		Retention: 30 * 24 * time.Hour,
	})
}
