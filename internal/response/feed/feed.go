package feed

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/netip"
	"strings"
	"time"

	"go4.org/netipx"
)

// The forms of lists.
const (
	Spamhaus = "spamhaus" // DROP: JSON lines, the last of which is metadata
	Plain    = "plain"    // an address or block on each line; # and ; begin comments
	CSV      = "csv"      // comma-separated values with # comments, as abuse.ch publishes; one column has the address
	Domains  = "domains"  // a domain name on each line; # and ; begin comments
	Hosts    = "hosts"    // a hosts file: 0.0.0.0 or 127.0.0.1, and a domain name
)

// The limits of lists.
const (
	// MaxBytes is the size of the largest list that is read.
	MaxBytes   = 10 << 20
	maxEntries = 200_000
	// minBits4 and minBits6 are the shortest prefixes: the largest blocks that a registry gives to one network are about this large.
	minBits4, minBits6 = 8, 19
	// maxShare is the share of the internet that a list may hold.
	maxShare = 0.1
	// minKept is the share of the last good list that the next one must have: half.
	minKept = 2
)

// List is a list that was read: of blocks or of names.
type List struct {
	Blocks []netip.Prefix
	// Names are domain names; a leading dot stands for a domain and all names below it.
	Names []string
	// Time is when the list was made, if it says so.
	Time time.Time
}

// Read reads a list and refuses it as a whole if anything in it cannot be right. last is the last good list; a zero List is none.
func Read(form string, text []byte, last List) (List, error) {
	if len(text) > MaxBytes {
		return List{}, fmt.Errorf("the list has more than %d bytes", MaxBytes)
	}
	if start := bytes.TrimSpace(text); len(start) > 0 && start[0] == '<' {
		return List{}, errors.New("the list is HTML or XML, which is usually the page of an error")
	}
	if bytes.HasPrefix(text, []byte{0x1f, 0x8b}) {
		return List{}, errors.New("the list is compressed by gzip; only plain text is read")
	}
	read, ok := map[string]func([]byte) (List, error){
		Spamhaus: readSpamhaus, Plain: readPlain, CSV: readCSV, Domains: readDomains, Hosts: readHosts,
	}[form]
	if !ok {
		return List{}, fmt.Errorf("%q is no form of lists", form)
	}
	list, err := read(text)
	if err != nil {
		return List{}, err
	}
	if form == Domains || form == Hosts {
		return list, list.checkNames(last)
	}
	return list, list.check(last)
}

// check refuses a list of blocks that cannot be right as a whole.
func (l *List) check(last List) error {
	var b netipx.IPSetBuilder
	for _, p := range l.Blocks {
		if err := checkBlock(p); err != nil {
			return err
		}
		b.AddPrefix(p)
	}
	set, err := b.IPSet()
	if err != nil {
		return err
	}
	l.Blocks = set.Prefixes()
	var v4, v6 float64 // the shares of all IPv4 addresses, and of 2000::/3, which is the IPv6 internet
	for _, p := range l.Blocks {
		if p.Addr().Is4() {
			v4 += math.Exp2(-float64(p.Bits()))
		} else {
			v6 += math.Exp2(3 - float64(p.Bits()))
		}
	}
	switch {
	case len(l.Blocks) == 0:
		return errors.New("the list has no addresses")
	case max(v4, v6) > maxShare:
		return fmt.Errorf("the list holds %.0f%% of the internet; allowed are %.0f%%", 100*max(v4, v6), 100*maxShare)
	case !l.Time.IsZero() && l.Time.Before(last.Time):
		return fmt.Errorf("the list is of %s, older than the last one of %s", l.Time.Format(time.RFC3339), last.Time.Format(time.RFC3339))
	case len(l.Blocks)*minKept < len(last.Blocks):
		return fmt.Errorf("the list has %d blocks, less than half of the %d of the last one", len(l.Blocks), len(last.Blocks))
	}
	return nil
}

