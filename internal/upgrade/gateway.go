package upgrade

import (
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// exchangeableGateways lists the gateways that CloudFormation exchanges in place, and what stops working meanwhile.
var exchangeableGateways = []struct{ property, stops, refuses string }{
	{"InternetGatewayId", "no traffic passes between the VPC and the internet",
		"; while the VPC has mapped public addresses, AWS refuses to detach the gateway (DependencyViolation) and the update is rolled back"},
	{"VpnGatewayId", "no traffic passes the VPC's VPN connections, and the routes that they propagate disappear", ""},
}

// findGatewayExchanges finds existing attachments whose gateway is removed or exchanged. CloudFormation documents these
// changes as updates without interruption.
func (u *update) findGatewayExchanges() {
	for r := range resources(u.after) {
		if b := u.former[r]; b != nil && !u.created[r] && r.Type == "AWS::EC2::VPCGatewayAttachment" {
			u.checkGatewayExchange(b, r)
		}
	}
}

func (u *update) checkGatewayExchange(b, r *cfn.Resource) {
	for _, e := range exchangeableGateways {
		from, to := b.Get(e.property), r.Get(e.property)
		if from.IsMissing() || u.markedText(from) == u.markedText(to) {
			continue
		}
		detail := "CloudFormation changes the attachment in place: it detaches one gateway, then attaches the other; meanwhile " + e.stops
		if to.IsMissing() {
			detail = "CloudFormation changes the attachment in place: it detaches the gateway, and then " + e.stops
		}
		u.report("gateway-exchanged", r, diag.Diagnostic{
			Subject: r.String() + ":" + e.property,
			Summary: e.property + " of " + r.ID + " changes from " + quote(plainText(from)) + " to " + quote(plainText(to)) +
				" while the VPC is in use",
			Detail: detail + e.refuses,
			Fix: "keep the gateway (in CDK: OverrideLogicalId keeps its logical id), because a VPC can have only one of its kind; or plan for " +
				"the interruption, and release public addresses first",
		}, b)
	}
}
