package loadbalancer

import (
	"fmt"

	elb "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/report"
)

// made declares some properties of an L2 construct, so that the proof compares them with the template.
func made(p *report.Problems, name string, of constructs.IConstruct, properties map[string]any) {
	p.Declare(report.Control{
		Name: name, Of: of, ID: "Resource", Partial: true, At: p.At, Properties: func() map[string]any { return properties },
	})
}

// attribute returns an attribute of a load balancer as CloudFormation writes it.
func attribute(key string, value any) map[string]any {
	return map[string]any{"Key": key, "Value": fmt.Sprint(value)}
}

// madeListener declares a listener. It takes the port and the TLS policy from the resource that CDK made.
func madeListener(p *report.Problems, listener elb.IApplicationListener, protocol string, props *ApplicationProps, actions ...any) {
	b := &batch.Batch{}
	cfn := b.Child(listener, "Resource")
	port, balancer := batch.Get[float64](b, cfn, "port"), batch.Get[string](b, cfn, "loadBalancerArn")
	policy := batch.Get[string](b, cfn, "sslPolicy")
	b.Run()
	properties := map[string]any{"Port": port, "Protocol": protocol, "DefaultActions": actions, "LoadBalancerArn": balancer}
	if protocol == "HTTPS" {
		properties["SslPolicy"] = policy
		if len(props.Certificates) > 0 {
			properties["Certificates"] = []any{map[string]any{"CertificateArn": props.Certificates[0]}}
		}
		if m := props.MutualTLS; m != nil {
			mode := "passthrough"
			if m.TrustStore != nil {
				mode = "verify"
			}
			properties["MutualAuthentication"] = map[string]any{"Mode": mode}
		}
	}
	made(p, "listener", listener, properties)
}

// forward returns the actions of a listener: the login, if props has one, and the forwarding to group. Without a group, the listener
// answers with a fixed response.
func forward(props *ApplicationProps, group elb.ApplicationTargetGroup) []any {
	next := map[string]any{"Type": "fixed-response"}
	if group != nil {
		next = map[string]any{"Type": "forward", "TargetGroupArn": group.TargetGroupArn()}
	}
	if props.OIDC != nil {
		return []any{map[string]any{"Type": "authenticate-oidc"}, next}
	}
	return []any{next}
}

func scheme(internetFacing bool) string {
	if internetFacing {
		return "internet-facing"
	}
	return "internal"
}

func desyncMode(strictest bool) string {
	if strictest {
		return "strictest"
	}
	return "defensive"
}
