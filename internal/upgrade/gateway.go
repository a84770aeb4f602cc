package upgrade

import (
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// exchangeableGateways are the gateways of an attachment that CloudFormation exchanges in place, and what stops meanwhile.
var exchangeableGateways = []struct{ property, stops, refuses string }{
	{"InternetGatewayId", "nothing in the VPC reaches the internet or is reached from it",
		"; while the VPC has mapped public addresses, AWS refuses to detach the gateway (DependencyViolation) and the update is rolled back"},
	{"VpnGatewayId", "nothing passes over the VPC's VPN connections, and routes that propagate from them are gone", ""},
}

// findGatewayExchanges finds live attachments whose gateway is taken away or exchanged. CloudFormation calls that no interruption.
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
		detail := "CloudFormation changes the attachment in place: it detaches the one gateway, then attaches the other one; meanwhile " + e.stops
		if to.IsMissing() {
			detail = "CloudFormation changes the attachment in place: it detaches the gateway, and then " + e.stops
		}
		u.report("gateway-exchanged", r, diag.Diagnostic{
			Subject: r.String() + ":" + e.property,
			Summary: e.property + " of " + r.ID + " changes from " + quote(plainText(from)) + " to " + quote(plainText(to)) + " while the VPC is in use",
			Detail:  detail + e.refuses,
			Fix: "leave the gateway as it is (in CDK: OverrideLogicalId keeps its logical id): a VPC has one of the kind at a time; or plan for " +
				"the interruption, and release public addresses first",
		}, b)
	}
}
