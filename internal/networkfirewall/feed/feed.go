package feed

import (
	"bufio"
	"fmt"
	"hash/fnv"
	"io"
	"net/netip"
	"slices"
	"strings"

	"go4.org/netipx"

	"github.com/tierwall/tierwall/internal/networkfirewall"
	"github.com/tierwall/tierwall/internal/suricata"
)

// The limits of feeds.
const (
	maxFeedRubbish = 10      // invalid lines that an error lists
	maxFeedLines   = 500_000 // far more than a group can hold
	// minFeedBits4 and minFeedBits6 are the shortest prefixes of an entry. A shorter prefix is a mistake that would drop nearly everything.
	minFeedBits4, minFeedBits6 = 8, 16
	// feedChunk is the number of addresses in one rule. A rule has at most 8,175 characters, and an address at most 43.
	feedChunk = 150
)

// privateBlocks are the private blocks. Lists of unassigned addresses contain them, but to drop one would cut off the user's own networks.
var privateBlocks = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("fc00::/7"),
}

// Rules are the rules of a feed as text, one on each line, and what is wrong with its list.
type Rules struct {
	Text     string
	Problems []suricata.Problem
}

// IPs returns rules that drop all traffic to and from the addresses of a list. The list has one IPv4 or IPv6 address or CIDR block on
// each line. Text after # or ; and blank lines are ignored. The rules decide on the first packet of a connection.
//
// IPs reads the whole list immediately, sorts it and joins adjacent blocks, so the order of lines does not matter. Errors of reading,
// an empty list and lines that are not addresses are problems, because a broken list would silently remove protection.
//
// The name consists of letters, digits, spaces and hyphens. Logs show it. It also determines the SIDs of the rules: a newer list with
// the same name keeps its SIDs.
func IPs(name string, list io.Reader) Rules {
	f := feed{name: name}
	var sets [2]netipx.IPSetBuilder // by family
	f.read(list, func(entry string) error {
		prefix, err := feedPrefix(entry)
		if err != nil {
			return err
		}
		family := 0
		if prefix.Addr().Is6() {
			family = 1
		}
		sets[family].AddPrefix(prefix)
		return nil
	})
	for family, b := range sets {
		set, err := b.IPSet()
		if err != nil {
			continue // Every prefix added is valid.
		}
		part := 0
		for chunk := range slices.Chunk(set.Prefixes(), feedChunk) {
			part++
			f.dropAddresses(fmt.Sprintf("ipv%d part %d", 4+2*family, part), chunk)
		}
	}
	return f.rules()
}

