package feed

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/publicsuffix"

	"github.com/tierwall/tierwall/internal/suricata"
)

const drop = `{"cidr":"1.10.16.0/20","sblid":"SBL256894","rir":"apnic"}
{"cidr":"1.19.0.0/16","sblid":"SBL434604","rir":"apnic"}
{"cidr":"2a06:e480::/29","sblid":"SBL301771","rir":"ripencc"}
{"type":"metadata","timestamp":1788232200,"size":3,"records":3,"copyright":"(c) 2026 The Spamhaus Project SLU"}
`

func TestRead(t *testing.T) {
	t.Parallel()
	l, err := Read(Spamhaus, []byte(drop), List{})
	require.NoError(t, err)
	assert.Equal(t, "[1.10.16.0/20 1.19.0.0/16 2a06:e480::/29]", fmt.Sprint(l.Blocks))
	assert.Equal(t, time.Unix(1788232200, 0).UTC(), l.Time)
	l, err = Read(Plain, []byte("# a list\r\n9.9.9.9\n\n9.9.9.8/32 ; twice\n2a00::1\n9.9.9.9\n"), List{})
	require.NoError(t, err)
	assert.Equal(t, "[9.9.9.8/31 2a00::1/128]", fmt.Sprint(l.Blocks))
	l, err = Read(CSV, []byte("# head\r\n\"first_seen_utc\",\"dst_ip\",\"dst_port\"\n"+
		"\"2026-11-01 00:00:00\",\"9.9.9.9\",\"443\"\n\"2026-11-01 00:00:00\",\"9.9.9.8\",\"443\"\n"), List{})
	require.NoError(t, err)
	assert.Equal(t, "[9.9.9.8/31]", fmt.Sprint(l.Blocks))
}

// TestRefused: a list of which a part cannot be right is refused as a whole.
func TestRefused(t *testing.T) {
	t.Parallel()
	good := List{Time: time.Unix(1788232201, 0), Blocks: make([]netip.Prefix, 7)}
	many := func(n int, block string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, block+"\n", i)
		}
		return b.String()
	}
	for _, c := range []struct{ form, text, want string }{
		{Plain, "0.0.0.0/0", "0.0.0.0/0 is too large"}, {Plain, "::/0", "::/0 is too large"}, {Plain, "9.9.9.9\n16.0.0.0/7", "too large"},
		{Plain, "2a00::/18", "too large"}, {Plain, many(27, "%d.0.0.0/8"), "11% of the internet"},
		{Plain, "", "no addresses"}, {Plain, "# nothing", "no addresses"}, {Plain, "  <html>", "HTML"}, {Plain, "hello",
			`line 1: "hello" is neither`},
		{Plain, "9.9.9.9/24", "host bits"}, {Plain, "fe80::1%eth0", "neither"}, {Plain, "::ffff:9.9.9.0/120", "neither"}, {Plain,
			strings.Repeat("9", 70_000), "too long"},
		{Plain, "\x00\xff", "neither"}, {Plain, strings.Repeat("9.9.9.9\n", maxEntries+1), "more than 200000 lines"},
		{Spamhaus, strings.Join(strings.SplitAfter(drop, "\n")[1:], ""), "2 records, but its metadata says 3"},
		{Spamhaus, strings.Join(strings.SplitAfter(drop, "\n")[:2], ""), "no metadata"}, {Spamhaus, "{", "no JSON object"},
		{Spamhaus, drop, "older than the last one"},
		{CSV, "a,b\nc,d", "row 2 has no address"}, {CSV, "1,9.9.9.9\n2", "row 2 has no column 2"}, {CSV, "9.9.9.9\nx", "row 2"}, {CSV,
			"\"9.9.9.9", "quote"},
		{Plain, "9.9.9.1\n9.9.9.3\n9.9.9.5", "3 blocks, less than half of the 7"},
		{Plain, string(bytes.Repeat([]byte("#"), MaxBytes+1)), "more than 10485760 bytes"}, {"x", "", "no form"},
	} {
		_, err := Read(c.form, []byte(c.text), good)
		assert.ErrorContains(t, err, c.want, "%.40q", c.text)
	}
}

// TestReadNames: the two forms of names.
func TestReadNames(t *testing.T) {
	t.Parallel()
	l, err := Read(Domains, []byte("# a list\r\nEvil.example.com\n.bad.example ; and below\nevil.example.com\nx.github.io\ngithub.io\n"+
		"xn--bcher-kva.example\n_x.evil-1.example"), List{})
	require.NoError(t, err)
	assert.Equal(t, "[.bad.example _x.evil-1.example evil.example.com github.io x.github.io xn--bcher-kva.example]", fmt.Sprint(l.Names))
	assert.Empty(t, l.Blocks)
	l, err = Read(Hosts, []byte("127.0.0.1 localhost\n::1 localhost ip6-localhost\nff02::1 ip6-allnodes\nfe80::1%lo0 localhost\n"+
		"255.255.255.255 broadcasthost\n0.0.0.0 0.0.0.0\n# the list\n127.0.0.1\tevil.example.com\n0.0.0.0 a.example b.example # two\n"), List{})
	require.NoError(t, err)
	assert.Equal(t, "[a.example b.example evil.example.com]", fmt.Sprint(l.Names))
}

