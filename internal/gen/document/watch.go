package document

import (
	"cmp"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan/flowlogs"
)

// Watch is what watches the network. What there is of it is the same in every environment.
type Watch struct {
	// FlowLogs are written as a map, or as a list of maps if there are several.
	FlowLogs FlowLogs      `yaml:"flowLogs,omitempty"`
	Alarms   *Alarms       `yaml:"alarms,omitempty"`
	DNS      *DNS          `yaml:"dns,omitempty"`
	Calendar *Calendar     `yaml:"calendar,omitempty"`
	At       diag.Position `yaml:"-"`
}

// FlowLogs is a list of flow logs. One alone is written as a map.
type FlowLogs []FlowLog

// FlowLog records the traffic of the network's interfaces.
type FlowLog struct {
	// ID is the construct id; empty is "FlowLogs". A second flow log needs one of its own.
	ID string `yaml:"id,omitempty" is:"id"`
	// Tiers are the tiers whose subnets are logged; empty is the whole VPC.
	Tiers        []string `yaml:"tiers,omitempty" ref:"tier"`
	RejectedOnly bool     `yaml:"rejectedOnly,omitempty"`
	Interval     int      `yaml:"interval,omitempty" enum:"60,600"` // the longest time that a record covers, in seconds; 0 is 600
	Fields       []string `yaml:"fields,omitempty"`                 // further fields, in AWS's words: "ecs-service-name"
	TierTag      bool     `yaml:"tierTag,omitempty"`                // adds the tag Tier of the interface to each record
	// To is the name of a resource of type bucket, log-group or delivery-stream, or an ARN; empty makes a bucket.
	To          string        `yaml:"to,omitempty" ref:"bucket,log-group,delivery-stream"`
	Prefix      string        `yaml:"prefix,omitempty"`        // of the keys in the bucket of To
	NewLogGroup bool          `yaml:"newLogGroup,omitempty"`   // makes a log group in place of a bucket
	PlainText   bool          `yaml:"plainText,omitempty"`     // writes text to a bucket, in place of Parquet
	Retention   int           `yaml:"retention,omitempty"`     // of a new bucket or log group, in days; 0 is 90
	Key         string        `yaml:"key,omitempty" ref:"key"` // the name of a resource of type key, or an ARN
	At          diag.Position `yaml:"-"`
}

// Name returns the construct id.
func (f FlowLog) Name() string { return cmp.Or(f.ID, "FlowLogs") }

// IsLogGroup reports whether the flow log goes to a log group.
func (d *Document) isLogGroup(f FlowLog) bool { return f.NewLogGroup || d.LogType(f.To) == "log-group" }

// OwnFlowLog returns the flow log of the file that the alarms use; false if they use none, or one of somebody else.
func (d *Document) OwnFlowLog() (FlowLog, bool) {
	if d.Watch == nil || d.Watch.Alarms == nil || d.Watch.Alarms.FlowLog == "" {
		return FlowLog{}, false
	}
	return find(d.Watch.FlowLogs, func(f FlowLog) bool { return f.Name() == d.Watch.Alarms.FlowLog })
}

// FlowLogChoices returns the choices for a flow log that do not depend on the network.
func (d *Document) FlowLogChoices(f FlowLog) flowlogs.Choices {
	out := flowlogs.Choices{
		RejectedOnly: f.RejectedOnly, Interval: time.Duration(f.Interval) * time.Second, Fields: f.Fields, TierTag: f.TierTag, Prefix: f.Prefix,
		NewLogGroup: f.NewLogGroup, PlainText: f.PlainText, Retention: time.Duration(f.Retention) * 24 * time.Hour, Key: f.Key != "",
	}
	switch d.LogType(f.To) {
	case "bucket":
		out.To = flowlogs.Bucket
	case "log-group":
		out.To = flowlogs.LogGroup
	case "delivery-stream":
		out.To = flowlogs.Stream
	}
	return out
}

// serviceTypes are the types of resources by the services in their ARNs.
var serviceTypes = map[string]string{"s3": "bucket", "logs": "log-group", "firehose": "delivery-stream", "sns": "topic", "kms": "key"}

