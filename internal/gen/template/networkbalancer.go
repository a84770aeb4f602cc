package template

import (
	"fmt"
	"strconv"
)

// NetworkBalancer is a network load balancer of an edge tier. Its values are valid: what they may be is checked where they are declared.
type NetworkBalancer struct {
	Tier, ID         string
	Listeners        []Listener
	PreserveClientIP bool
	CrossZone        bool
	Production       bool
	Logs             Log // as in [Application]; only listeners with certificates write some
	Retention        int
}

// Listener is a listener of a network load balancer.
type Listener struct {
	Port         int
	Protocol     string // TCP, UDP or TCP_UDP; empty is TCP
	Certificates []any  // ARNs, or expressions for them; with them it terminates TLS
	To           Target
}

// networkBalancer makes a network load balancer with its listeners and target groups.
func (r *renderer) networkBalancer(b NetworkBalancer) {
	scope := b.Tier + "/" + b.ID
	attributes := attributesOf("deletion_protection.enabled", strconv.FormatBool(b.Production),
		"load_balancing.cross_zone.enabled", strconv.FormatBool(b.CrossZone))
	var logs []any
	var ready []string
	if b.terminatesTLS() {
		logs, ready = r.accessLogs(scope, b.Logs, b.Retention, r.letNetworks)
	}
	made := r.balancer(b.Tier, b.ID, ready)
	made.Properties["Type"], made.Properties["LoadBalancerAttributes"] = "network", append(attributes, logs...)
	made.Properties["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] = "on"
	for _, l := range b.Listeners {
		r.networkListener(b, l, ready)
	}
}

func (b NetworkBalancer) terminatesTLS() bool {
	for _, l := range b.Listeners {
		if len(l.Certificates) > 0 {
			return true
		}
	}
	return false
}

func (r *renderer) networkListener(b NetworkBalancer, l Listener, ready []string) {
	scope := b.Tier + "/" + b.ID
	protocol, target := l.Protocol, l.Protocol
	if protocol == "" {
		protocol, target = "TCP", "TCP"
	}
	properties := object{"LoadBalancerArn": r.ref(balancerPath(b.Tier, b.ID)), "Port": l.Port}
	if len(l.Certificates) > 0 {
		protocol = "TLS"
		properties["Certificates"] = certificates(l.Certificates[:1])
		properties["SslPolicy"] = TLSPolicy
		if !l.To.Plain {
			target = "TLS"
		}
	}
	group := fmt.Sprint(scope, "/Targets", l.Port, "/Resource")
	r.put(group, elb+"TargetGroup", r.networkTargets(l.To, target, b.PreserveClientIP))
	properties["Protocol"] = protocol
	properties["DefaultActions"] = []any{object{"Type": "forward", "TargetGroupArn": r.ref(group)}}
	path := fmt.Sprint(scope, "/Resource/Port", l.Port)
	r.dependsOn(r.put(path+"/Resource", elb+"Listener", properties), ready...)
	if len(l.Certificates) > 1 {
		r.furtherCertificates(path, l.Certificates, ready)
	}
}

// networkTargets are the properties of a target group. Over UDP the addresses of clients are always kept, and the attribute cannot be set.
func (r *renderer) networkTargets(t Target, protocol string, keeps bool) object {
	health := "TCP"
	out := object{"Protocol": protocol, "Port": t.port(), "TargetType": t.kind(), "VpcId": r.vpcID()}
	if t.HealthPath != nil {
		health, out["HealthCheckPath"] = t.protocol(), given(t.HealthPath, "")
	}
	out["HealthCheckProtocol"] = health
	if port := t.healthPort(); port != "" {
		out["HealthCheckPort"] = port
	}
	if protocol == "TCP" || protocol == "TLS" {
		out["TargetGroupAttributes"] = attributesOf("preserve_client_ip.enabled", strconv.FormatBool(keeps))
	}
	return out
}

// letNetworks are the statements that let network load balancers write their logs. The log delivery service writes them.
func (r *renderer) letNetworks(arn any, _ string) []any {
	service := object{"Service": logDelivery}
	return []any{
		object{
			"Effect": "Allow", "Principal": service, "Action": "s3:GetBucketAcl", "Resource": arn,
			"Condition": object{"StringEquals": object{"aws:SourceAccount": r.account()}},
		},
		object{
			"Effect": "Allow", "Principal": service, "Action": "s3:PutObject", "Resource": join(arn, "/*"),
			"Condition": object{"StringEquals": object{"aws:SourceAccount": r.account(), "s3:x-amz-acl": "bucket-owner-full-control"}},
		},
	}
}
