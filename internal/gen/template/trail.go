package template

const (
	recorderScope = "Alarms/Recorder"
	cloudTrail    = "cloudtrail.amazonaws.com"
)

// trail makes a trail of calls that policies of VPC endpoints deny, with what it writes to. Without its selectors it would record
// management events, so the trail itself exists only with them.
func (a *alarmMaker) trail() {
	name := a.renderer.name(recorderScope, "")
	a.newLogGroup(recorderScope+"/LogGroup", keptDays, nil)
	group := a.attribute(recorderScope+"/LogGroup/Resource", "Arn")
	a.renderer.put(recorderScope+"/Role/Resource", "IAM::Role", object{"AssumeRolePolicyDocument": document(object{
		"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": object{"Service": cloudTrail},
	})})
	a.rolePolicy(recorderScope+"/Role", object{
		"Effect": "Allow", "Action": []any{"logs:CreateLogStream", "logs:PutLogEvents"}, "Resource": group,
	})
	bucket, ready := a.logBucket(recorderScope+"/Bucket", keptDays, nil, func(arn any) []any { return a.letTrail(name, arn) })
	if len(a.watch.Selectors) == 0 {
		return
	}
	made := a.put("Trail/Resource", "CloudTrail::Trail", object{
		"TrailName": name, "IsLogging": true, "S3BucketName": bucket, "EnableLogFileValidation": true, "CloudWatchLogsLogGroupArn": group,
		"CloudWatchLogsRoleArn": a.attribute(recorderScope+"/Role/Resource", "Arn"), "AdvancedEventSelectors": a.selectors(),
	})
	a.dependsOn(made, append(ready, recorderScope+"/Role/Resource", recorderScope+"/Role/DefaultPolicy/Resource")...)
}

// selectors select the network activity events of the network's VPC endpoints.
func (a *alarmMaker) selectors() []any {
	equal := func(field string, values ...any) any { return object{"Field": field, "Equals": values} }
	var out []any
	for _, s := range a.watch.Selectors {
		var ids []any
		for _, e := range s.Endpoints {
			ids = append(ids, a.value(e))
		}
		out = append(out, object{"Name": s.Source, "FieldSelectors": []any{
			equal("eventCategory", "NetworkActivity"), equal("eventSource", s.Source), equal("errorCode", "VpceAccessDenied"),
			equal("vpcEndpointId", ids...),
		}})
	}
	return out
}

// letTrail are the statements that let a trail write to a bucket (AWS CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail").
func (a *alarmMaker) letTrail(name string, bucket any) []any {
	trail := a.arn("cloudtrail", "trail/"+name)
	return []any{
		object{
			"Effect": "Allow", "Action": "s3:GetBucketAcl", "Principal": object{"Service": cloudTrail}, "Resource": bucket,
			"Condition": object{"StringEquals": object{"aws:SourceArn": trail}},
		},
		object{
			"Effect": "Allow", "Action": "s3:PutObject", "Principal": object{"Service": cloudTrail},
			"Resource":  join(bucket, "/AWSLogs/", a.account(), "/*"),
			"Condition": object{"StringEquals": object{"aws:SourceArn": trail, "s3:x-amz-acl": "bucket-owner-full-control"}},
		},
	}
}
