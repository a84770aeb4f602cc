package watch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53resolver"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/report"
)

// log creates the query log of the VPC, unless there is to be none. AWS changes the destination by a new log, because a log has none of its
// properties changed.
func (d *DNSFirewall) log(vpc *string) {
	to := d.props.QueryLogs
	if to.IsNone() {
		return
	}
	var ready []constructs.IDependable
	arn := to.Firehose()
	switch bucket, prefix := to.Bucket(); {
	case bucket != nil:
		arn = *bucket.BucketArn()
		if prefix != "" {
			arn += "/" + prefix
		}
		ready = append(ready, construct.LetLogsInto(bucket))
	case arn == "":
		d.logGroup = to.LogGroup()
		if d.logGroup == nil {
			d.logGroup = construct.MakeLogGroup(&d.problems, construct.LogGroup{
				ID: "QueryLogs", Retention: d.props.Retention, Key: d.props.Key,
			})
		}
		arn = *d.logGroup.LogGroupArn()
		ready = append(ready, construct.LetLogsBeDelivered(&d.problems, d.logGroup))
	}
	p := &awsroute53resolver.CfnResolverQueryLoggingConfigProps{DestinationArn: arn}
	b := &batch.Batch{}
	config := batch.Get[string](b, b.Make(batch.Resource{
		Scope: d, ID: "QueryLog", New: awsroute53resolver.NewCfnResolverQueryLoggingConfig, Props: p, Needs: ready,
	}), "attrId")
	b.Run()
	d.problems.Made("query log", "QueryLog", func() map[string]any { return report.Properties(p) })
	of := &awsroute53resolver.CfnResolverQueryLoggingConfigAssociationProps{ResolverQueryLogConfigId: config, ResourceId: vpc}
	awsroute53resolver.NewCfnResolverQueryLoggingConfigAssociation(d, new("QueryLogAssociation"), of)
	d.problems.Made("association of the query log with the VPC", "QueryLogAssociation", func() map[string]any { return report.Properties(of) })
}
