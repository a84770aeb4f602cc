package deployed

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// recordTypes are the types of DNS records that an endpoint may have, by address type (AWS PrivateLink Guide, "DNS record IP type").
var recordTypes = map[string][]string{"ipv4": {"ipv4"}, "ipv6": {"ipv6"}, "dualstack": {"ipv4", "ipv6", "dualstack", "service-defined"}}

// addressType checks which IP versions the endpoint carries.
func (c *checker) addressType() {
	d := c.endpoint
	kind, stated := d.Resource.Get("IpAddressType").Literal()
	record, hasRecord := d.Resource.Get("DnsOptions").Get("DnsRecordIpType").Literal()
	switch allowed, known := recordTypes[kind]; {
	case d.Gateway && d.Service == "dynamodb" && stated && kind != "ipv4" && kind != "not-specified":
		c.add("IpAddressType", "", diag.Diagnostic{
			Rule: "endpoint-address-type", Summary: "a gateway endpoint of DynamoDB is only for IPv4", Detail: fmt.Sprintf("got %q", kind),
			Fix: "leave IpAddressType out, or use an interface endpoint",
		})
	case known && hasRecord && record != "not-specified" && record != "service-defined" && !slices.Contains(allowed, record):
		c.add("DnsOptions", "", diag.Diagnostic{
			Rule: "endpoint-record-type", Summary: "the endpoint's DNS names have addresses that the endpoint does not have",
			Detail: fmt.Sprintf("DnsRecordIpType is %q, and IpAddressType %q", record, kind),
			Fix:    "write IpAddressType: dualstack, or use records of the endpoint's type",
		})
	case d.Gateway && d.ipv6 && (!stated || kind == "ipv4" || kind == "not-specified"):
		fix := "write IpAddressType: dualstack"
		if d.Service == "dynamodb" {
			fix = "let callers use names that have only IPv4 addresses, or use an interface endpoint"
		}
		c.add("IpAddressType", "", diag.Diagnostic{
			Severity: diag.Warning, Rule: "endpoint-ipv6", Summary: "calls over IPv6 bypass the endpoint and its policy",
			Detail: "its routes are for IPv4, and the VPC has IPv6: the service's dual-stack names have addresses of both", Fix: fix,
		})
	}
}

// withIPv6 returns the VPCs that have IPv6 addresses, by their text.
func withIPv6(a *cfn.Assembly) map[string]bool {
	out := map[string]bool{}
	for r := range a.Resources() {
		amazon, _ := r.Get("AmazonProvidedIpv6CidrBlock").Bool()
		block := !r.Get("Ipv6CidrBlock").IsMissing() || !r.Get("Ipv6IpamPoolId").IsMissing()
		if (r.Type == "AWS::EC2::VPCCidrBlock" || r.Type == "AWS::EC2::Subnet") && (amazon || block) {
			out[r.Get("VpcId").String()] = true
		}
	}
	return out
}
