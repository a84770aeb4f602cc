package responder

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"github.com/tierwall/tierwall/internal/response"
)

// The errors that calls of AWS return, beyond others.
var (
	// ErrConflict says that somebody else has changed the thing since it was read.
	ErrConflict = errors.New("it was changed meanwhile")
	// ErrBusy says that AWS still carries out an earlier change.
	ErrBusy = errors.New("an earlier change is still being carried out")
	// ErrGone says that the thing does not exist any more.
	ErrGone = errors.New("it does not exist any more")
)

// Item is an item of the table.
type Item struct {
	Key string
	// Version counts the changes. 0 is an item that does not exist.
	Version int64
	Body    string
	// Undone is when a person ended the action; the zero time is never.
	Undone time.Time
	// Purge is when the table may delete the item; the zero time is never.
	Purge time.Time
}

// Table is the table.
type Table interface {
	// Get returns an item, with version 0 if there is none.
	Get(ctx context.Context, key string) (Item, error)
	// All returns all items, as they are now.
	All(ctx context.Context) ([]Item, error)
	// Put writes an item whose version in the table is still that of the item, and raises the version. Otherwise it returns ErrConflict.
	Put(ctx context.Context, item Item) error
}

// Set is a set of addresses of AWS: an IP set of AWS WAF or a prefix list.
type Set interface {
	Name() string
	Limits() response.SetLimits
	// Read returns what the set holds, and a token for Write.
	Read(ctx context.Context) ([]netip.Prefix, string, error)
	// Write changes what the set holds. It returns ErrConflict if the set has changed since Read, and ErrBusy if it has to be continued later.
	Write(ctx context.Context, token string, have, want []netip.Prefix) error
}

// NameSet is a set of domain names: a rule group of AWS Network Firewall.
type NameSet interface {
	Name() string
	// Read returns the names that the set holds, in order, and a token for Write.
	Read(ctx context.Context) ([]string, string, error)
	// Write changes the names, of which there is at least one. It returns ErrConflict if the set has changed since Read.
	Write(ctx context.Context, token string, want []string) error
}

// NetworkInterface is a network interface of an instance.
type NetworkInterface struct {
	response.Interface
	VPC string
}

// Interfaces are the network interfaces of instances.
type Interfaces interface {
	Of(ctx context.Context, instance string) ([]NetworkInterface, error)
	// SetGroups replaces all groups of an interface. It returns ErrGone if there is no such interface.
	SetGroups(ctx context.Context, id string, groups []string) error
}

// Flush cuts connections that run through network firewalls.
type Flush interface {
	Start(ctx context.Context, blocks []netip.Prefix) error
}

// Events announces decisions.
type Events interface {
	Publish(ctx context.Context, decisions []response.Decision) error
}

// Fetch returns what is at an address. It reads at most one byte more than a list may have.
type Fetch func(ctx context.Context, url string) ([]byte, error)
