package template

import (
	"strings"

	"github.com/tierwall/tierwall/internal/plan/flowlogs"
)

// logged is a resource whose traffic is logged.
type logged struct {
	id       string // of the construct
	kind     string
	resource any
}

// flowLog makes a flow log of the VPC, or one of each subnet of some tiers.
func (r *renderer) flowLog(f FlowLog) {
	properties, ready := r.flowLogDestination(f)
	for _, of := range r.logged(f.Tiers) {
		all := object{
			"ResourceId": of.resource, "ResourceType": of.kind, "TrafficType": f.Choices.TrafficType(), "LogFormat": f.Choices.Format(),
			"MaxAggregationInterval": int(f.Choices.Longest().Seconds()), "Tags": tags("Name", r.path(f.ID)),
		}
		if f.Choices.TierTag {
			all["TagFieldSpecifications"] = []any{object{"ResourceType": "network-interface", "TagKeys": []any{flowlogs.TierTag}}}
		}
		for key, value := range properties {
			all[key] = value
		}
		r.dependsOn(r.put(f.ID+"/"+of.id, "EC2::FlowLog", all), ready...)
	}
}

// inID returns a path as a part of another path.
func inID(path string) string { return strings.ReplaceAll(path, "/", "--") }

// logged returns the VPC, or the subnets of tiers. Tiers may share subnets.
func (r *renderer) logged(tiers []string) []logged {
	if len(tiers) == 0 {
		return []logged{{"Vpc", "VPC", r.vpcID()}}
	}
	var out []logged
	seen := map[string]bool{}
	add := func(id string, resource any) {
		if !seen[id] {
			seen[id] = true
			out = append(out, logged{inID(id), "Subnet", resource})
		}
	}
	for _, tier := range tiers {
		for _, s := range r.p.Subnets[tier] {
			add("Subnets/"+s.Key, r.ref(subnetPath(s.Key)))
		}
		if r.in.Existing == nil {
			continue
		}
		for i, subnet := range r.in.Existing.Subnets[tier] {
			id, known := subnet.(string)
			if !known {
				id = r.in.Existing.IDs[tier][i]
			}
			add(id, given(subnet, ""))
		}
	}
	return out
}

// flowLogDestination returns the properties of the destination, and the paths of what it needs first. It makes what is missing of it.
func (r *renderer) flowLogDestination(f FlowLog) (properties object, ready []string) {
	switch {
	case f.To.Stream != nil:
		return object{"LogDestinationType": "kinesis-data-firehose", "LogDestination": given(f.To.Stream, "")}, nil
	case f.To.Group != nil || f.Choices.NewLogGroup:
		return r.flowLogGroup(f), nil
	}
	arn := f.To.arnOfBucket()
	if f.To.Bucket == nil {
		scope := f.ID + "/Bucket"
		_, ready = r.logBucket(scope, f.Choices.Days(), f.Key, func(arn any) []any { return r.letDeliver(arn) })
		arn = r.attribute(scope+"/Resource", "Arn")
	}
	if prefix := strings.TrimSuffix(f.To.Prefix, "/"); prefix != "" {
		arn = join(arn, "/"+prefix+"/")
	}
	return object{
		"LogDestinationType": "s3", "LogDestination": arn,
		"DestinationOptions": object{"FileFormat": f.Choices.FileFormat(), "HiveCompatiblePartitions": true, "PerHourPartition": true},
	}, ready
}

// arnOfBucket returns the ARN of a bucket that exists, or nil.
func (l Log) arnOfBucket() any {
	if l.Bucket == nil {
		return nil
	}
	return l.bucketARN()
}

// letDeliver are the statements that let the log delivery service write flow logs to a bucket (VPC User Guide, "Amazon S3 bucket
// permissions for flow logs").
func (r *renderer) letDeliver(arn any) []any {
	statement := func(action, resource any, equals object) object {
		equals["aws:SourceAccount"] = r.account()
		return object{
			"Effect": "Allow", "Principal": object{"Service": logDelivery}, "Action": action, "Resource": resource,
			"Condition": object{"StringEquals": equals, "ArnLike": object{"aws:SourceArn": r.arn("logs", "*")}},
		}
	}
	return []any{
		statement([]any{"s3:GetBucketAcl", "s3:ListBucket"}, arn, object{}),
		statement("s3:PutObject", join(arn, "/AWSLogs/aws-account-id=", r.account(), "/*"),
			object{"s3:x-amz-acl": "bucket-owner-full-control"}),
	}
}

// flowLogGroup returns the properties of a flow log that goes to a log group. It makes the role, and the group unless there is one.
func (r *renderer) flowLogGroup(f FlowLog) object {
	name := given(f.To.Group, "")
	if f.To.Group == nil {
		r.newLogGroup(f.ID+"/LogGroup", f.Choices.Days(), f.Key)
		name = r.ref(f.ID + "/LogGroup/Resource")
	}
	arn := r.arn("logs", "log-group:", name)
	const service = "vpc-flow-logs.amazonaws.com"
	role := f.ID + "/Role/Resource"
	r.put(role, "IAM::Role", object{
		"AssumeRolePolicyDocument": document(object{
			"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": object{"Service": service}, "Condition": object{
				"StringEquals": object{"aws:SourceAccount": r.account()}, "ArnLike": object{"aws:SourceArn": r.arn("ec2", "vpc-flow-log/*")},
			},
		}),
		"Policies": []any{object{"PolicyName": "Deliver", "PolicyDocument": document(object{
			"Effect": "Allow", "Action": []any{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
			"Resource": join(arn, ":*"),
		})}},
	})
	return object{
		"LogDestinationType": "cloud-watch-logs", "LogDestination": arn, "DeliverLogsPermissionArn": r.attribute(role, "Arn"),
	}
}

// document returns a policy.
func document(statements ...any) object {
	return object{"Version": "2012-10-17", "Statement": statements}
}