// LogType returns the type of the resource that a text names: the name of a resource, or an ARN. It is empty for other texts.
func (d *Document) LogType(text string) string {
	if strings.HasPrefix(text, arnPrefix) {
		return serviceTypes[strings.SplitN(text+":::", ":", 4)[2]]
	}
	r, _ := d.resource(text)
	return r.Type
}

// Alarms are alarms for all that the network has, with a dashboard.
type Alarms struct {
	Topic string `yaml:"topic,omitempty" ref:"topic"` // the name of a resource of type topic, or an ARN; empty makes a topic
	// FlowLog is the id of a flow log of the whole network that goes to a log group, the name of a resource of type log-group, or an ARN.
	// Empty: no alarms about rejected connections.
	FlowLog string `yaml:"flowLog,omitempty" ref:"flow-log,log-group"`
	// FlowLogFields are the fields of the flow log in their order, in AWS's words. They are known if FlowLog is an id; else empty is AWS's
	// default format.
	FlowLogFields []string `yaml:"flowLogFields,omitempty"`
	// DeniedCalls is the log group of a trail that records which calls the policies of VPC endpoints deny.
	DeniedCalls       string             `yaml:"deniedCalls,omitempty" ref:"log-group"`
	RecordDeniedCalls bool               `yaml:"recordDeniedCalls,omitempty"` // makes such a trail
	Contributors      bool               `yaml:"contributors,omitempty"`      // makes rules of Contributor Insights
	NoDashboard       bool               `yaml:"noDashboard,omitempty"`
	Off               []string           `yaml:"off,omitempty"`        // ids of alarms that are left out
	Thresholds        map[string]float64 `yaml:"thresholds,omitempty"` // by the ids of alarms
	At                diag.Position      `yaml:"-"`
}

// DNS lets the tiers ask DNS for the names that the file declares, and for no others: a Route 53 Resolver DNS Firewall.
type DNS struct {
	Mode         string        `yaml:"mode,omitempty" enum:"enforce,observe"`     // empty is enforce; start with observe
	Names        []string      `yaml:"names,omitempty" is:"domain"`               // further names: "api.example.com", ".example.com"
	PrivateZones []string      `yaml:"privateZones,omitempty"`                    // names of private hosted zones: "corp.example.com"
	Response     string        `yaml:"response,omitempty" enum:"nodata,nxdomain"` // to blocked queries; empty is nodata
	Advanced     string        `yaml:"advanced,omitempty" enum:"low,medium,high"` // the confidence of DNS Firewall Advanced; empty is off
	Failure      string        `yaml:"failure,omitempty" enum:"open,closed"`      // while DNS Firewall cannot answer; empty is that of the VPC
	Priority     int           `yaml:"priority,omitempty"`                        // among the rule groups of the VPC, 101 to 9899; 0 is 1000
	Logs         *DNSLogs      `yaml:"logs,omitempty"`
	Production   *bool         `yaml:"production,omitempty"` // protects the rule group's association; nil is that of the environment
	At           diag.Position `yaml:"-"`
}

// DNSLogs are the logs of queries.
type DNSLogs struct {
	// To is the name of a resource of type log-group, bucket or delivery-stream, an ARN, or "none"; empty makes a log group.
	To        string `yaml:"to,omitempty" ref:"log-group,bucket,delivery-stream,none"`
	Prefix    string `yaml:"prefix,omitempty"`        // of the keys in a bucket
	Retention Days   `yaml:"retention,omitempty"`     // 0 is 90
	Key       string `yaml:"key,omitempty" ref:"key"` // the name of a resource of type key, or an ARN
}

// Calendar sends messages before flows expire.
type Calendar struct {
	Topic string        `yaml:"topic,omitempty" ref:"topic"` // the name of a resource of type topic, or an ARN; empty makes a topic
	Days  []int         `yaml:"days,omitempty"`              // before the last day of a flow; empty is 30 and 7
	At    diag.Position `yaml:"-"`
}
