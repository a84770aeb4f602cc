package template

import (
	"cmp"
	"fmt"
	"strconv"
)

// Application is an application load balancer of an edge tier. Its values are valid: what they may be is checked where they are declared.
type Application struct {
	Tier, ID     string
	Certificates []any  // ARNs, or expressions for them; the first is for clients that name no host
	Port         int    // 0 is 443
	TLSPolicy    string // empty is [TLSPolicy]
	RedirectHTTP bool   // from port 80
	To           *Target
	Routes       []Route
	BlueGreen    bool // makes a second target group for To
	TestPort     int  // of a listener that leads to the second target group; 0 makes none
	MutualTLS    *MutualTLS
	OIDC         *OIDC
	Strictest    bool
	IdleTimeout  int // in seconds; 0 is the default of AWS
	Production   bool
	// Logs is None, a bucket or the zero Log, which makes a bucket. Prefix holds for a new bucket too.
	Logs      Log
	Retention int // of a new bucket, in days; 0 is 90
}

// TLSPolicy is the default policy of listeners: TLS 1.3, and TLS 1.2 with forward secrecy, with post-quantum key exchange.
const TLSPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"

// Target is where requests go.
type Target struct {
	Port       int // 0 is 443, or 80 if Plain
	Plain      bool
	IPs        bool   // targets are addresses, not instances
	HealthPath string // empty is /
	HealthPort int    // 0 is Port
}

// Route sends requests for hosts and paths to another target.
type Route struct {
	Hosts, Paths []string
	To           Target
}

// MutualTLS says how the certificates of clients are checked. Without a TrustStore they are passed on.
type MutualTLS struct {
	TrustStore              any // an ARN, or an expression for it
	IgnoreExpiry, Advertise bool
}

// OIDC is an identity provider.
type OIDC struct {
	Issuer, AuthorizationEndpoint, TokenEndpoint, UserInfoEndpoint, ClientID string
	ClientSecret                                                             any // a dynamic reference, or an expression
}

// application makes a load balancer with its listeners and target groups.
func (r *renderer) application(a Application) {
	scope := a.Tier + "/" + a.ID
	attributes := attributesOf("deletion_protection.enabled", strconv.FormatBool(a.Production))
	if a.IdleTimeout != 0 {
		attributes = append(attributes, attributesOf("idle_timeout.timeout_seconds", strconv.Itoa(a.IdleTimeout))...)
	}
	attributes = append(attributes, attributesOf("routing.http.drop_invalid_header_fields.enabled", "true",
		"routing.http.desync_mitigation_mode", desyncMode(a.Strictest))...)
	logs, ready := r.accessLogs(scope, a)
	var subnets []any
	scheme := "internal"
	after := ready
	if r.tiers[a.Tier].FacesInternet() {
		scheme = "internet-facing"
		after = append(after[:len(after):len(after)], r.internetReady(a.Tier)...)
	}
	for _, s := range r.p.Subnets[a.Tier] {
		subnets = append(subnets, r.ref(subnetPath(s.Key)))
	}
	if r.in.Existing != nil {
		subnets = append(subnets, givenAll(r.in.Existing.Subnets[a.Tier])...)
	}
	made := r.put(balancerPath(a.Tier, a.ID), elb+"LoadBalancer", object{
		"Type": "application", "Scheme": scheme, "Subnets": subnets, "SecurityGroups": []any{r.groupID(a.Tier)},
		"LoadBalancerAttributes": append(attributes, logs...),
	})
	r.dependsOn(made, after...)
	r.listeners(a, scope, ready)
}

const elb = "ElasticLoadBalancingV2::"

// balancerPath is the path of a load balancer's resource.
func balancerPath(tier, id string) string { return tier + "/" + id + "/Resource/Resource" }

