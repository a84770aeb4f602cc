package watch_test

import (
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/internal/gen/template"
	"github.com/tierwall/tierwall/internal/plan/alarms"
	"github.com/tierwall/tierwall/internal/plan/dns"
	"github.com/tierwall/tierwall/internal/plan/flowlogs"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/logs"
	"github.com/tierwall/tierwall/tiers/watch"
)

const (
	renderedKey    = "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000"
	renderedStream = "arn:aws:firehose:eu-west-1:123456789012:deliverystream/flows"
	renderedTopic  = "arn:aws:sns:eu-west-1:123456789012:oncall"
)

// everyPart watches a network with everything, and returns the same for a template.
func everyPart(s awscdk.Stack, n *tiers.Network, of ...tiers.Tier) template.Watch {
	key := awskms.Key_FromKeyArn(s, new("GivenKey"), new(renderedKey))
	bucket := awss3.Bucket_FromBucketName(s, new("GivenBucket"), new("flows"))
	topic := awssns.Topic_FromTopicArn(s, new("GivenTopic"), new(renderedTopic))
	watch.FlowLogs(n, &watch.FlowLogsProps{Tiers: of, TierTag: true, Interval: time.Minute, Key: key})
	rejected := watch.FlowLogs(n, &watch.FlowLogsProps{ID: "Rejected", RejectedOnly: true, NewLogGroup: true, Key: key})
	watch.FlowLogs(n, &watch.FlowLogsProps{ID: "Central", To: logs.ToBucket(bucket, "a/b/"), PlainText: true})
	watch.FlowLogs(n, &watch.FlowLogsProps{ID: "Streamed", To: logs.ToFirehose(renderedStream)})
	watch.DNS(n, &watch.DNSProps{
		Mode: watch.DNSObserve, Advanced: watch.DNSLow, Failure: watch.DNSFailOpen, QueryLogs: logs.ToBucket(bucket, "dns"),
	})
	watch.Alarms(n, &watch.AlarmsProps{
		Topic: topic, FlowLog: rejected.LogGroup(), FlowLogFields: rejected.Fields(), RecordDeniedCalls: true, Contributors: true,
	})
	watch.Calendar(n, &watch.CalendarProps{Topic: topic, Days: []int{1}})

	var ids []string
	for _, t := range of {
		ids = append(ids, *t.Node().Id())
	}
	first, second := flowlogs.Choices{TierTag: true, Interval: time.Minute, Key: true}, flowlogs.Choices{RejectedOnly: true, NewLogGroup: true}
	return template.Watch{
		FlowLogs: []template.FlowLog{
			{ID: "FlowLogs", Tiers: ids, Choices: first, Key: renderedKey}, {ID: "Rejected", Choices: second, Key: renderedKey},
			{ID: "Central", Choices: flowlogs.Choices{PlainText: true}, To: template.Log{Bucket: "flows", Prefix: "a/b/"}},
			{ID: "Streamed", To: template.Log{Stream: renderedStream}},
		},
		DNS: &template.DNS{
			Choices: dns.Choices{Mode: arch.Observe, Advanced: "LOW"}, Failure: "ENABLED", Log: template.Log{Bucket: "flows", Prefix: "dns"},
		},
		Alarms: &template.Alarms{
			Topic: renderedTopic, FlowLog: "Rejected", Record: true,
			Network: alarms.Network{Fields: second.Names(), Denials: true, Insights: true, RejectedOnly: true},
		},
		Calendar: &template.Calendar{Topic: renderedTopic, Days: []int{1}},
	}
}

// TestRenderedTemplates compares what watches a network in templates that are written without the CDK with that of the constructs.
func TestRenderedTemplates(t *testing.T) {
	wire := func(s awscdk.Stack, p *tiers.NetworkProps) template.Watch {
		n := tiers.NewNetwork(s, "Network", p)
		web, app, data := tiers.NewWebTier(n, "Web", nil), tiers.NewAppTier(n, "App", nil), tiers.NewDataTier(n, "Data", nil)
		web.AllowTo(app, tiers.TCP(8080), tiers.Expires("2099-12-31"))
		app.AllowTo(data, tiers.PostgreSQL)
		app.AllowTo(tiers.CIDR("192.168.0.0/16").Via(tiers.TransitGateway("tgw-0123456789abcdef0")), tiers.HTTPS)
		app.AllowTo(tiers.Internet, tiers.HTTPS)
		return everyPart(s, n, web, app)
	}
	one := []string{"eu-west-1a"}
	for name, props := range map[string]*tiers.NetworkProps{
		"a range":       {CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"}},
		"dual stack":    {CIDR: "10.0.0.0/16", AvailabilityZones: one, IPv6: true},
		"IPAM":          {AvailabilityZones: one, IPAM: &tiers.IPAM{PoolID: "ipam-pool-0123456789abcdef0", NetmaskLength: 16}},
		"nested stacks": {CIDR: "10.0.0.0/16", AvailabilityZones: one, Layout: tiers.NestedStacks},
	} {
		t.Run(name, func(t *testing.T) {
			app := cdktest.App(t)
			stack := cdktest.StackIn(app, "Shop")
			watched := wire(stack, props)
			require.NoError(t, tiers.Synth(app))
			plantest.Compare(t, *app.Outdir(), *stack.TemplateFile(),
				template.Input{IPAMPool: "ipam-pool-0123456789abcdef0", Watch: watched}, plantest.Apart{})
		})
	}
}
