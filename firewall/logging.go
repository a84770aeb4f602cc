package firewall

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsnetworkfirewall"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/tiers/logs"
)

// LoggingProps say where a firewall's logs go; nil is the zero LoggingProps. A log type has one destination (AWS Network
// Firewall, LogDestinationConfigs). AWS refuses to change a type's destination in place: set it to [logs.None], deploy, and set
// the new one.
type LoggingProps struct {
	// Alert holds what rules alert of, drop and reject. The zero value is a log group that is made.
	Alert logs.Destination
	// Flow holds two records of every connection, after it ends. The zero value is a log group that is made.
	Flow logs.Destination
	// TLS holds errors of TLS inspection. The zero value is a log group that is made if the policy inspects TLS.
	TLS logs.Destination
	// Retention is how long log groups that are made keep their events; empty is THREE_MONTHS, 90 days.
	Retention awslogs.RetentionDays
	// Key encrypts log groups that are made, and gets the statement that CloudWatch Logs needs for it; nil leaves them
	// encrypted by CloudWatch Logs' own key.
	Key awskms.IKey
}

// logging makes a firewall's one logging configuration; several would undo each other.
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
			t.to = logs.ToLogGroup(f.makeLogGroup(t.id, props))
		}
		if bucket, _ := t.to.Bucket(); bucket != nil {
			construct.LetLogsInto(bucket)
		}
		if group := t.to.LogGroup(); group != nil {
			f.logs[t.name] = group
			ready = append(ready, construct.LetLogsBeDelivered(f, group))
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
		FirewallArn:          f.cfn.AttrFirewallArn(),
		LoggingConfiguration: &awsnetworkfirewall.CfnLoggingConfiguration_LoggingConfigurationProperty{LogDestinationConfigs: configs},
	}
	configuration := awsnetworkfirewall.NewCfnLoggingConfiguration(f, new("Logging"), p)
	report.Made("firewall logging", configuration, f.problems.At, func() map[string]any { return report.Properties(p) })
	configuration.Node().AddDependency(ready...)
	f.ready = append(f.ready, configuration)
}

// destination puts a destination into CloudFormation's words: a LogDestinationType, and the names that it asks for.
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

// streamName returns the name of a delivery stream, of which the ARN is known.
func streamName(arn string) *string {
	if !arch.IsToken(arn) {
		return new(arn[strings.LastIndexByte(arn, '/')+1:])
	}
	if stream, ok := construct.Referred(arn).(awscdk.CfnResource); ok {
		return stream.Ref()
	}
	return awscdk.Fn_Select(new(1.0), awscdk.Fn_Split(new("/"), &arn, nil))
}

func (f *Firewall) makeLogGroup(id string, props *LoggingProps) awslogs.ILogGroup {
	retention := props.Retention
	if retention == "" {
		retention = awslogs.RetentionDays_THREE_MONTHS
	}
	// A first deployment that fails takes the group away again.
	p := &awslogs.LogGroupProps{Retention: retention, RemovalPolicy: awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE}
	if props.Key != nil {
		p.EncryptionKey = props.Key
		construct.LetLogsUse(props.Key)
	}
	group := awslogs.NewLogGroup(f, &id, p)
	report.MadeLogGroup(group, f.problems.At)
	return group
}
