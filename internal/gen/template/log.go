package template

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

const (
	accessPath = "/TierwallLogAccess/Resource" // in the main stack
	// logDelivery is the service that writes the logs of other services.
	logDelivery = "delivery.logs.amazonaws.com"
	// keptDays is how long new log groups keep their events.
	keptDays = 90
)

// logGroup returns the name and the ARN of a log group that logs are delivered to, which the policy at access allows. A new one is made at
// a path.
func (r *renderer) logGroup(to Log, access, path, name string, retention int, key any) (named, arn any) {
	if r.logs[access] == nil {
		r.logs[access] = map[string]any{}
	}
	if to.Group != nil {
		if arn = to.GroupARN; arn == nil {
			arn = r.arn("logs", "log-group:", to.Group, ":*")
		}
		arn = given(arn, "")
		r.logs[access][string(r.value(arn).Expression)] = arn
		return given(to.Group, ""), r.arn("logs", "log-group:", given(to.Group, ""))
	}
	made := r.newLogGroup(path, retention, key)
	if name != "" {
		made.Properties["LogGroupName"] = name
	}
	resource := path + "/Resource"
	r.logs[access][r.path(path)] = r.attribute(resource, "Arn")
	return r.ref(resource), r.arn("logs", "log-group:", r.ref(resource))
}

// newLogGroup makes a log group at a path. If its first deployment fails, CloudFormation deletes it again, so that it does not block the
// next deployment.
func (r *renderer) newLogGroup(path string, retention int, key any) *Resource {
	properties := object{}
	if retention >= 0 {
		properties["RetentionInDays"] = cmp.Or(retention, keptDays)
	}
	if key != nil {
		properties["KmsKeyId"] = given(key, "")
	}
	made := r.put(path+"/Resource", "Logs::LogGroup", properties)
	made.DeletionPolicy, made.UpdateReplacePolicy = "RetainExceptOnCreate", "Retain"
	return made
}

// isNew reports whether a new log group keeps the logs.
func (l Log) isNew() bool { return !l.None && l.Group == nil && l.Stream == nil && l.Bucket == nil }

// bucketARN is the ARN of the bucket that logs go to.
func (l Log) bucketARN() any {
	if l.BucketARN != nil {
		return given(l.BucketARN, "")
	}
	return join("arn:", object{"Ref": "AWS::Partition"}, ":s3:::", given(l.Bucket, ""))
}

// arn is the ARN of a resource of a service in the stack's account and Region.
func (r *renderer) arn(service string, resource ...any) any {
	parts := []any{"arn:", object{"Ref": "AWS::Partition"}, ":" + service + ":", r.region(), ":", r.account(), ":"}
	return join(append(parts, resource...)...)
}

func (r *renderer) region() any {
	if r.in.Region != "" {
		return r.in.Region
	}
	return object{"Ref": "AWS::Region"}
}

func (r *renderer) account() any {
	if r.in.Account != "" {
		return r.in.Account
	}
	return object{"Ref": "AWS::AccountId"}
}

// logAccess makes the policies that allow the delivery of logs to all log groups of a stack. There is one in a stack, because AWS allows
// ten in each account and Region.
func (r *renderer) logAccess() {
	for path, groups := range r.logs {
		scope := strings.TrimSuffix(path, "/Resource")
		r.put(path, "Logs::ResourcePolicy", object{"PolicyName": r.name(scope, ""), "PolicyDocument": r.deliveryPolicy(groups)})
	}
}

// deliveryPolicy is the policy as a JSON text with expressions in it.
func (r *renderer) deliveryPolicy(groups map[string]any) any {
	const hole = "\x00" // In JSON it is written otherwise.
	var values, arns []any
	values = append(values, r.account())
	for _, path := range slices.Sorted(maps.Keys(groups)) {
		values, arns = append(values, groups[path]), append(arns, hole)
	}
	statement := object{
		"Effect": "Allow", "Principal": object{"Service": logDelivery}, "Action": []any{"logs:CreateLogStream", "logs:PutLogEvents"},
		"Resource": arns, "Condition": object{"StringEquals": object{"aws:SourceAccount": hole}},
	}
	text, err := json.Marshal(object{"Version": "2012-10-17", "Statement": []any{statement}})
	if err != nil {
		panic(err) // Maps, lists and texts always marshal.
	}
	var parts []any
	for i, literal := range strings.Split(string(text), `\u0000`) {
		if i > 0 {
			parts = append(parts, values[i-1])
		}
		parts = append(parts, literal)
	}
	return join(parts...)
}