func feedPrefix(entry string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(entry); err == nil && addr.Zone() == "" {
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(entry)
	switch {
	case err != nil:
		return prefix, fmt.Errorf("%.60q is neither an address nor a block", entry)
	case prefix != prefix.Masked():
		return prefix, fmt.Errorf("%s has host bits set; the block is %s", prefix, prefix.Masked())
	case prefix.Addr().Is4() && prefix.Bits() < minFeedBits4, prefix.Addr().Is6() && prefix.Bits() < minFeedBits6:
		return prefix, fmt.Errorf("%s is too large: an entry has a prefix length of at least /%d in IPv4 and /%d in IPv6", prefix, minFeedBits4,
			minFeedBits6)
	}
	for _, own := range privateBlocks {
		if prefix.Bits() <= own.Bits() && prefix.Contains(own.Addr()) {
			return prefix, fmt.Errorf("%s contains the whole private block %s: dropping it would cut off your own networks", prefix, own)
		}
	}
	return prefix, nil
}

// dropAddresses adds two rules that drop traffic to and from addresses of one family. The SIDs of the rules depend on the part of the
// list, not on its addresses, which change often.
func (f *feed) dropAddresses(part string, prefixes []netip.Prefix) {
	texts := make([]string, len(prefixes))
	for i, p := range prefixes {
		texts[i] = p.String()
		if p.IsSingleIP() {
			texts[i] = p.Addr().String()
		}
	}
	block := texts[0]
	if len(texts) > 1 {
		block = "[" + strings.Join(texts, ",") + "]"
	}
	f.add("to "+part, fmt.Sprintf("drop ip any any -> %s any", block), "")
	f.add("from "+part, fmt.Sprintf("drop ip %s any -> any any", block), "")
}

// Lists returns rules that drop all traffic to and from the addresses of lists that are filled at run time. references are the names of
// the lists in the group, without the at sign. name is used as in [IPs].
func Lists(name string, references ...string) Rules {
	f := feed{name: name}
	for _, reference := range references {
		f.entries++
		f.add("to @"+reference, fmt.Sprintf("drop ip any any -> @%s any", reference), "")
		f.add("from @"+reference, fmt.Sprintf("drop ip @%s any -> any any", reference), "")
	}
	return f.rules()
}

// Domains returns rules that drop TLS and HTTP connections to the domain names of a list. The list has one name on each line. A
// leading dot, as in ".example.com", stands for a domain and all names below it. Text after # or ; and blank lines are ignored. The list
// is read and checked, and name is used, as in [IPs].
func Domains(name string, list io.Reader) Rules {
	f := feed{name: name}
	seen := map[string]bool{}
	f.read(list, func(entry string) error {
		entry = strings.ToLower(entry)
		if err := suricata.CheckDomain(entry); err != nil {
			return err
		}
		if !seen[entry] {
			seen[entry] = true
			f.dropName(entry)
		}
		return nil
	})
	return f.rules()
}

func (f *feed) dropName(name string) {
	match := fmt.Sprintf("content:%q; startswith; endswith", name)
	if strings.HasPrefix(name, ".") {
		match = fmt.Sprintf("dotprefix; content:%q; endswith", name)
	}
	f.add("tls "+name, "drop tls any any -> any any", "flow:to_server; tls.sni; "+match+"; nocase")
	f.add("http "+name, "drop http any any -> any any", "flow:to_server; http.host; "+match)
}

// feed collects the rules and the errors of one list.
type feed struct {
	name    string
	lines   []string
	taken   map[int]bool
	rubbish []string
	more    int
	entries int
	endless bool
}

// read passes the entries of a list to take, and records the lines for which take returns an error.
func (f *feed) read(list io.Reader, take func(string) error) {
	if list == nil {
		f.rubbish = append(f.rubbish, "the reader is nil")
		return
	}
	number := 1
	failed := func(why any) {
		f.rubbish = append(f.rubbish, fmt.Sprintf("reading failed at line %d: %v", number, why))
	}
	defer func() {
		if r := recover(); r != nil { // An interface that holds a nil reader.
			failed(r)
		}
	}()
	scanner := bufio.NewScanner(list)
	for ; scanner.Scan(); number++ {
		if number > maxFeedLines {
			f.endless = true
			return
		}
		entry, _, _ := strings.Cut(scanner.Text(), "#")
		entry, _, _ = strings.Cut(entry, ";")
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		f.entries++
		err := take(entry)
		switch {
		case err != nil && len(f.rubbish) < maxFeedRubbish:
			f.rubbish = append(f.rubbish, fmt.Sprintf("line %d: %s", number, err))
		case err != nil:
			f.more++
		}
	}
	if err := scanner.Err(); err != nil {
		failed(err)
	}
}

// feedBand is the first SID of feeds, and the number of their SIDs. They are below the SIDs of rules that are derived from flows.
const feedBand = 1 << 28

// add adds a rule. Its SID is a hash of the feed's name and of what. If the SID is taken, the rule gets the next free one.
func (f *feed) add(what, header, options string) {
	h := fnv.New32a()
	h.Write([]byte(f.name + "|" + what)) // A hash never returns an error.
	sid := feedBand + int(h.Sum32())&(feedBand-1)
	if f.taken == nil {
		f.taken = map[int]bool{}
	}
	for f.taken[sid] {
		sid = feedBand + (sid+1)&(feedBand-1)
	}
	f.taken[sid] = true
	if options != "" {
		options += "; "
	}
	f.lines = append(f.lines, fmt.Sprintf("%s (msg:\"feed %s\"; %ssid:%d; rev:1;)", header, f.name, options, sid))
}

func (f *feed) rules() Rules {
	r := Rules{Text: strings.Join(f.lines, "\n")}
	add := func(summary, detail, fix string) {
		r.Problems = append(r.Problems, suricata.Problem{Rule: "feed", Summary: "the feed " + fmt.Sprintf("%.60q", f.name) + " " + summary,
			Detail: detail, Fix: fix})
	}
	if f.name == "" || strings.ContainsFunc(f.name, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != ' ' && c != '-'
	}) {
		add("has an invalid name", "allowed are letters, digits, spaces and hyphens", "change the name")
		r.Text = ""
	}
	if len(f.rubbish) > 0 {
		if f.more > 0 {
			f.rubbish = append(f.rubbish, fmt.Sprintf("and %d more lines", f.more))
		}
		add("has invalid lines", strings.Join(f.rubbish, "\n"), "correct the list, or remove these lines")
	} else if f.entries == 0 {
		add("is empty", "a list whose download failed also looks empty, and would remove all protection",
			"remove the feed if it has nothing to drop")
	}
	switch {
	case f.endless:
		add("is too long", fmt.Sprintf("it has more than %d lines", maxFeedLines), "split or shorten the list")
		r.Text = ""
	case len(f.lines) > networkfirewall.MaxCapacity:
		add("is too long", fmt.Sprintf("its %[2]d entries make %[1]d rules; a group holds at most %[3]d", len(f.lines), f.entries,
			networkfirewall.MaxCapacity), "split or shorten the list")
		r.Text = ""
	}
	return r
}
