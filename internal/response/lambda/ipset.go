package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	"github.com/aws/aws-sdk-go-v2/service/wafv2/types"

	"github.com/tierwall/tierwall/internal/response"
	"github.com/tierwall/tierwall/internal/response/responder"
)

// maxIPSet is the size of an IP set of AWS WAF (AWS WAF Developer Guide, "AWS WAF quotas").
const maxIPSet = 10_000

// ipSet is an IP set of AWS WAF.
type ipSet struct {
	client   *wafv2.Client
	name, id string
	scope    types.Scope
	v6       bool
}

// newIPSet returns the set with an ARN such as arn:aws:wafv2:eu-west-1:111122223333:regional/ipset/NAME/ID.
func newIPSet(client *wafv2.Client, arn string, v6 bool) (*ipSet, error) {
	parts := strings.Split(arn[strings.LastIndexByte(arn, ':')+1:], "/")
	if len(parts) != 4 || parts[1] != "ipset" {
		return nil, fmt.Errorf("%q is no ARN of an IP set", arn)
	}
	s := &ipSet{client: client, name: parts[2], id: parts[3], scope: types.ScopeRegional, v6: v6}
	if parts[0] == "global" {
		s.scope = types.ScopeCloudfront
	}
	return s, nil
}

func (s *ipSet) Name() string { return "IP set " + s.name }

func (s *ipSet) Limits() response.SetLimits { return response.SetLimits{IPv6: s.v6, Size: maxIPSet} }

func (s *ipSet) Read(ctx context.Context) ([]netip.Prefix, string, error) {
	out, err := s.client.GetIPSet(ctx, &wafv2.GetIPSetInput{Name: &s.name, Id: &s.id, Scope: s.scope})
	if err != nil {
		return nil, "", err
	}
	blocks, err := prefixes(out.IPSet.Addresses)
	return blocks, *out.LockToken, err
}

// Write replaces all addresses, which is the only way there is. The set has no description: this call would remove it.
func (s *ipSet) Write(ctx context.Context, token string, _, want []netip.Prefix) error {
	addresses := []string{}
	for _, p := range want {
		addresses = append(addresses, p.String())
	}
	_, err := s.client.UpdateIPSet(ctx, &wafv2.UpdateIPSetInput{
		Name: &s.name, Id: &s.id, Scope: s.scope, LockToken: &token, Addresses: addresses,
	})
	if _, stale := errors.AsType[*types.WAFOptimisticLockException](err); stale {
		return responder.ErrConflict
	}
	return err
}

func prefixes(texts []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, t := range texts {
		p, err := netip.ParsePrefix(t)
		if err != nil {
			return nil, err
		}
		out = append(out, p.Masked())
	}
	return out, nil
}
