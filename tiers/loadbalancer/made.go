package loadbalancer

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	elb "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
)

// made declares some properties of an L2 construct, so that the proof compares them with the template.
func made(name string, of constructs.IConstruct, at diag.Position, properties map[string]any) {
	if cfn, ok := of.Node().DefaultChild().(awscdk.CfnResource); ok {
		report.Declare(report.Control{
			Name: name, Resource: cfn, Partial: true, At: at, Properties: func() map[string]any { return properties },
		})
	}
}

// attribute returns an attribute of a load balancer as CloudFormation writes it.
func attribute(key string, value any) map[string]any {
	return map[string]any{"Key": key, "Value": fmt.Sprint(value)}
}

// madeListener declares a listener. It takes the port and the TLS policy from the resource that CDK made.
func madeListener(listener elb.IApplicationListener, at diag.Position, protocol string, props *ApplicationProps, actions ...any) {
	cfn, ok := listener.Node().DefaultChild().(elb.CfnListener)
	if !ok {
		return
	}
	properties := map[string]any{"Port": cfn.Port(), "Protocol": protocol, "DefaultActions": actions, "LoadBalancerArn": cfn.LoadBalancerArn()}
	if protocol == "HTTPS" {
		properties["SslPolicy"] = cfn.SslPolicy()
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
	made("listener", listener, at, properties)
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