func desyncMode(strictest bool) string {
	if strictest {
		return "strictest"
	}
	return "defensive"
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

// listeners makes the listeners, their rules and their target groups. All of them are made after what the logs need.
func (r *renderer) listeners(a Application, scope string, ready []string) {
	action := object{"Type": "fixed-response", "FixedResponseConfig": object{
		"StatusCode": "404", "ContentType": "text/plain", "MessageBody": "not found",
	}}
	if a.To != nil {
		action = r.forward(scope+"/Targets", *a.To)
	}
	listener := scope + "/Resource/HTTPS"
	r.secureListener(a, listener, cmp.Or(a.Port, 443), login(a.OIDC, action), ready)
	for i, route := range a.Routes {
		id := fmt.Sprint("Route", i+1)
		forward := login(a.OIDC, r.forward(scope+"/"+id, route.To))
		made := r.put(listener+"/"+id+"RuleRule/Resource", elb+"ListenerRule", object{
			"ListenerArn": r.ref(listener + "/Resource"), "Priority": (i + 1) * 10, "Conditions": conditions(route), "Actions": forward,
		})
		r.dependsOn(made, ready...)
	}
	if a.BlueGreen && a.To != nil {
		next := r.forward(scope+"/NextTargets", *a.To)
		if a.TestPort != 0 {
			r.secureListener(a, scope+"/Resource/Test", a.TestPort, []any{next}, ready)
		}
	}
	if a.RedirectHTTP {
		made := r.put(scope+"/Resource/HTTP/Resource", elb+"Listener", object{
			"LoadBalancerArn": r.ref(balancerPath(a.Tier, a.ID)), "Port": 80, "Protocol": "HTTP",
			"DefaultActions": []any{object{"Type": "redirect", "RedirectConfig": object{
				"Protocol": "HTTPS", "Port": strconv.Itoa(cmp.Or(a.Port, 443)), "StatusCode": "HTTP_301",
			}}},
		})
		r.dependsOn(made, ready...)
	}
}

// secureListener makes a listener for HTTPS. Further certificates are a resource of their own.
func (r *renderer) secureListener(a Application, path string, port int, actions []any, ready []string) {
	properties := object{
		"LoadBalancerArn": r.ref(balancerPath(a.Tier, a.ID)), "Port": port, "Protocol": "HTTPS",
		"SslPolicy": cmp.Or(a.TLSPolicy, TLSPolicy), "DefaultActions": actions,
	}
	var certificates []any
	for _, c := range givenAll(a.Certificates) {
		certificates = append(certificates, object{"CertificateArn": c})
	}
	if len(certificates) > 0 {
		properties["Certificates"] = certificates[:1]
	}
	if a.MutualTLS != nil {
		properties["MutualAuthentication"] = mutualAuthentication(*a.MutualTLS)
	}
	r.dependsOn(r.put(path+"/Resource", elb+"Listener", properties), ready...)
	if len(certificates) > 1 {
		made := r.put(path+"/DefaultCertificates1/Resource", elb+"ListenerCertificate",
			object{"ListenerArn": r.ref(path + "/Resource"), "Certificates": certificates[1:]})
		r.dependsOn(made, ready...)
	}
}

func mutualAuthentication(m MutualTLS) object {
	if m.TrustStore == nil {
		return object{"Mode": "passthrough"}
	}
	out := object{"Mode": "verify", "TrustStoreArn": given(m.TrustStore, ""), "IgnoreClientCertificateExpiry": m.IgnoreExpiry}
	if m.Advertise {
		out["AdvertiseTrustStoreCaNames"] = "on"
	}
	return out
}

// forward makes a target group and returns the action that sends requests there.
func (r *renderer) forward(path string, t Target) object {
	protocol, port, kind := "HTTPS", 443, "instance"
	if t.Plain {
		protocol, port = "HTTP", 80
	}
	if t.IPs {
		kind = "ip"
	}
	port = cmp.Or(t.Port, port)
	properties := object{
		"Protocol": protocol, "Port": port, "TargetType": kind, "VpcId": r.vpcID(), "Matcher": object{"HttpCode": "200-299"},
		"HealthCheckProtocol": protocol, "HealthCheckPath": cmp.Or(t.HealthPath, "/"),
		"TargetGroupAttributes": attributesOf("stickiness.enabled", "false"),
	}
	if t.HealthPort != 0 && t.HealthPort != port {
		properties["HealthCheckPort"] = strconv.Itoa(t.HealthPort)
	}
	r.put(path+"/Resource", elb+"TargetGroup", properties)
	return object{"Type": "forward", "TargetGroupArn": r.ref(path + "/Resource")}
}

// login returns the actions that make users log in before another action.
func login(o *OIDC, next object) []any {
	if o == nil {
		return []any{next}
	}
	next["Order"] = 2
	return []any{object{"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": object{
		"Issuer": o.Issuer, "AuthorizationEndpoint": o.AuthorizationEndpoint, "TokenEndpoint": o.TokenEndpoint,
		"UserInfoEndpoint": o.UserInfoEndpoint, "ClientId": o.ClientID, "ClientSecret": given(o.ClientSecret, ""),
	}}, next}
}

func conditions(route Route) []any {
	var out []any
	if len(route.Hosts) > 0 {
		out = append(out, object{"Field": "host-header", "HostHeaderConfig": object{"Values": anys(route.Hosts)}})
	}
	if len(route.Paths) > 0 {
		out = append(out, object{"Field": "path-pattern", "PathPatternConfig": object{"Values": anys(route.Paths)}})
	}
	return out
}

// accessLogs returns the attributes that switch on the access logs, and the paths of what they need first. It makes the bucket unless there is
// one.
func (r *renderer) accessLogs(scope string, a Application) (attributes []any, ready []string) {
	if a.Logs.None {
		return nil, nil
	}
	var bucket any = a.Logs.Bucket
	if a.Logs.Bucket == "" {
		bucket, ready = r.logBucket(scope+"/Logs", a)
	}
	attributes = attributesOf("access_logs.s3.enabled", "true", "access_logs.s3.bucket", bucket)
	if a.Logs.Prefix != "" {
		attributes = append(attributes, attributesOf("access_logs.s3.prefix", a.Logs.Prefix)...)
	}
	return attributes, ready
}

// logBucket makes a bucket for access logs, and the policy that lets them in.
func (r *renderer) logBucket(scope string, a Application) (name any, ready []string) {
	path, policy := scope+"/Resource", scope+"/Policy/Resource"
	made := r.put(path, "S3::Bucket", object{
		"BucketEncryption": object{"ServerSideEncryptionConfiguration": []any{
			object{"ServerSideEncryptionByDefault": object{"SSEAlgorithm": "AES256"}},
		}},
		"LifecycleConfiguration": object{"Rules": []any{object{"ExpirationInDays": cmp.Or(a.Retention, keptDays), "Status": "Enabled"}}},
		"OwnershipControls":      object{"Rules": []any{object{"ObjectOwnership": "BucketOwnerEnforced"}}},
		"PublicAccessBlockConfiguration": object{
			"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true,
		},
	})
	made.DeletionPolicy, made.UpdateReplacePolicy = "Retain", "Retain"
	arn := r.attribute(path, "Arn")
	objects := "/AWSLogs/"
	if a.Logs.Prefix != "" {
		objects = "/" + a.Logs.Prefix + objects
	}
	r.put(policy, "S3::BucketPolicy", object{"Bucket": r.ref(path), "PolicyDocument": object{"Version": "2012-10-17", "Statement": []any{
		object{
			"Effect": "Deny", "Principal": object{"AWS": "*"}, "Action": "s3:*", "Resource": []any{arn, join(arn, "/*")},
			"Condition": object{"Bool": object{"aws:SecureTransport": "false"}},
		},
		object{
			"Effect": "Allow", "Principal": object{"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}, "Action": "s3:PutObject",
			"Resource": join(arn, objects, r.account(), "/*"),
		},
	}}})
	return r.ref(path), []string{policy}
}
