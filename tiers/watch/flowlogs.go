package watch

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan/flowlogs"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/logs"
)

// FlowLogsProps configures [FlowLogs]; nil is the zero FlowLogsProps. It logs all traffic of the whole VPC to a new bucket, as Parquet, and
// keeps the logs for 90 days.
//
// AWS cannot change a flow log. If RejectedOnly, Interval, Fields, TierTag, To, NewLogGroup or PlainText changes, CloudFormation replaces
// it, and records of some minutes may be missing. The command "tierwall upgrade" reports that. Another ID makes another flow log with
// another destination.
type FlowLogsProps struct {
	// ID is the id of the construct in the network: 1 to 64 letters, digits and hyphens, a letter first. Empty is "FlowLogs". A second call
	// for the same network needs an ID of its own.
	ID string
	// Tiers are the tiers whose subnets are logged, with everything else in these subnets. Empty logs the whole VPC, which includes NAT
	// gateways, firewall endpoints and whatever is not in a tier. A nil tier panics.
	Tiers []tiers.Tier
	// RejectedOnly logs only traffic that security groups and network ACLs reject. Such logs are smaller, but do not show which flows are
	// used. False logs accepted traffic too.
	RejectedOnly bool
	// Interval is the longest time that one record covers: 10 minutes or 1 minute. 0 is 10 minutes, which gives fewer records. AWS always
	// uses 1 minute or less for interfaces of Nitro-based instances.
	Interval time.Duration
	// Fields are further fields of each record, by AWS's names, such as "ecs-service-name". Fields that a record has anyway are ignored;
	// [FlowLog.Fields] lists them.
	Fields []string
	// TierTag adds the field interface-tag, with the value of the tag Tier of the network interface. It is "-" for interfaces without the
	// tag, so whoever makes an interface must tag it: a launch template with TagSpecifications for network-interface. The interfaces of
	// load balancers, functions, tasks and databases have no tags of yours. Whoever deploys needs ec2:DescribeTags.
	TierTag bool
	// To is the destination, from [logs.ToBucket], [logs.ToLogGroup] or [logs.ToFirehose]; the zero value makes a bucket. Keys in a bucket
	// begin with the prefix, then AWSLogs. If the app owns the bucket and its key, their policies get the statements that delivery needs. A
	// delivery stream must be in the same account.
	To logs.Destination
	// NewLogGroup makes a log group instead of a bucket. To must be zero.
	NewLogGroup bool
	// PlainText writes text to a bucket, compressed with gzip, instead of Parquet.
	PlainText bool
	// Retention is how long a new bucket or log group keeps logs, in whole days; 0 means 90 days. A log group accepts only the numbers of days
	// that CloudWatch Logs accepts. It must be 0 if To is set.
	Retention time.Duration
	// Key encrypts a new bucket or log group. If the app owns the key, its policy gets the statement that delivery needs; the owner of an
	// imported key must add it. If Key is nil, a bucket is encrypted with S3's own keys, and a log group with those of CloudWatch Logs. It
	// must be nil if To is set.
	Key awskms.IKey
}

// FlowLog is what [FlowLogs] makes: one flow log of a VPC, or one of each subnet, with their destination.
type FlowLog struct {
	constructs.Construct
	network     *tiers.Network
	props       FlowLogsProps
	choices     flowlogs.Choices // those of the props
	destination destination
	keys        []string // by which AWS tells the flow logs from others
	problems    report.Problems
}

// destination is where flow logs go.
type destination struct {
	kind  string // LogDestinationType
	arn   *string
	role  *string // DeliverLogsPermissionArn; nil without a role
	ready []constructs.IDependable
	// One of these is set, except for a delivery stream.
	bucket awss3.IBucket
	group  awslogs.ILogGroup
	prefix string // in the bucket, without a slash at the end
}

