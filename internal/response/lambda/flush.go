package main

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/networkfirewall"
	"github.com/aws/aws-sdk-go-v2/service/networkfirewall/types"
)

// maxFilters is the number of filters of a flush (AWS Network Firewall API Reference, StartFlowFlush).
const maxFilters = 20

// flush flushes connections in network firewalls, given as their zones, separated by |, by their ARNs.
type flush struct {
	client    *networkfirewall.Client
	firewalls map[string]string
}

// Start flushes the connections from and to blocks. A flush is of one firewall in one zone.
func (f *flush) Start(ctx context.Context, blocks []netip.Prefix) error {
	var errs []error
	for part := range slices.Chunk(blocks, maxFilters/2) {
		var filters []types.FlowFilter
		for _, p := range part {
			address := &types.Address{AddressDefinition: aws.String(p.String())}
			filters = append(filters, types.FlowFilter{SourceAddress: address}, types.FlowFilter{DestinationAddress: address})
		}
		for arn, zones := range f.firewalls {
			for zone := range strings.SplitSeq(zones, "|") {
				_, err := f.client.StartFlowFlush(ctx, &networkfirewall.StartFlowFlushInput{
					FirewallArn: &arn, AvailabilityZone: &zone, FlowFilters: filters,
				})
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}
