package reach

import (
	"fmt"
	"net/netip"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach/address"
)

type (
	// Block is a block of addresses; see package address.
	Block = address.Block
	// Cell is a range of addresses; see package address.
	Cell = address.Cell
)

// BlockOf reads a CIDR property. is6 says which family a symbolic range is of. The error says what is wrong with a literal block.
func (t *Topology) BlockOf(v cfn.Value, is6 bool) (Block, error) {
	if v.Kind == cfn.Text {
		prefix, err := netip.ParsePrefix(v.Text)
		if err != nil {
			return Block{}, fmt.Errorf("%q is not a block of addresses in CIDR notation", v.Text)
		}
		if prefix.Addr().Is6() != is6 || prefix.Addr().Is4In6() {
			return Block{}, fmt.Errorf("%q is of the wrong address family", v.Text)
		}
		return Block{Prefix: prefix.Masked()}, nil
	}
	if isOf(v, "AWS::EC2::Subnet", "CidrBlock") && v.Text != "" && !is6 && !v.Resource.Get("CidrBlock").IsMissing() {
		return t.BlockOf(v.Resource.Get("CidrBlock"), is6)
	}
	b := address.Anywhere(is6)
	b.Base = v.String()
	if block := v.Block(); block != nil {
		b = Block{Base: block.Base, Prefix: block.Prefix}
	}
	if whole, ok := t.ranges[b.Base]; ok && whole.Addr().Is6() == b.Is6() {
		return Block{Prefix: address.Part(whole, b.Prefix)}, nil
	}
	return b, nil
}

// blocks reads all alternatives of a CIDR property.
func (t *Topology) blocks(r *cfn.Resource, v cfn.Value, is6 bool) []Block {
	var out []Block
	for alternative := range alternatives(v, "") {
		b, err := t.BlockOf(alternative.Value, is6)
		if err != nil {
			t.gap(r, "%v", err)
			continue
		}
		out = append(out, b)
	}
	return out
}
