package usage

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/arch"
)

// described is the output of "aws ec2 describe-network-interfaces", as far as it matters here.
type described struct {
	NetworkInterfaces []struct {
		NetworkInterfaceID string `json:"NetworkInterfaceId"`
		VpcID              string `json:"VpcId"`
		PrivateIPAddress   string `json:"PrivateIpAddress"`
		PrivateIPAddresses []struct {
			PrivateIPAddress string `json:"PrivateIpAddress"`
		} `json:"PrivateIpAddresses"`
		Ipv6Addresses []struct {
			Ipv6Address string
		}
		Attachment struct{ AttachTime time.Time }
		TagSet     []struct{ Key, Value string }
	}
}

// ReadInterfaces reads the output of "aws ec2 describe-network-interfaces". The tag "tier" of an interface names its tier. If vpc is not
// empty, the interfaces of other VPCs are left out.
func ReadInterfaces(data []byte, m *arch.Model, vpc string) ([]Interface, error) {
	var all described
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, fmt.Errorf("it is not the output of \"aws ec2 describe-network-interfaces\" in JSON: %w", err)
	}
	if len(all.NetworkInterfaces) == 0 {
		return nil, errors.New("it lists no interfaces under NetworkInterfaces")
	}
	var out []Interface
	for _, d := range all.NetworkInterfaces {
		if vpc != "" && d.VpcID != vpc {
			continue
		}
		i := Interface{ID: d.NetworkInterfaceID, Since: d.Attachment.AttachTime}
		texts := []string{d.PrivateIPAddress}
		for _, a := range d.PrivateIPAddresses {
			texts = append(texts, a.PrivateIPAddress)
		}
		for _, a := range d.Ipv6Addresses {
			texts = append(texts, a.Ipv6Address)
		}
		for _, text := range texts {
			addr, err := netip.ParseAddr(text)
			if err != nil {
				return nil, fmt.Errorf("interface %s: %q is not an address", d.NetworkInterfaceID, text)
			}
			i.Addresses = append(i.Addresses, addr)
		}
		for _, tag := range d.TagSet {
			if _, ok := m.Tier(tag.Value); ok && strings.EqualFold(tag.Key, "tier") {
				i.Tiers = []string{tag.Value}
			}
		}
		out = append(out, i)
	}
	return out, nil
}
