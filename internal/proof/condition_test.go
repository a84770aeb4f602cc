package proof_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/arch"
)

// TestConditionalParts: resources with a condition are uncertain, whether they are rules or lead packets to a control.
func TestConditionalParts(t *testing.T) {
	t.Parallel()
	conditional := func(id string) func(map[string]object) {
		return func(r map[string]object) { r[id]["Condition"] = "Sometimes" }
	}
	for name, c := range map[string]struct {
		declared arch.Architecture
		change   func(map[string]object)
		want     string
	}{
		"a route table's association": {shop(), conditional("SubnetsBlock3Slot0RouteTableAssociation"),
			"unknown[Shop/Network:App->0.0.0.0/0 except 10.0.0.0/16:tcp/443]"},
		"a network ACL's association": {filtered(), conditional("SubnetsBlock4Slot0NetworkAcl"), "unknown[Shop/Network:App->Data:tcp/3306]"},
		"the gateway's attachment": {shop(), conditional("InternetGatewayAttachment"),
			"unknown[Shop/Network:0.0.0.0/0 except 10.0.0.0/16->Edge:tcp/443]"},
		"a VPC endpoint": {granting(), conditional(sqsEndpoint), "unknown[Test/Network:Worker->the sqs endpoint:whatwasgranted]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			template, declared := planned(t, c.declared)
			data := changed(t, template, c.change)
			data = append(bytes.TrimSuffix(data, []byte("}")),
				`,"Conditions":{"Sometimes":{"Fn::Equals":[{"Ref":"AWS::AccountId"},"123456789012"]}}}`...)
			assert.Contains(t, ids(t, data, declared), c.want)
		})
	}
}