func checkBlock(p netip.Prefix) error {
	if p.Addr().Is4() && p.Bits() < minBits4 || p.Addr().Is6() && p.Bits() < minBits6 {
		return fmt.Errorf("%s is too large: an entry has a prefix length of at least /%d in IPv4 and /%d in IPv6", p, minBits4, minBits6)
	}
	return nil
}

// block reads an address or a block. Host bits are an error, because nobody knows what was meant.
func block(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	switch {
	case err != nil || p.Addr().Is4In6():
		return p, fmt.Errorf("%.60q is neither an address nor a block", text)
	case p != p.Masked():
		return p, fmt.Errorf("%s has host bits set; the block is %s", p, p.Masked())
	}
	return p, nil
}

// lines calls do with each line that is not empty.
func lines(text []byte, do func(string) error) error {
	s := bufio.NewScanner(bytes.NewReader(text))
	s.Buffer(nil, 64<<10)
	for n := 1; s.Scan(); n++ {
		line := strings.TrimSpace(s.Text())
		if line == "" {
			continue
		}
		if n > maxEntries {
			return fmt.Errorf("the list has more than %d lines", maxEntries)
		}
		if err := do(line); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return s.Err()
}

// plainLines calls do with each line that is not empty without its comment.
func plainLines(text []byte, do func(string) error) error {
	return lines(text, func(line string) error {
		if i := strings.IndexAny(line, "#;"); i >= 0 {
			line = strings.TrimSpace(line[:i])
		}
		if line == "" {
			return nil
		}
		return do(line)
	})
}

func readPlain(text []byte) (List, error) {
	var l List
	err := plainLines(text, func(line string) error {
		p, err := block(line)
		l.Blocks = append(l.Blocks, p)
		return err
	})
	return l, err
}

// readSpamhaus reads DROP. Its metadata says how many records there are, so that a list that was cut off is refused.
func readSpamhaus(text []byte) (List, error) {
	var l List
	records := -1
	err := lines(text, func(line string) error {
		var entry struct {
			CIDR      string `json:"cidr"`
			Type      string `json:"type"`
			Timestamp int64  `json:"timestamp"`
			Records   *int   `json:"records"`
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			return fmt.Errorf("it is no JSON object: %w", err)
		}
		if entry.Type == "metadata" && entry.Records != nil {
			records, l.Time = *entry.Records, time.Unix(entry.Timestamp, 0).UTC()
			return nil
		}
		p, err := block(entry.CIDR)
		l.Blocks = append(l.Blocks, p)
		return err
	})
	switch {
	case err != nil:
		return List{}, err
	case records < 0:
		return List{}, errors.New("the list has no metadata; it was cut off")
	case len(l.Blocks) != records:
		return List{}, fmt.Errorf("the list has %d records, but its metadata says %d", len(l.Blocks), records)
	}
	return l, nil
}

// readCSV reads values with a column of addresses: the first column of each row that holds one.
func readCSV(text []byte) (List, error) {
	var l List
	r := csv.NewReader(bytes.NewReader(text))
	r.Comment, r.FieldsPerRecord, r.TrimLeadingSpace, r.ReuseRecord = '#', -1, true, true
	column := -1
	for n := 0; ; n++ {
		row, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			return l, nil
		case err != nil:
			return List{}, err
		case n > maxEntries:
			return List{}, fmt.Errorf("the list has more than %d rows", maxEntries)
		}
		if column < 0 {
			if column = addressColumn(row); column < 0 && n > 0 {
				return List{}, fmt.Errorf("row %d has no address", n+1)
			}
			if column < 0 {
				continue // the names of the columns
			}
		}
		if column >= len(row) {
			return List{}, fmt.Errorf("row %d has no column %d", n+1, column+1)
		}
		p, err := block(strings.TrimSpace(row[column]))
		if err != nil {
			return List{}, fmt.Errorf("row %d: %w", n+1, err)
		}
		l.Blocks = append(l.Blocks, p)
	}
}

func addressColumn(row []string) int {
	for i, field := range row {
		if _, err := block(strings.TrimSpace(field)); err == nil {
			return i
		}
	}
	return -1
}
