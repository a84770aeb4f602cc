package arch

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Protocol is the protocol of a service, spelled as EC2 spells it.
type Protocol string

// The protocols a service can have.
const (
	TCP    Protocol = "tcp"
	UDP    Protocol = "udp"
	ICMP   Protocol = "icmp"   // IPv4 only
	ICMPv6 Protocol = "icmpv6" // IPv6 only
	All    Protocol = "-1"     // every protocol
)

// Number returns the protocol's number.
func (p Protocol) Number() int {
	n, _ := traffic.Number(string(p)) // The protocols above are known.
	return n
}

// Ports is one protocol with an inclusive range of destination ports. For ICMP, From is the type and To is the code, -1
// meaning any, as in EC2. For All, both are -1.
type Ports struct {
	Protocol Protocol
	From, To int
}

// String returns the service syntax of p: "tcp/443", "udp/8000-8100", "icmp/8", "icmp/3/4", "icmp", "all".
func (p Ports) String() string {
	switch {
	case p.IsAll():
		return "all"
	case p.IsICMP() && p.From == -1:
		return string(p.Protocol)
	case p.IsICMP() && p.To == -1, !p.IsICMP() && p.From == p.To:
		return fmt.Sprintf("%s/%d", p.Protocol, p.From)
	case p.IsICMP():
		return fmt.Sprintf("%s/%d/%d", p.Protocol, p.From, p.To)
	}
	return fmt.Sprintf("%s/%d-%d", p.Protocol, p.From, p.To)
}

// IsICMP reports whether p is of ICMP messages of either family.
func (p Ports) IsICMP() bool { return p.Protocol == ICMP || p.Protocol == ICMPv6 }

// IsAll reports whether p is every protocol.
func (p Ports) IsAll() bool { return p.Protocol == All }

// Contains reports whether p includes all packets of q.
func (p Ports) Contains(q Ports) bool {
	if p.IsAll() || p.Protocol != q.Protocol {
		return p.IsAll()
	}
	pFrom, pTo := p.Range()
	qFrom, qTo := q.Range()
	return pFrom <= qFrom && qTo <= pTo
}

// Overlaps reports whether p and q have packets in common.
func (p Ports) Overlaps(q Ports) bool {
	if p.IsAll() || q.IsAll() || p.Protocol != q.Protocol {
		return p.IsAll() || q.IsAll()
	}
	pFrom, pTo := p.Range()
	qFrom, qTo := q.Range()
	return pFrom <= qTo && qFrom <= pTo
}

// Range returns the ports, or the types and codes of ICMP as package traffic numbers them.
func (p Ports) Range() (from, to int) {
	if p.IsICMP() {
		return traffic.ICMPRange(p.From, p.To)
	}
	return p.From, p.To
}

// Families reports to which address families the protocol belongs.
func (p Ports) Families() (v4, v6 bool) { return p.Protocol != ICMPv6, p.Protocol != ICMP }

// Compare orders ports by protocol, then by number.
func (p Ports) Compare(q Ports) int {
	return cmp.Or(cmp.Compare(p.Protocol, q.Protocol), cmp.Compare(p.From, q.From), cmp.Compare(p.To, q.To))
}

// wellKnown are the services that have names. Their ports are IANA's, or the product's documented default.
var wellKnown = sync.OnceValue(func() map[string][]Ports {
	return map[string][]Ports{
		"http":          {{TCP, 80, 80}},
		"https":         {{TCP, 443, 443}},
		"http3":         {{UDP, 443, 443}},
		"ssh":           {{TCP, 22, 22}},
		"rdp":           {{TCP, 3389, 3389}},
		"dns":           {{TCP, 53, 53}, {UDP, 53, 53}},
		"ntp":           {{UDP, 123, 123}},
		"smtp-submit":   {{TCP, 587, 587}},
		"ldaps":         {{TCP, 636, 636}},
		"nfs":           {{TCP, 2049, 2049}},
		"mysql":         {{TCP, 3306, 3306}},
		"postgresql":    {{TCP, 5432, 5432}},
		"sqlserver":     {{TCP, 1433, 1433}},
		"oracle":        {{TCP, 1521, 1521}},
		"mongodb":       {{TCP, 27017, 27017}},
		"redis":         {{TCP, 6379, 6379}},
		"memcached":     {{TCP, 11211, 11211}},
		"cassandra-tls": {{TCP, 9142, 9142}},
		"redshift":      {{TCP, 5439, 5439}},
		"neptune":       {{TCP, 8182, 8182}},
		"amqps":         {{TCP, 5671, 5671}},
		"kafka-tls":     {{TCP, 9094, 9094}},
		"kafka-iam":     {{TCP, 9098, 9098}},
		"ping":          {{ICMP, 8, -1}, {ICMPv6, 128, -1}},
		"all":           {{All, -1, -1}},
	}
})

