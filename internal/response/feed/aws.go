package feed

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"time"
)

// AWSRangesURL is where AWS publishes its addresses.
const AWSRangesURL = "https://ip-ranges.amazonaws.com/ip-ranges.json"

// ReadAWSRanges reads the addresses of services from AWS's ip-ranges.json (Amazon VPC User Guide, "AWS IP address ranges JSON"). It refuses
// a list that is older than the last one, and one that lacks a service.
func ReadAWSRanges(text []byte, services []string, last List) (List, error) {
	var doc struct {
		SyncToken string
		Prefixes  []struct {
			Prefix  string `json:"ip_prefix"`
			Service string
		}
		IPv6 []struct {
			Prefix  string `json:"ipv6_prefix"`
			Service string
		} `json:"ipv6_prefixes"`
	}
	if len(text) > MaxBytes {
		return List{}, fmt.Errorf("the list has more than %d bytes", MaxBytes)
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		return List{}, fmt.Errorf("the list is not AWS's ip-ranges.json: %w", err)
	}
	token, err := strconv.ParseInt(doc.SyncToken, 10, 64)
	if err != nil {
		return List{}, fmt.Errorf("the list has no valid syncToken: %.40q", doc.SyncToken)
	}
	l := List{Time: time.Unix(token, 0).UTC()}
	if l.Time.Before(last.Time) {
		return List{}, fmt.Errorf("the list is of %s, older than the last one of %s", l.Time.Format(time.RFC3339), last.Time.Format(time.RFC3339))
	}
	found := map[string]bool{}
	add := func(text, service string) error {
		if !slices.Contains(services, service) {
			return nil
		}
		found[service] = true
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return fmt.Errorf("the list has the block %.60q of %s", text, service)
		}
		l.Blocks = append(l.Blocks, p.Masked())
		return nil
	}
	for _, p := range doc.Prefixes {
		if err := add(p.Prefix, p.Service); err != nil {
			return List{}, err
		}
	}
	for _, p := range doc.IPv6 {
		if err := add(p.Prefix, p.Service); err != nil {
			return List{}, err
		}
	}
	for _, s := range services {
		if !found[s] {
			return List{}, fmt.Errorf("the list has no addresses of the service %s", s)
		}
	}
	slices.SortFunc(l.Blocks, netip.Prefix.Compare)
	l.Blocks = slices.Compact(l.Blocks)
	return l, nil
}
