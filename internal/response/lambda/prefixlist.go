package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"

	"github.com/tierwall/tierwall/internal/response"
	"github.com/tierwall/tierwall/internal/response/responder"
)

// The limits of changes of a prefix list (Amazon EC2 API Reference, ModifyManagedPrefixList). A change is carried out later.
const (
	maxChange   = 100
	changeWaits = 20
	changeWait  = time.Second
)

// prefixList is a prefix list.
type prefixList struct {
	client *ec2.Client
	id     string
	size   int
	v6     bool
	sleep  func(context.Context, time.Duration) error
}

func (l *prefixList) Name() string { return "prefix list " + l.id }

func (l *prefixList) Limits() response.SetLimits {
	return response.SetLimits{IPv6: l.v6, Size: l.size, NeverEmpty: true}
}

// version returns the list's version. It returns ErrBusy while a change is carried out.
func (l *prefixList) version(ctx context.Context) (int64, error) {
	out, err := l.client.DescribeManagedPrefixLists(ctx, &ec2.DescribeManagedPrefixListsInput{PrefixListIds: []string{l.id}})
	if err != nil {
		return 0, err
	}
	if len(out.PrefixLists) != 1 {
		return 0, fmt.Errorf("the prefix list %s does not exist", l.id)
	}
	switch found := out.PrefixLists[0]; found.State {
	case types.PrefixListStateCreateInProgress, types.PrefixListStateModifyInProgress, types.PrefixListStateRestoreInProgress:
		return 0, responder.ErrBusy
	default:
		return aws.ToInt64(found.Version), nil
	}
}

func (l *prefixList) Read(ctx context.Context) ([]netip.Prefix, string, error) {
	version, err := l.version(ctx)
	if err != nil {
		return nil, "", err
	}
	var texts []string
	pages := ec2.NewGetManagedPrefixListEntriesPaginator(l.client, &ec2.GetManagedPrefixListEntriesInput{
		PrefixListId: &l.id, TargetVersion: &version,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, "", err
		}
		for _, e := range page.Entries {
			texts = append(texts, aws.ToString(e.Cidr))
		}
	}
	blocks, err := prefixes(texts)
	return blocks, strconv.FormatInt(version, 10), err
}

// Write removes before it adds, so that the list is never too large.
func (l *prefixList) Write(ctx context.Context, token string, have, want []netip.Prefix) error {
	version, err := strconv.ParseInt(token, 10, 64)
	if err != nil {
		return err
	}
	remove, add := missing(have, want), missing(want, have)
	for len(remove)+len(add) > 0 {
		in := &ec2.ModifyManagedPrefixListInput{PrefixListId: &l.id, CurrentVersion: &version}
		n := min(len(remove), maxChange)
		for _, p := range remove[:n] {
			in.RemoveEntries = append(in.RemoveEntries, types.RemovePrefixListEntry{Cidr: aws.String(p.String())})
		}
		m := min(len(add), maxChange-n)
		for _, p := range add[:m] {
			in.AddEntries = append(in.AddEntries, types.AddPrefixListEntry{Cidr: aws.String(p.String())})
		}
		if _, err := l.client.ModifyManagedPrefixList(ctx, in); err != nil {
			return l.changeError(err)
		}
		remove, add = remove[n:], add[m:]
		if version, err = l.changed(ctx, version); err != nil {
			return err
		}
	}
	return nil
}

// changed waits until a change was carried out, and returns the new version. A change that failed has the old one.
func (l *prefixList) changed(ctx context.Context, before int64) (int64, error) {
	for range changeWaits {
		version, err := l.version(ctx)
		switch {
		case err == nil && version > before:
			return version, nil
		case err == nil:
			return 0, errors.New("AWS did not carry out the change of the prefix list")
		case !errors.Is(err, responder.ErrBusy):
			return 0, err
		}
		if err := l.sleep(ctx, changeWait); err != nil {
			return 0, err
		}
	}
	return 0, responder.ErrBusy
}

func (l *prefixList) changeError(err error) error {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		switch api.ErrorCode() {
		case "PrefixListVersionMismatch":
			return responder.ErrConflict
		case "IncorrectState":
			return responder.ErrBusy
		}
	}
	return err
}

// missing returns what is in a and not in b.
func missing(a, b []netip.Prefix) []netip.Prefix {
	in := map[netip.Prefix]bool{}
	for _, p := range b {
		in[p] = true
	}
	return slices.DeleteFunc(slices.Clone(a), func(p netip.Prefix) bool { return in[p] })
}
