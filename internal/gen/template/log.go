package template

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

const (
	accessScope = "/TierwallLogAccess"
	accessPath  = "/TierwallLogAccess/Resource"
	// logDelivery is the service that writes the logs of other services.
	logDelivery = "delivery.logs.amazonaws.com"
	// keptDays is how long new log groups keep their events.
	keptDays = 90
)

// logGroup returns the name and the ARN of a log group that logs are delivered to. A new one is made at a path. If its first deployment
// fails, CloudFormation deletes it again, so that it does not block the next deployment.
func (r *renderer) logGroup(to Log, path, name string, retention int, key any) (named, arn any) {
	if to.Group != nil {
		if arn = to.GroupARN; arn == nil {
			arn = r.arn("logs", "log-group:", to.Group, ":*")
		}
		r.logs[string(r.value(arn).Expression)] = arn
		return to.Group, r.arn("logs", "log-group:", to.Group)
	}
	properties := object{"RetentionInDays": cmp.Or(retention, keptDays)}
	if name != "" {
		properties["LogGroupName"] = name
	}
	if key != nil {
		properties["KmsKeyId"] = key
	}
	resource := path + "/Resource"
	made := r.put(resource, "Logs::LogGroup", properties)
	made.DeletionPolicy, made.UpdateReplacePolicy = "RetainExceptOnCreate", "Retain"
	r.logs[r.path(path)] = r.attribute(resource, "Arn")
	return r.ref(resource), r.arn("logs", "log-group:", r.ref(resource))
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

// logAccess makes the policy that allows the delivery of logs to all log groups of the stack. There is one, because AWS allows ten in each
// account and Region.
func (r *renderer) logAccess() {
	if len(r.logs) == 0 {
		return
	}
	const hole = "\x00" // In JSON it is written otherwise.
	var values, arns []any
	values = append(values, r.account())
	for _, path := range slices.Sorted(maps.Keys(r.logs)) {
		values, arns = append(values, r.logs[path]), append(arns, hole)
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
	r.put(accessPath, "Logs::ResourcePolicy", object{"PolicyName": r.name(accessScope, ""), "PolicyDocument": join(parts...)})
}