// WellKnown lists the names of the well-known services in alphabetical order.
func WellKnown() []string { return slices.Sorted(maps.Keys(wellKnown())) }

// ParseService reads a service: terms separated by commas, each a well-known name, tcp or udp with a port or a range
// ("tcp/443", "udp/8000-8100"), or icmp or icmpv6 with an optional type and code ("icmp", "icmp/8", "icmp/3/4"); "all"
// is every protocol. The result is sorted; ranges that touch or overlap are merged.
func ParseService(s string) ([]Ports, error) {
	if IsToken(s) {
		return nil, fmt.Errorf("service is a CDK token; the keys of rules need the literal port")
	}
	var out []Ports
	for term := range strings.SplitSeq(s, ",") {
		term = strings.TrimSpace(term)
		if known, ok := wellKnown()[term]; ok {
			out = append(out, known...)
			continue
		}
		p, err := parseTerm(term)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return mergePorts(out), nil
}

func parseTerm(term string) (Ports, error) {
	protocol, rest, numbered := strings.Cut(term, "/")
	switch p := Protocol(protocol); p {
	case TCP, UDP:
		return parsePortRange(p, rest, term)
	case ICMP, ICMPv6:
		if !numbered {
			return Ports{p, -1, -1}, nil
		}
		return parseICMP(p, rest, term)
	}
	if term == "" {
		return Ports{}, fmt.Errorf("service is empty; allowed are a name such as \"https\", or \"tcp/443\"")
	}
	return Ports{}, fmt.Errorf("unknown service %q%s; allowed are tcp/PORT, udp/PORT, icmp[/TYPE[/CODE]], icmpv6[/TYPE[/CODE]] and %s",
		term, meantService(term), strings.Join(WellKnown(), ", "))
}

// meantService returns "; write " and what a misspelt service was meant to be, or "".
func meantService(term string) string {
	if _, err := parseNumber(term, 1, traffic.LastPort); err == nil {
		term = "tcp/" + term
	} else if term = catalog.Nearest(term, WellKnown()); term == "" {
		return ""
	}
	return "; write " + term
}

func parsePortRange(protocol Protocol, s, term string) (Ports, error) {
	low, high, isRange := strings.Cut(s, "-")
	if strings.HasPrefix(s, "-") { // A negative number, as CDK encodes a number it does not know yet.
		low, high, isRange = s, "", false
	}
	from, err := parseNumber(low, 1, traffic.LastPort)
	if err != nil {
		return Ports{}, fmt.Errorf("service %q: port %w", term, err)
	}
	to := from
	if isRange {
		if to, err = parseNumber(high, 1, traffic.LastPort); err != nil {
			return Ports{}, fmt.Errorf("service %q: port %w", term, err)
		}
	}
	if from > to {
		return Ports{}, fmt.Errorf("service %q: range is reversed; write %s/%d-%d", term, protocol, to, from)
	}
	return Ports{protocol, from, to}, nil
}

func parseICMP(protocol Protocol, s, term string) (Ports, error) {
	p := Ports{protocol, -1, -1}
	kind, code, hasCode := strings.Cut(s, "/")
	var err error
	if p.From, err = parseNumber(kind, 0, 255); err != nil {
		return Ports{}, fmt.Errorf("service %q: ICMP type %w", term, err)
	}
	if hasCode {
		if p.To, err = parseNumber(code, 0, 255); err != nil {
			return Ports{}, fmt.Errorf("service %q: ICMP code %w", term, err)
		}
	}
	return p, nil
}

func parseNumber(s string, low, high int) (int, error) {
	n, err := strconv.Atoi(s)
	if err == nil && n >= low && n <= high && strconv.Itoa(n) != s {
		return 0, fmt.Errorf("%q has a sign or leading zeros; write %d", s, n)
	}
	if err != nil || n < low || n > high {
		return 0, fmt.Errorf("%q is not a number from %d to %d", s, low, high)
	}
	return n, nil
}

func mergePorts(in []Ports) []Ports {
	slices.SortFunc(in, Ports.Compare)
	out := in[:0]
	for _, p := range in {
		if len(out) > 0 {
			last := &out[len(out)-1]
			if last.Contains(p) {
				continue
			}
			if !p.IsICMP() && p.Protocol == last.Protocol && p.From <= last.To+1 {
				last.To = max(last.To, p.To)
				continue
			}
		}
		out = append(out, p)
	}
	return out
}

// FormatService writes ports in the syntax that ParseService reads: "tcp/443,udp/53".
func FormatService(ports []Ports) string {
	terms := make([]string, len(ports))
	for i, p := range ports {
		terms[i] = p.String()
	}
	return strings.Join(terms, ",")
}
