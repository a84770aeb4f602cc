// Package squid writes the configuration of Squid as an egress proxy: for each client, the names that it may reach, and nothing else.
//
// The proxy reads names and decrypts nothing. A client asks for a name with CONNECT, and Squid opens the tunnel only if the client then
// sends the same name in the server name (SNI) of TLS. The configuration needs Squid 5 or later with OpenSSL, package squid-openssl of
// Debian: a Squid with GnuTLS has no ssl_bump. The package knows no CDK and no tiers.
package squid

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// Config is what the proxy does.
type Config struct {
	Port    int      // on which clients connect
	Folder  string   // absolute path of a folder, where the start script writes its files
	Own     []string // blocks of the network: no client reaches them through the proxy
	Clients []Client // in any order
}

// Client is a group of addresses with the same rights.
type Client struct {
	Name      string   // of letters, digits and hyphens, for comments
	Addresses []string // blocks in CIDR notation, or tokens whose values are such blocks
	Allowed   []Host
}

// Host is a name that a client may reach.
type Host struct {
	Domain string // "api.example.com", or with a leading dot a domain and all below it
	// Ports are tcp. On port 80, the client asks for http URLs of the name; on all other ports, it opens tunnels in which TLS begins.
	Ports []arch.Ports
}

// MaxSize is the maximum size of a configuration in bytes. A task definition of Amazon ECS has at most 64 KiB, and the rest of it needs
// room (Amazon ECS Developer Guide, "Service quotas").
const MaxSize = 48 << 10

// private are the blocks that no name may lead to: private networks, the metadata of instances and tasks, and everything else that is not
// public (IANA special-purpose registries), with the IPv6 blocks in which IPv4 addresses are wrapped. Squid holds IPv4 addresses as
// ::ffff:0:0/96, so that block must not be here.
var private = []string{
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16",
	"198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
	"::/128", "::1/128", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
}

var (
	clientName = lazyregexp.New(`^[A-Za-z0-9-]{1,64}$`)
	plainPath  = lazyregexp.New(`^/[A-Za-z0-9_./-]+$`)
)

// Text returns the configuration, or an error that lists everything that is wrong with c. Equal configs have equal texts.
func (c Config) Text() (string, error) {
	clients, errs := c.checked()
	if len(errs) > 0 {
		return "", errors.Join(errs...)
	}
	text := render(c, clients)
	if len(text) > MaxSize {
		return "", fmt.Errorf("the configuration of the proxy has %d bytes; allowed are %d: use fewer names, domains with a leading dot, or "+
			"a second proxy", len(text), MaxSize)
	}
	return text, nil
}

// checked returns the clients by name, each with its hosts by domain.
func (c Config) checked() (clients []Client, errs []error) {
	if c.Port < 1024 || c.Port > 65535 {
		errs = append(errs, fmt.Errorf("the proxy's port is %d; allowed are 1024 to 65535, because Squid does not run as root", c.Port))
	}
	if !plainPath.MatchString(c.Folder) {
		errs = append(errs, fmt.Errorf("the folder is %.80q; allowed are absolute paths of letters, digits and _./-", c.Folder))
	}
	for _, block := range c.Own {
		errs = append(errs, checkBlock(block))
	}
	for _, client := range c.Clients {
		checked, problems := client.checked()
		clients, errs = append(clients, checked), append(errs, problems...)
	}
	slices.SortStableFunc(clients, func(a, b Client) int { return strings.Compare(a.Name, b.Name) })
	errs = append(errs, overlaps(clients)...)
	return clients, slices.DeleteFunc(errs, func(err error) bool { return err == nil })
}

func (c Client) checked() (Client, []error) {
	var errs []error
	if !clientName.MatchString(c.Name) {
		errs = append(errs, fmt.Errorf("a client's name is %.80q; allowed are 1 to 64 letters, digits and hyphens", c.Name))
	}
	if len(c.Addresses) == 0 {
		errs = append(errs, fmt.Errorf("%s: no addresses are known; the proxy tells its clients apart by their addresses", c.Name))
	}
	for _, block := range c.Addresses {
		errs = append(errs, checkBlock(block))
	}
	out := Client{Name: c.Name, Addresses: slices.Clone(c.Addresses)}
	for _, h := range c.Allowed {
		checked, err := h.checked()
		if err != nil {
			errs = append(errs, fmt.Errorf("%s -> %.80q: %w", c.Name, h.Domain, err))
			continue
		}
		out.Allowed = append(out.Allowed, checked)
	}
	slices.SortStableFunc(out.Allowed, func(a, b Host) int {
		return strings.Compare(a.Domain+" "+arch.FormatService(a.Ports), b.Domain+" "+arch.FormatService(b.Ports))
	})
	out.Allowed = slices.CompactFunc(out.Allowed, func(a, b Host) bool { return a.Domain == b.Domain && slices.Equal(a.Ports, b.Ports) })
	return out, errs
}

func (h Host) checked() (Host, error) {
	name, err := arch.ParseDomain(h.Domain)
	if err != nil {
		return Host{}, err
	}
	if len(h.Ports) == 0 {
		return Host{}, errors.New("no ports")
	}
	for _, p := range h.Ports {
		switch {
		case p.Protocol != arch.TCP:
			return Host{}, fmt.Errorf("got %s; the proxy carries only HTTP and TLS over tcp", p)
		case p.From < 1 || p.To > 65535 || p.From > p.To:
			return Host{}, fmt.Errorf("got %s; allowed are ports 1 to 65535", p)
		case !p.IsHTTP() && p.From <= 80 && 80 <= p.To:
			return Host{}, fmt.Errorf("got %s; on port 80 the proxy carries HTTP, and on all others TLS: declare port 80 separately", p)
		}
	}
	return Host{Domain: name, Ports: h.Ports}, nil
}

// checkBlock accepts blocks without host bits, and tokens, whose values only the deployment knows.
func checkBlock(block string) error {
	if arch.IsToken(block) {
		return nil
	}
	if p, err := netip.ParsePrefix(block); err != nil || p != p.Masked() || p.Addr().Is4In6() {
		return fmt.Errorf("got %.80q; a block in CIDR notation without host bits is needed", block)
	}
	return nil
}

// overlaps finds clients that share addresses. Each of them could reach the names of the other.
func overlaps(clients []Client) (errs []error) {
	for i, a := range clients {
		for _, b := range clients[i+1:] {
			if a.overlaps(b) {
				errs = append(errs, fmt.Errorf("%s and %s have addresses in common, so each could reach the names of the other", a.Name, b.Name))
			}
		}
	}
	return errs
}

func (c Client) overlaps(other Client) bool {
	for _, a := range c.Addresses {
		for _, b := range other.Addresses {
			p, errA := netip.ParsePrefix(a)
			q, errB := netip.ParsePrefix(b)
			if a == b || errA == nil && errB == nil && p.Overlaps(q) {
				return true
			}
		}
	}
	return false
}
