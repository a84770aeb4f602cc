package cfn

import (
	"net/netip"
	"strconv"
)

// cidr resolves Fn::Cidr: a block to divide, the number of blocks, and the number of host bits of each block.
func (r *resolver) cidr(n *node) Value {
	args, ok := r.arguments(n, 2, 3, "a block, a number of blocks and their host bits")
	if !ok {
		return Value{}
	}
	return r.eachOutcome(args, func(args []Value) Value { return r.blocks(n, args) })
}

func (r *resolver) blocks(n *node, args []Value) Value {
	for _, arg := range args {
		if arg.Kind == Missing || arg.Kind == List || arg.Kind == Map {
			r.problem(n, "Fn::Cidr expects a block, a number of blocks and their host bits, got %s", describe(arg))
			return Value{}
		}
	}
	base, known := args[0], args[1].Kind == Text
	if len(args) < 3 {
		// AWS does not document the default number of host bits.
		return r.call(n, "Cidr", base)
	}
	if args[2].Kind != Text {
		return r.call(n, "Cidr", base, args[2])
	}
	bits, ok := args[2].Int()
	if !ok || bits < 0 || bits > 128 {
		return r.badArguments(n, "Cidr", args, "Fn::Cidr expects the number of host bits of a block, 0 to 128, got %s", describe(args[2]))
	}
	count, ok := args[1].Int()
	if known && (!ok || count < 1 || count > maxCidrCount) {
		return r.badArguments(n, "Cidr", args, "Fn::Cidr expects a number of blocks from 1 to %d, got %s", maxCidrCount, describe(args[1]))
	}
	if !known {
		return r.symbol(n, blocksName(base, bits), args...)
	}
	if base.Kind == Text {
		return r.literalBlocks(n, args, count, bits)
	}
	return r.symbolicBlocks(n, base, count, bits)
}

func (r *resolver) literalBlocks(n *node, args []Value, count, bits int) Value {
	prefix, err := netip.ParsePrefix(args[0].Text)
	if err != nil {
		return r.badArguments(n, "Cidr", args, "Fn::Cidr expects a block in CIDR notation, got %q", clip(args[0].Text))
	}
	prefix = prefix.Masked()
	size := prefix.Addr().BitLen()
	// First check that bits is at most size: then the shift below is at most 128.
	if bits > size-prefix.Bits() || size-prefix.Bits()-bits < 9 && count > 1<<(size-prefix.Bits()-bits) {
		return r.badArguments(n, "Cidr", args, "Fn::Cidr asks for %d blocks of %d host bits, but they do not fit into %s", count, bits, prefix)
	}
	list := Value{Kind: List, Items: make([]Value, count)}
	r.charge(n, count)
	for i := range list.Items {
		block, _ := blockAt(prefix.Addr(), i, bits) // The blocks fit, as checked above.
		list.Items[i] = Value{Kind: Text, Text: block.String()}
	}
	return list
}

// symbolicBlocks returns the blocks of a range that is known only at deployment. The name of a block does not depend on
// the number of blocks, so that equal blocks are equal values.
func (r *resolver) symbolicBlocks(n *node, base Value, count, bits int) Value {
	name := blocksName(base, bits)
	start := netip.IPv4Unspecified()
	if bits > 32 {
		start = netip.IPv6Unspecified()
	}
	list := Value{Kind: List, Items: make([]Value, count)}
	r.charge(n, count)
	text, parts := base.String(), []Value{base}
	for i := range list.Items {
		if r.exhausted {
			return Value{}
		}
		block, ok := blockAt(start, i, bits)
		if !ok {
			r.problem(n, "Fn::Cidr asks for %d blocks of %d host bits, which do not fit into any block", count, bits)
			return Value{}
		}
		list.Items[i] = r.symbol(n, name+"["+strconv.Itoa(i)+"]", parts...)
		list.Items[i].hint = &hint{block: &Block{Base: text, Prefix: block}}
	}
	return list
}

func blocksName(base Value, bits int) string {
	return callName("Cidr", base, Value{Kind: Text, Text: strconv.Itoa(bits)})
}

// blockAt returns the block with that many host bits that is i blocks after start.
func blockAt(start netip.Addr, i, bits int) (netip.Prefix, bool) {
	size, raw := start.BitLen(), start.As16() // The last bytes are the address.
	if bits > size {
		return netip.Prefix{}, false
	}
	carry := i << (bits % 8)
	for at := len(raw) - 1 - bits/8; carry > 0; at-- {
		if at < len(raw)-size/8 {
			return netip.Prefix{}, false
		}
		carry += int(raw[at])
		raw[at] = byte(carry)
		carry >>= 8
	}
	addr := netip.AddrFrom16(raw)
	if start.Is4() {
		addr = addr.Unmap()
	}
	return netip.PrefixFrom(addr, size-bits), true
}
