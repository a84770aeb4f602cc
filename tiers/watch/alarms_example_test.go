package watch_test

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"

	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/watch"
)

func ExampleAlarms() {
	var network *tiers.Network
	var flowLog awslogs.ILogGroup // of a flow log of the network

	alarms := watch.Alarms(network, &watch.AlarmsProps{
		FlowLog:    flowLog,
		Thresholds: map[string]float64{"FirewallDefaultDrops": 50}, // instead of 10 drops in 5 minutes
	})
	alarms.Topic().AddSubscription(awssnssubscriptions.NewEmailSubscription(new("network@example.com"), nil))
}
