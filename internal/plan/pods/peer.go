package pods

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/kubernetes"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// linkLocal are the addresses of a node's own services, such as the metadata of an instance. They are not the internet.
const linkLocal = "169.254.0.0/16"

// peers returns the other end of a flow as a policy has it. It is empty, with a message, if the policy cannot name it.
func (p *policy) peers(f arch.CheckedFlow, end arch.Peer) []kubernetes.Peer {
	switch {
	case end.Kind == arch.Internet:
		return p.internet(f)
	case end.Kind == arch.Domain:
		p.widen(f, portsOf(f)+" to every public address",
			"a NetworkPolicy knows no names, such as "+end.Text+"; the network firewall does, and so does Cilium")
		return p.internet(f)
	case end.Kind == arch.PrefixList:
		p.widen(f, portsOf(f)+" with every public address",
			"a NetworkPolicy knows no prefix lists, such as "+end.Text+"; security groups do")
		return p.internet(f)
	case end.Kind.IsTier():
		return p.otherTier(f, end)
	}
	return p.blocks(f, end)
}

func portsOf(f arch.CheckedFlow) string { return arch.FormatService(f.Ports) }

// internet returns every IPv4 address outside of the network.
func (p *policy) internet(f arch.CheckedFlow) []kubernetes.Peer {
	block := kubernetes.IPBlock{CIDR: "0.0.0.0/0", Except: []string{linkLocal}}
	if p.b.m.Prefix.IsValid() {
		block.Except = append(block.Except, p.b.m.Prefix.String())
		slices.Sort(block.Except)
	} else {
		p.widen(f, portsOf(f)+" within the VPC as well", "the range of the VPC is not known here, so the internet includes it")
	}
	return []kubernetes.Peer{{IPBlock: &block}}
}

// otherTier returns the pods or the blocks of a tier.
func (p *policy) otherTier(f arch.CheckedFlow, end arch.Peer) []kubernetes.Peer {
	t, _ := p.b.m.Tier(end.Text)
	if k := t.Kubernetes; k != nil {
		return []kubernetes.Peer{{NamespaceSelector: kubernetes.InNamespace(k.Namespace), PodSelector: new(selects(*k))}}
	}
	blocks, known := address.Of(p.b.m, end)
	if !known {
		p.unknown(f, end, p.b.whyUnknown(t))
		return nil
	}
	out := p.literal(f, end, blocks)
	if others := p.b.sharers(t); len(others) > 0 && len(out) > 0 {
		p.widen(f, fmt.Sprintf("%s with %s as well", portsOf(f), strings.Join(others, ", ")), "they share the subnets of "+t.ID)
	}
	return out
}

// sharers returns the other tiers with the subnets of a tier.
func (b *builder) sharers(t arch.Tier) []string {
	var out []string
	for _, other := range b.m.Tiers {
		endpoints := t.Kind == arch.Endpoint && other.Kind == arch.Endpoint
		if other.ID != t.ID && other.Imported == nil && other.SubnetOwner() == t.SubnetOwner() && !endpoints {
			out = append(out, other.ID)
		}
	}
	return out
}

func (b *builder) whyUnknown(t arch.Tier) string {
	switch {
	case t.Imported != nil && t.Kind == arch.Endpoint:
		return "somebody else owns the endpoint, and its addresses are not known here"
	case t.Imported != nil:
		return "somebody else owns the tier, and its addresses are not known here"
	}
	return "the subnets of an existing VPC are known by their ids only"
}

// blocks returns the blocks of a peer that is one.
func (p *policy) blocks(f arch.CheckedFlow, end arch.Peer) []kubernetes.Peer {
	blocks, _ := address.Of(p.b.m, end)
	return p.literal(f, end, blocks)
}

// literal returns IPv4 blocks whose addresses are known. Pods have IPv4 addresses.
func (p *policy) literal(f arch.CheckedFlow, end arch.Peer, blocks []address.Block) []kubernetes.Peer {
	var out []kubernetes.Peer
	for _, b := range blocks {
		switch {
		case b.IPv6:
			continue
		case b.Prefix == netip.Prefix{}:
			p.unknown(f, end, "its addresses are known only at deployment")
			return nil
		}
		out = append(out, kubernetes.Peer{IPBlock: &kubernetes.IPBlock{CIDR: b.Prefix.String()}})
	}
	if len(out) == 0 {
		p.b.warnFlow("pods-ipv6", f, "no policy holds a flow of IPv6 addresses alone", "the policies are for a cluster whose pods have IPv4 "+
			"addresses", "")
	}
	return out
}

// unknown reports an end without known addresses.
func (p *policy) unknown(f arch.CheckedFlow, end arch.Peer, why string) {
	p.b.add(diag.Error, "pods-address", f.At, p.b.m.Network.FlowPath(f.Flow), "a policy for pods cannot name "+end.String(),
		why+"; a policy names labels or literal blocks", p.b.m.Network.Say(
			"if it runs on the cluster, set Kubernetes in its props; or else declare the flow with tiers.CIDR",
			"if it runs on the cluster, write which pods it is with `kubernetes: {namespace: ..., labels: ...}`; or else name a block as peer"))
}
