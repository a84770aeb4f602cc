package template

import (
	"cmp"
	"strconv"
)

// Target is where requests go.
type Target struct {
	Port       int // 0 is 443, or 80 if Plain
	Plain      bool
	IPs        bool // targets are addresses, not instances
	HealthPath any  // a text or an expression; nil is /
	HealthPort int  // 0 is Port
}

const elb = "ElasticLoadBalancingV2::"

// balancerPath is the path of a load balancer's resource.
func balancerPath(tier, id string) string { return tier + "/" + id + "/Resource/Resource" }

// balancer makes a load balancer in a tier. ready are the paths of what its logs need first.
func (r *renderer) balancer(tier, id string, ready []string) *Resource {
	var subnets []any
	for _, s := range r.p.Subnets[tier] {
		subnets = append(subnets, r.ref(subnetPath(s.Key)))
	}
	if r.in.Existing != nil {
		subnets = append(subnets, givenAll(r.in.Existing.Subnets[tier])...)
	}
	properties := object{"Scheme": "internal", "Subnets": subnets, "SecurityGroups": []any{r.groupID(tier)}}
	made := r.put(balancerPath(tier, id), elb+"LoadBalancer", properties)
	if r.tiers[tier].FacesInternet() {
		properties["Scheme"] = "internet-facing"
		r.dependsOn(made, r.internetReady(tier)...)
	}
	r.dependsOn(made, ready...)
	return made
}

func (t Target) port() int {
	if t.Plain {
		return cmp.Or(t.Port, 80)
	}
	return cmp.Or(t.Port, 443)
}

// healthPort is the port of health checks, if it is not that of requests.
func (t Target) healthPort() string {
	if t.HealthPort == 0 || t.HealthPort == t.port() {
		return ""
	}
	return strconv.Itoa(t.HealthPort)
}

// protocol is the protocol of requests over HTTP.
func (t Target) protocol() string {
	if t.Plain {
		return "HTTP"
	}
	return "HTTPS"
}

func (t Target) kind() string {
	if t.IPs {
		return "ip"
	}
	return "instance"
}

func certificates(arns []any) []any {
	var out []any
	for _, arn := range givenAll(arns) {
		out = append(out, object{"CertificateArn": arn})
	}
	return out
}

// furtherCertificates adds the certificates of a listener but the first.
func (r *renderer) furtherCertificates(listener string, arns []any, ready []string) {
	made := r.put(listener+"/DefaultCertificates1/Resource", elb+"ListenerCertificate",
		object{"ListenerArn": r.ref(listener + "/Resource"), "Certificates": certificates(arns[1:])})
	r.dependsOn(made, ready...)
}

// attributesOf returns attributes: keys and values in turn.
func attributesOf(pairs ...any) []any {
	var out []any
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, object{"Key": pairs[i], "Value": pairs[i+1]})
	}
	return out
}

// internetReady are the paths of what gives a tier's subnets their way to the internet.
func (r *renderer) internetReady(tier string) []string {
	var out []string
	own := map[string]bool{}
	for _, s := range r.p.Subnets[tier] {
		out, own[s.Key] = append(out, associationPath(s.Key)), true
	}
	for _, route := range r.p.Routes {
		if own[route.Subnet] && route.IsDefault() {
			out = append(out, routePath(route))
		}
	}
	return out
}

// accessLogs returns the attributes that switch on the access logs, and the paths of what they need first. It makes the bucket unless there
// is one. letIn returns the statements that let the logs in.
func (r *renderer) accessLogs(scope string, to Log, kept int, letIn func(arn any, prefix string) []any) (attributes []any, ready []string) {
	if to.None {
		return nil, nil
	}
	bucket := given(to.Bucket, "")
	if to.Bucket == nil {
		bucket, ready = r.logBucket(scope+"/Logs", cmp.Or(kept, keptDays), nil, func(arn any) []any { return letIn(arn, to.Prefix) })
	}
	attributes = attributesOf("access_logs.s3.enabled", "true", "access_logs.s3.bucket", bucket)
	if to.Prefix != "" {
		attributes = append(attributes, attributesOf("access_logs.s3.prefix", to.Prefix)...)
	}
	return attributes, ready
}

// logBucket makes a bucket for logs, and its policy. letIn returns the statements that let the logs in.
func (r *renderer) logBucket(scope string, kept int, key any, letIn func(arn any) []any) (name any, ready []string) {
	path, policy := scope+"/Resource", scope+"/Policy/Resource"
	made := r.put(path, "S3::Bucket", object{
		"BucketEncryption":       object{"ServerSideEncryptionConfiguration": []any{encryption(key)}},
		"LifecycleConfiguration": object{"Rules": []any{object{"ExpirationInDays": kept, "Status": "Enabled"}}},
		"OwnershipControls":      object{"Rules": []any{object{"ObjectOwnership": "BucketOwnerEnforced"}}},
		"PublicAccessBlockConfiguration": object{
			"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true,
		},
	})
	made.DeletionPolicy, made.UpdateReplacePolicy = "Retain", "Retain"
	arn := r.attribute(path, "Arn")
	statements := append([]any{object{
		"Effect": "Deny", "Principal": object{"AWS": "*"}, "Action": "s3:*", "Resource": []any{arn, join(arn, "/*")},
		"Condition": object{"Bool": object{"aws:SecureTransport": "false"}},
	}}, letIn(arn)...)
	r.put(policy, "S3::BucketPolicy", object{
		"Bucket": r.ref(path), "PolicyDocument": object{"Version": "2012-10-17", "Statement": statements},
	})
	return r.ref(path), []string{policy}
}

// encryption is that of a bucket, with a key if there is one.
func encryption(key any) object {
	if key == nil {
		return object{"ServerSideEncryptionByDefault": object{"SSEAlgorithm": "AES256"}}
	}
	return object{
		"BucketKeyEnabled": true, "ServerSideEncryptionByDefault": object{"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": given(key, "")},
	}
}
