package reach

import (
	"net/netip"
	"slices"
)

// amazon are the addresses at which AWS answers every instance, whatever groups, network ACLs and routes say: instance and task metadata,
// DNS, time and Windows activation (VPC User Guide, "Control traffic to your AWS resources using security groups"). The third address of
// a VPC's range is its DNS as well.
var amazon = []netip.Addr{
	netip.MustParseAddr("169.254.169.123"), netip.MustParseAddr("169.254.169.249"), netip.MustParseAddr("169.254.169.250"),
	netip.MustParseAddr("169.254.169.251"), netip.MustParseAddr("169.254.169.253"), netip.MustParseAddr("169.254.169.254"),
	netip.MustParseAddr("169.254.170.2"), netip.MustParseAddr("169.254.170.23"),
}

// isAmazon reports whether a cell is one of these addresses, as seen from the VPC.
func (v *VPC) isAmazon(c Cell) bool {
	if c.Base != "" || c.From != c.To {
		return false
	}
	return slices.Contains(amazon, c.From) || v != nil && slices.ContainsFunc(v.Blocks, func(b Block) bool {
		return b.Base == "" && !b.Is6() && b.Prefix.Addr().Next().Next() == c.From
	})
}
