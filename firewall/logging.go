package firewall

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsnetworkfirewall"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/report"
)

// LoggingProps say where a firewall's logs go; nil is the zero LoggingProps. A log type has one destination (AWS Network
// Firewall, LogDestinationConfigs). AWS refuses to change a type's destination in place: set it to [NoLog], deploy, and set
// the new one.
type LoggingProps struct {
	// Alert holds what rules alert of, drop and reject. The zero value is a log group that is made.
	Alert LogDestination
	// Flow holds two records of every connection, after it ends. The zero value is a log group that is made.
	Flow LogDestination
	// TLS holds errors of TLS inspection. The zero value is a log group that is made if the policy inspects TLS.
	TLS LogDestination
	// Retention is how long log groups that are made keep their events; empty is THREE_MONTHS, 90 days.
	Retention awslogs.RetentionDays
	// Key encrypts log groups that are made, and gets the statement that CloudWatch Logs needs for it; nil leaves them
	// encrypted by CloudWatch Logs' own key.
	Key awskms.IKey
}

// LogDestination is where logs of one type go. Make it with [ToLogGroup], [ToBucket] or [ToFirehose]; the zero value is a log
// group that is made, [NoLog] is none.
type LogDestination struct {
	kind  string // as in LogDestinationType
	group awslogs.ILogGroup
	props map[string]*string
	open  func() // lets the log delivery service write
	none  bool
}

// NoLog keeps no logs of a type.
var NoLog = LogDestination{none: true}

// ToLogGroup sends logs to a log group of the app, which must not be nil. The log delivery service is allowed to write to it.
func ToLogGroup(group awslogs.ILogGroup) LogDestination {
	return LogDestination{kind: "CloudWatchLogs", group: group, props: map[string]*string{"logGroup": group.LogGroupName()}}
}

// ToBucket sends logs to a bucket, which must not be nil, under a prefix, which may be empty. The log delivery service is
// allowed to write to a bucket of the app; the policy of an imported one is its owner's.
func ToBucket(bucket awss3.IBucket, prefix string) LogDestination {
	d := LogDestination{kind: "S3", props: map[string]*string{"bucketName": bucket.BucketName()}, open: func() { construct.LetLogsInto(bucket) }}
	if prefix != "" {
		d.props["prefix"] = &prefix
	}
	return d
}

// ToFirehose sends logs to a Firehose delivery stream by its name, a literal or a CDK token.
func ToFirehose(stream string) LogDestination {
	return LogDestination{kind: "KinesisDataFirehose", props: map[string]*string{"deliveryStream": &stream}}
}

// logging makes a firewall's one logging configuration; several would undo each other.
func (f *Firewall) logging(props *LoggingProps, inspectsTLS bool) {
	if props == nil {
		props = &LoggingProps{}
	}
	tls := props.TLS
	if tls.kind == "" && !inspectsTLS {
		tls = NoLog
	}
	types := []struct {
		name, id string
		to       LogDestination
	}{{"ALERT", "AlertLogs", props.Alert}, {"FLOW", "FlowLogs", props.Flow}, {"TLS", "TLSLogs", tls}}
	f.logs = map[string]awslogs.ILogGroup{}
	var configs []any
	var ready []constructs.IDependable
	for _, t := range types {
		if t.to.none {
			continue
		}
		if t.to.kind == "" {
			t.to = ToLogGroup(f.makeLogGroup(t.id, props))
		}
		if t.to.open != nil {
			t.to.open()
		}
		if t.to.group != nil {
			f.logs[t.name] = t.to.group
			ready = append(ready, construct.LetLogsBeDelivered(f, t.to.group))
		}
		configs = append(configs, &awsnetworkfirewall.CfnLoggingConfiguration_LogDestinationConfigProperty{
			LogType: new(t.name), LogDestinationType: new(t.to.kind), LogDestination: t.to.props,
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
