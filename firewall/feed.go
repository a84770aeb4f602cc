package firewall

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
	maxFeedRubbish = 10      // lines that are named in an error
	maxFeedLines   = 500_000 // far more than a group holds
	// minFeedBits4 and minFeedBits6 are how much of the address space one line may stand for: shorter prefixes are mistakes that
	// would cut everything.
	minFeedBits4, minFeedBits6 = 8, 16
	// feedChunk is how many addresses one rule names: a rule has at most 8,175 characters, an address at most 43.
	feedChunk = 150
)

// privateBlocks are what lists of addresses that nobody owns hold as well: dropping one of them whole would cut one's own networks.
var privateBlocks = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("fc00::/7"),
}

// IPFeed takes a list of addresses and blocks to drop all traffic from and to, one on a line; what follows # or ; on a line is left
// out. It is read at once, sorted and joined, so that the order of lines is of no account. name is letters, digits, spaces and
// hyphens, for the logs, and identifies the rules: another list under the same name has the same numbers. Rules that drop by address
// decide on the first packet of a connection.
func IPFeed(name string, list io.Reader) Rules {
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
		return prefix, fmt.Errorf("%s is too large a part of all addresses to be a threat", prefix)
	}
	for _, own := range privateBlocks {
		if prefix.Bits() <= own.Bits() && prefix.Contains(own.Addr()) {
			return prefix, fmt.Errorf("%s holds all of the private block %s: dropping it would cut your own networks", prefix, own)
		}
	}
	return prefix, nil
}

// dropAddresses drops what is sent to some addresses of one family and what comes from them. The part of the list that they are
// is what their rules are numbered by: the addresses in it change all the time.
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

// DomainFeed takes a list of domain names to drop TLS and HTTP connections to, one on a line; a leading dot stands for the domain
// and all below it, and what follows # or ; on a line is left out. It is read at once. name is as in [IPFeed].
func DomainFeed(name string, list io.Reader) Rules {
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

// feed collects the rules of a list.
type feed struct {
	name    string
	lines   []string
	taken   map[int]bool
	rubbish []string
	more    int
	entries int
	endless bool
}

// read hands the entries of a list to take, and notes the lines that it refuses.
func (f *feed) read(list io.Reader, take func(string) error) {
	if list == nil {
		f.rubbish = append(f.rubbish, "there is nothing to read from")
		return
	}
	number := 1
	failed := func(why any) {
		f.rubbish = append(f.rubbish, fmt.Sprintf("reading it failed at line %d: %v", number, why))
	}
	defer func() {
		if r := recover(); r != nil { // A reader that is nil inside.
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

// feedBand is where the numbers of feeds begin, as many as the band is wide: below those of rules made from flows.
const feedBand = 1 << 28

// add adds a rule. Its number depends on the feed's name and on what the rule is about; where two meet, the later one moves on.
func (f *feed) add(what, header, options string) {
	h := fnv.New32a()
	h.Write([]byte(f.name + "|" + what)) // It never fails.
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
	r := Rules{text: strings.Join(f.lines, "\n"), kind: "rule", feed: f.name}
	add := func(summary, detail, fix string) {
		r.problems = append(r.problems, suricata.Problem{Rule: "feed", Summary: "the feed " + fmt.Sprintf("%.60q", f.name) + " " + summary,
			Detail: detail, Fix: fix})
	}
	if f.name == "" || strings.ContainsFunc(f.name, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != ' ' && c != '-'
	}) {
		add("has no usable name", "allowed are letters, digits, spaces and hyphens", "")
		r.text = ""
	}
	if len(f.rubbish) > 0 {
		if f.more > 0 {
			f.rubbish = append(f.rubbish, fmt.Sprintf("and %d lines more", f.more))
		}
		add("has lines that are no entries", strings.Join(f.rubbish, "\n"), "mend the list, or leave the lines out")
	} else if f.entries == 0 {
		add("is empty", "a list that was not fetched looks the same, and would take all protection away",
			"leave out the feed if nothing is to be dropped")
	}
	switch {
	case f.endless:
		add("is too long", fmt.Sprintf("it has more than %d lines", maxFeedLines), "split the list, or shorten it")
		r.text = ""
	case len(f.lines) > networkfirewall.MaxCapacity:
		add("is too long", fmt.Sprintf("it makes %d rules of %d entries; a group holds at most %d", len(f.lines), f.entries,
			networkfirewall.MaxCapacity), "split the list, or shorten it")
		r.text = ""
	}
	return r
}