// TestNamesRefused: a list of which a name cannot be right is refused as a whole.
func TestNamesRefused(t *testing.T) {
	t.Parallel()
	good := List{Names: make([]string, 7)}
	for _, c := range []struct{ form, text, want string }{
		{Domains, "com", "two labels or more"}, {Domains, ".com", "two labels or more"}, {Domains, "co.uk", "public suffix"},
		{Domains, "a.example\n.co.uk", `line 2: ".co.uk" is a public suffix`}, {Domains, ".cloudfront.net", "public suffix"},
		{Domains, ".", "two labels"}, {Domains, "*.evil.example", "wildcard"}, {Domains, "bücher.example", "xn--"},
		{Domains, "https://evil.example/x", "scheme"}, {Domains, "evil.example/x", "path"}, {Domains, "evil.example:443", "port"},
		{Domains, "9.9.9.9", "looks like an address"}, {Domains, "evil.example.", "invalid label"}, {Domains, "a b.example", "invalid label"},
		{Domains, `evil.example"; pass ip any any -> any any (sid:1`, "invalid label"}, {Domains, "\x00.example", "invalid label"},
		{Domains, strings.Repeat("a.", 127) + "example", "at most 253"}, {Domains, strings.Repeat("x", 9<<20), "too long"},
		{Domains, "", "no names"}, {Domains, "# nothing", "no names"}, {Domains, "<!doctype html>", "HTML"},
		{Domains, "\x1f\x8b\x08", "compressed by gzip"}, {Domains, "a.example\nb.example\nc.example", "3 names, less than half of the 7"},
		{Domains, strings.Repeat("a.example\n", maxEntries+1), "more than 200000 lines"},
		{Domains, strings.Repeat("a.example\n", MaxBytes/10+1), "more than 10485760 bytes"},
		{Hosts, "evil.example", "no line of a hosts file"}, {Hosts, "0.0.0.0", "no line of a hosts file"},
		{Hosts, "9.9.9.9 bank.example", "gives a name the address 9.9.9.9"}, {Hosts, "0.0.0.0 com", "two labels or more"},
		{Hosts, "127.0.0.1 localhost", "no names"},
	} {
		_, err := Read(c.form, []byte(c.text), good)
		assert.ErrorContains(t, err, c.want, "%.40q", c.text)
	}
}

const ranges = `{"syncToken":"1788232200","createDate":"2026-09-01-00-00-00","prefixes":[
{"ip_prefix":"3.5.140.0/22","region":"ap-northeast-2","service":"AMAZON","network_border_group":"x"},
{"ip_prefix":"13.32.0.0/15","region":"GLOBAL","service":"CLOUDFRONT","network_border_group":"GLOBAL"},
{"ip_prefix":"13.32.0.0/15","region":"GLOBAL","service":"CLOUDFRONT","network_border_group":"GLOBAL"}],
"ipv6_prefixes":[{"ipv6_prefix":"2600:9000::/28","region":"GLOBAL","service":"CLOUDFRONT","network_border_group":"GLOBAL"}]}`

func TestAWSRanges(t *testing.T) {
	t.Parallel()
	l, err := ReadAWSRanges([]byte(ranges), []string{"CLOUDFRONT"}, List{})
	require.NoError(t, err)
	assert.Equal(t, "[13.32.0.0/15 2600:9000::/28]", fmt.Sprint(l.Blocks))
	for want, read := range map[string]func() (List, error){
		"no addresses of the service EC2": func() (List, error) { return ReadAWSRanges([]byte(ranges), []string{"EC2"}, List{}) },
		"older than": func() (List, error) {
			return ReadAWSRanges([]byte(ranges), nil, List{Time: time.Unix(1788232201,
				0)})
		},
		"is not AWS's":       func() (List, error) { return ReadAWSRanges([]byte("<html>"), nil, List{}) },
		"no valid syncToken": func() (List, error) { return ReadAWSRanges([]byte("{}"), nil, List{}) },
		"has the block": func() (List, error) {
			return ReadAWSRanges([]byte(strings.ReplaceAll(ranges, "13.32", "x")), []string{"CLOUDFRONT"}, List{})
		},
		"more than": func() (List, error) { return ReadAWSRanges(make([]byte, MaxBytes+1), nil, List{}) },
	} {
		_, err := read()
		assert.ErrorContains(t, err, want)
	}
}

func FuzzRead(f *testing.F) {
	for _, form := range []string{Spamhaus, Plain, CSV, Domains, Hosts} {
		f.Add(form, []byte(drop))
		f.Add(form, []byte("a,9.9.9.9\n"))
		f.Add(form, []byte("evil.example\n.bad.example # x\n"))
		f.Add(form, []byte("0.0.0.0 evil.example\n"))
	}
	f.Fuzz(func(t *testing.T, form string, text []byte) {
		l, err := Read(form, text, List{})
		if err != nil {
			return
		}
		for _, b := range l.Blocks {
			if b != b.Masked() || checkBlock(b) != nil {
				t.Errorf("%s", b)
			}
		}
		for i, name := range l.Names {
			suffix, _ := publicsuffix.PublicSuffix(strings.TrimPrefix(name, "."))
			if suricata.CheckDomain(name) != nil || name == "."+suffix || i > 0 && l.Names[i-1] >= name {
				t.Errorf("%q", name)
			}
		}
	})
}
