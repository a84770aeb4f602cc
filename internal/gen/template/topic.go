package template

// topic returns the ARN of a topic: one that exists, or a new encrypted one. The statements are further ones of the key's and the topic's
// policies; those of the topic's are made with its ARN.
func (r *renderer) topic(exists any, scope, description string, ofKey []any, ofTopic func(arn any) []any) any {
	if exists != nil {
		return given(exists, "")
	}
	key, topic := keyPath(scope), scope+"/Topic/Resource"
	made := r.put(key, "KMS::Key", object{
		"EnableKeyRotation": true, "Description": description, "KeyPolicy": document(append([]any{object{
			"Effect": "Allow", "Action": "kms:*", "Resource": "*",
			"Principal": object{"AWS": join("arn:", object{"Ref": "AWS::Partition"}, ":iam::", r.account(), ":root")},
		}}, ofKey...)...),
	})
	made.DeletionPolicy, made.UpdateReplacePolicy = "Delete", "Delete"
	r.put(topic, "SNS::Topic", object{"KmsMasterKeyId": r.attribute(key, "Arn")})
	r.put(scope+"/Topic/Policy/Resource", "SNS::TopicPolicy", object{
		"Topics": []any{r.ref(topic)}, "PolicyDocument": document(append([]any{object{
			"Effect": "Deny", "Action": "sns:Publish", "Principal": "*", "Resource": r.ref(topic), "Sid": "AllowPublishThroughSSLOnly",
			"Condition": object{"Bool": object{"aws:SecureTransport": "false"}},
		}}, ofTopic(r.ref(topic))...)...),
	})
	return r.ref(topic)
}

// keyPath is the path of the key of a new topic.
func keyPath(scope string) string { return scope + "/Key/Resource" }

// rolePolicy makes the policy of a role that is not part of the role itself.
func (r *renderer) rolePolicy(role string, statements ...any) {
	path := role + "/DefaultPolicy/Resource"
	r.put(path, "IAM::Policy", object{
		"PolicyName": r.place(path).id, "Roles": []any{r.ref(role + "/Resource")}, "PolicyDocument": document(statements...),
	})
}