// FlowLogs records the traffic of a network's interfaces in VPC flow logs. It changes no rule of any control. Mistakes in props fail
// synthesis. A nil network panics, and so does a call after synthesis.
func FlowLogs(network *tiers.Network, props *FlowLogsProps) *FlowLog {
	at := diag.Caller()
	if network == nil || network.Construct == nil {
		panic(diag.Diagnostic{Summary: "the network of flow logs is nil or was not made by NewNetwork", At: []diag.Position{at}}.String())
	}
	core := wiring.NetworkOf(network)
	core.MustBeOpen(at)
	f := &FlowLog{network: network}
	if props != nil {
		f.props = *props
	}
	f.choices = f.props.choices()
	id, taken := f.freeID(at)
	constructs.NewConstruct_Override(f, network, &id)
	f.problems.Attach(f, at)
	f.checkID(taken)
	resources := f.resources(core)
	if f.check() {
		f.destination = f.makeDestination()
		for _, r := range resources {
			f.make(r)
		}
		f.checkTwins()
		if group := f.LogGroup(); group != nil && f.props.RejectedOnly {
			core.AddRejectedLog(group.LogGroupName())
		}
	}
	f.record(core)
	return f
}

// defaultID is the construct id of flow logs.
const defaultID = "FlowLogs"

// freeID returns an id that CDK accepts. taken says that the stated one is the id of another construct in the network.
func (f *FlowLog) freeID(at diag.Position) (id string, taken bool) {
	if f.props.ID == "" {
		f.props.ID = defaultID
	}
	id = f.props.ID
	if arch.CheckTierID(id) != nil {
		id = defaultID
	}
	free, ok := take(f.network, id, at)
	return free, !ok && id == f.props.ID
}

func (f *FlowLog) checkID(taken bool) {
	if err := arch.CheckTierID(f.props.ID); err != nil {
		f.problems.Add("flow-log-id", "the ID of flow logs is not valid", err.Error(), "choose another ID", f.problems.At)
	}
	if taken {
		f.problems.Add("flow-log-id", "the ID of flow logs is taken", *f.network.Node().Path()+"/"+f.props.ID+" exists already",
			"choose another ID", f.problems.At)
	}
}

// make makes the flow log of one resource.
func (f *FlowLog) make(of logged) {
	p := &awsec2.CfnFlowLogProps{
		ResourceId: of.resource, ResourceType: &of.kind, TrafficType: new(f.choices.TrafficType()), LogFormat: new(f.choices.Format()),
		MaxAggregationInterval: new(f.choices.Longest().Seconds()), LogDestinationType: &f.destination.kind, LogDestination: f.destination.arn,
		Tags: &[]*awscdk.CfnTag{{Key: new("Name"), Value: &f.problems.Path}},
	}
	if f.destination.role != nil {
		p.DeliverLogsPermissionArn = f.destination.role
	}
	if f.destination.bucket != nil {
		// A map, because CDK writes the fields of its struct in lower case here.
		p.DestinationOptions = map[string]any{"FileFormat": f.choices.FileFormat(), "HiveCompatiblePartitions": true, "PerHourPartition": true}
	}
	if f.props.TierTag {
		p.TagFieldSpecifications = &[]any{&awsec2.CfnFlowLog_TagFieldSpecificationProperty{
			ResourceType: new("network-interface"), TagKeys: &[]*string{new(flowlogs.TierTag)},
		}}
	}
	b := &batch.Batch{}
	b.Make(batch.Resource{Scope: f, ID: of.id, New: awsec2.NewCfnFlowLog, Props: p, Needs: f.destination.ready})
	b.Run()
	f.problems.Made("flow log", of.id, func() map[string]any { return report.Properties(p) })
	f.keys = append(f.keys, strings.Join([]string{
		*of.resource, *p.TrafficType, *p.LogFormat, f.choices.Longest().String(), *f.destination.arn,
	}, "\n"))
}

// checkTwins reports another call that makes the same flow log, which AWS rejects with FlowLogAlreadyExists.
func (f *FlowLog) checkTwins() {
	for _, child := range *f.network.Node().Children() {
		other, ok := child.(*FlowLog)
		if ok && other != f && slices.ContainsFunc(f.keys, func(key string) bool { return slices.Contains(other.keys, key) }) {
			f.problems.Add("flow-log-twice", "two calls make the same flow log",
				"another one is at "+other.problems.At.String()+"; AWS rejects a second flow log of a resource with the same traffic, format, "+
					"interval and destination", "remove one call, or give it another destination", f.problems.At)
		}
	}
}

// Bucket returns the bucket that the logs go to, or nil if they go elsewhere.
func (f *FlowLog) Bucket() awss3.IBucket { return f.destination.bucket }

// LogGroup returns the log group that the logs go to, or nil if they go elsewhere.
func (f *FlowLog) LogGroup() awslogs.ILogGroup { return f.destination.group }
