package firewall

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsnetworkfirewall"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/tiers/logs"
)

// LoggingProps configures the logs of a firewall. Each type of log has one destination (CloudFormation,
// AWS::NetworkFirewall::LoggingConfiguration). The zero [logs.Destination] stands for a new log group, and nil for the zero LoggingProps.
//
// AWS cannot change the destination of a log type in place. To change it, set it to [logs.None] and deploy, then set the new destination
// and deploy again.
type LoggingProps struct {
	// Alert is the destination of packets that rules alert on, drop or reject.
	Alert logs.Destination
	// Flow is the destination of the flow log, which has two records for every connection after it ends.
	Flow logs.Destination
	// TLS is the destination of errors of TLS inspection. Its log group is created only if the policy inspects TLS.
	TLS logs.Destination
	// Retention is how long new log groups keep their events; empty is THREE_MONTHS, 90 days.
	Retention awslogs.RetentionDays
	// Key encrypts new log groups. Its key policy gets the statement that CloudWatch Logs needs. If Key is nil, CloudWatch Logs encrypts
	// with a key of its own.
	Key awskms.IKey
}

// logging creates the one logging configuration of a firewall. Several would overwrite each other.
func (f *Firewall) logging(props *LoggingProps, inspectsTLS bool) {
	if props == nil {
		props = &LoggingProps{}
	}
	tls := props.TLS
	if !inspectsTLS && tls.IsNew() {
		tls = logs.None
	}
	types := []struct {
		name, id string
		to       logs.Destination
	}{{"ALERT", "AlertLogs", props.Alert}, {"FLOW", "FlowLogs", props.Flow}, {"TLS", "TLSLogs", tls}}
	f.logs = map[string]awslogs.ILogGroup{}
	var configs []any
	var ready []constructs.IDependable
	for _, t := range types {
		if t.to.IsNone() {
			continue
		}
		if t.to.IsNew() {
			t.to = logs.ToLogGroup(construct.MakeLogGroup(&f.problems.Problems, construct.LogGroup{
				ID: t.id, Retention: props.Retention, Key: props.Key,
			}))
		}
		if bucket, _ := t.to.Bucket(); bucket != nil {
			construct.LetLogsInto(bucket)
		}
		if group := t.to.LogGroup(); group != nil {
			f.logs[t.name] = group
			ready = append(ready, construct.LetLogsBeDelivered(&f.problems.Problems, group))
		}
		kind, destination := f.destination(t.to)
		configs = append(configs, &awsnetworkfirewall.CfnLoggingConfiguration_LogDestinationConfigProperty{
			LogType: new(t.name), LogDestinationType: &kind, LogDestination: destination,
		})
	}
	if len(configs) == 0 {
		return
	}
	p := &awsnetworkfirewall.CfnLoggingConfigurationProps{
		FirewallArn:          f.arn,
		LoggingConfiguration: &awsnetworkfirewall.CfnLoggingConfiguration_LoggingConfigurationProperty{LogDestinationConfigs: configs},
	}
	b := &batch.Batch{}
	made := b.Make(batch.Resource{Scope: f, ID: "Logging", New: awsnetworkfirewall.NewCfnLoggingConfiguration, Props: p, Needs: ready})
	configuration := batch.Get[constructs.Construct](b, made, batch.Itself)
	b.Run()
	f.problems.Made("firewall logging", "Logging", func() map[string]any { return report.Properties(p) })
	f.ready = append(f.ready, *configuration)
}

// destination returns CloudFormation's LogDestinationType of a destination and the names that this type requires.
func (f *Firewall) destination(to logs.Destination) (kind string, names map[string]*string) {
	if group := to.LogGroup(); group != nil {
		return "CloudWatchLogs", map[string]*string{"logGroup": group.LogGroupName()}
	}
	if stream := to.Firehose(); stream != "" {
		return "KinesisDataFirehose", map[string]*string{"deliveryStream": streamName(stream)}
	}
	bucket, prefix := to.Bucket()
	names = map[string]*string{"bucketName": bucket.BucketName()}
	if prefix != "" {
		names["prefix"] = &prefix
	}
	return "S3", names
}

// streamName returns the name of the delivery stream with an ARN.
func streamName(arn string) *string {
	if !arch.IsToken(arn) {
		return new(arn[strings.LastIndexByte(arn, '/')+1:])
	}
	if stream, ok := construct.Referred(arn).(awscdk.CfnResource); ok {
		return stream.Ref()
	}
	return awscdk.Fn_Select(new(1.0), awscdk.Fn_Split(new("/"), &arn, nil))
}
