package arch

import (
	"cmp"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestParseCIDR(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"10.0.0.0/16": "", "2001:DB8::/32": "", "0.0.0.0/0": "",
		"":                    "is missing",
		"10.0.0.0":            "not in CIDR notation",
		"10.0.0.0/33":         "not in CIDR notation",
		"10.0.0.1/16":         "has host bits set; the block is 10.0.0.0/16",
		"::ffff:10.0.0.0/112": "IPv4 mapped into IPv6",
		"fe80::%eth0/64":      "not in CIDR notation",
		"${Token[TOKEN.3]}":   "CDK token",
	} {
		_, err := ParseCIDR(text)
		if want == "" {
			assert.NoError(t, err, text)
			continue
		}
		assert.ErrorContains(t, err, want, text)
	}
}

func FuzzParseCIDR(f *testing.F) {
	f.Add("10.0.0.0/16")
	f.Add("2001:db8::/32")
	f.Fuzz(func(t *testing.T, text string) {
		if prefix, err := ParseCIDR(text); err == nil {
			assert.Equal(t, prefix, prefix.Masked())
			again, err := ParseCIDR(prefix.String())
			assert.NoError(t, err)
			assert.Equal(t, prefix, again)
		}
	})
}

func TestCleanDescription(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                            "",
		"plain ._-:/()#,@[]+=&;{}!$*": "plain ._-:/()#,@[]+=&;{}!$*",
		"web -> app":                  "web to app",
		"Käse für 5 €":                "Kaese fuer 5 -",
		"it's \"fine\"":               "its fine",
		"a\nb\tc":                     "a b c",
		"  spaces  <here>":            "spaces (here)",
		" legal  as it is ":           "legal  as it is",
		"'":                           "",
		"100%":                        "100 percent",
		"\xff":                        "-",
		"\x00":                        "-",
	} {
		assert.Equal(t, want, CleanDescription(text), text)
	}
}

func FuzzCleanDescription(f *testing.F) {
	for _, seed := range []string{"web → app's \x01", "two  spaces", " ends ", "\xff", "Käse", "\u00a0", ""} {
		f.Add(seed)
	}
	// EC2's own words: a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*
	legal := regexp.MustCompile(`^[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]*$`)
	f.Fuzz(func(t *testing.T, text string) {
		clean := CleanDescription(text)
		assert.Regexp(t, legal, clean)
		assert.Equal(t, strings.TrimSpace(clean), clean)
		if legal.MatchString(text) {
			assert.Equal(t, strings.TrimSpace(text), clean, "what is legal stays")
		}
		assert.Equal(t, clean, CleanDescription(clean))
	})
}

func TestZoneSlot(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{
		"eu-west-1a": 0, "eu-west-1d": 3, "us-east-1e": 3, "us-east-1f": 2, "us-west-2-lax-1a": 0,
		"": -1, "a": -1, "eu-west-1": -1, "eu-west-1A": -1, "eu-west-1g": -1, "${Token[AZ.1]}1a": -1, "ab": -1, "eu west-1a": -1,
		"eu-west-1a\n": -1, "\"-1a": -1,
	} {
		slot, err := ZoneSlot(name)
		if want < 0 {
			assert.Error(t, err, name)
			continue
		}
		assert.NoError(t, err, name)
		assert.Equal(t, want, slot, name)
	}
}

func TestCheckTierID(t *testing.T) {
	t.Parallel()
	for id, ok := range map[string]bool{
		"Web": true, "a-1": true, strings.Repeat("x", 64): true,
		"": false, strings.Repeat("x", 65): false, "1a": false, "a b": false, "a/b": false, "vpc": false, "NAT": false, "Wéb": false,
		"${Token[T.1]}": false,
	} {
		assert.Equal(t, ok, CheckTierID(id) == nil, id)
	}
}

// TestReach writes out the whole table: rows open connections, and columns are reached.
func TestReach(t *testing.T) {
	t.Parallel()
	table := map[Kind]string{
		//          edge web app data bastion endpoint internet cidr prefixlist
		Edge:       "- x x - - x - - -",
		Web:        "- x x - - x x x x",
		App:        "- - x x - x x x x",
		Data:       "- - - x - x - - -",
		Bastion:    "- x x x - x - - -",
		Endpoint:   "- - - - - - - - -",
		Internet:   "x - - - - - - - -",
		CIDR:       "x - - - x - - - -",
		PrefixList: "x - - - x - - - -",
	}
	for from, row := range table {
		for i, cell := range strings.Fields(row) {
			assert.Equal(t, cell == "x", MayReach(from, Kinds()[i]), "%s to %s", from, Kinds()[i])
		}
	}
	assert.False(t, MayReach(0, 0))
}

func TestPeer(t *testing.T) {
	t.Parallel()
	block := func(s string) Peer { return Peer{Kind: CIDR, Operand: Operand{Text: s}} }
	symbol := Peer{Kind: CIDR, Operand: Operand{Text: "Base/Vpc.CidrBlock", Symbolic: true}}
	symbol6 := symbol
	symbol6.IPv6 = true
	for _, test := range []struct {
		peer           Peer
		public, v4, v6 bool // in a dual-stack network
	}{
		{Peer{Kind: Internet}, true, true, true},
		{Peer{Kind: PrefixList, Entries: 1}, true, true, true},
		{TierPeer(Web, "Web"), false, true, true},
		{block("203.0.113.0/24"), true, true, false},
		{block("10.0.0.0/8"), false, true, false},
		{block("10.0.0.0/7"), true, true, false},
		{block("172.16.0.0/12"), false, true, false},
		{block("172.32.0.0/12"), true, true, false},
		{block("100.64.1.0/24"), false, true, false},
		{block("2001:db8::/32"), true, false, true},
		{block("fd00::/8"), false, false, true},
		{symbol, false, true, false},
		{symbol6, false, false, true},
	} {
		v4, v6 := test.peer.Families(true)
		assert.Equal(t, []bool{test.public, test.v4, test.v6}, []bool{test.peer.IsPublic(), v4, v6}, test.peer.String())
	}
	for _, kind := range Kinds() {
		if kind == CIDR {
			continue // An IPv6 block in an IPv4 network is refused, not reinterpreted.
		}
		v4, v6 := Peer{Kind: kind}.Families(false)
		assert.True(t, v4 && !v6, kind.String())
	}
	_, v6 := block("2001:db8::/32").Families(false)
	assert.True(t, v6)
}

func TestPeerIsPublic(t *testing.T) {
	t.Parallel()
	// The last address of a private block, the first one after it, and the smallest block around it.
	for text, want := range map[string]bool{
		"10.255.255.255/32": false, "11.0.0.0/32": true, "9.255.255.255/32": true,
		"172.31.255.255/32": false, "172.15.0.0/16": true, "172.16.0.0/11": true,
		"192.168.255.0/24": false, "192.169.0.0/16": true, "192.168.0.0/15": true,
		"100.127.255.0/24": false, "100.128.0.0/16": true,
		"169.254.169.254/32": false, "169.253.0.0/16": true,
		"fdff::/16": false, "fe00::/16": true, "febf::/16": false, "fec0::/16": true,
		"not a block": false,
	} {
		assert.Equal(t, want, Peer{Kind: CIDR, Operand: Operand{Text: text}}.IsPublic(), text)
	}
}

// TestPeersHaveOneOrder: different peers never compare as equal, or maps would decide the order of rules.
func TestPeersHaveOneOrder(t *testing.T) {
	t.Parallel()
	symbol := Peer{Kind: CIDR, Operand: Operand{Text: "Vpc.CidrBlock", Symbolic: true}}
	literal, six := symbol, symbol
	literal.Symbolic, six.IPv6 = false, true
	list := Peer{Kind: PrefixList, Operand: Operand{Text: "pl-12345678"}, Entries: 5}
	longer := list
	longer.Entries = 6
	peers := []Peer{TierPeer(Web, "App"), TierPeer(App, "Web"), {Kind: Internet}, literal, symbol, six, list, longer}
	for i, p := range peers {
		for j, q := range peers {
			assert.Equal(t, cmp.Compare(i, j), comparePeers(p, q), "%v and %v", p, q)
		}
	}
}

func TestIsToken(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"${Token[TOKEN.1]}": true, "arn:${Token[AWS.Partition.3]}:x": true, "#{Token[TOKEN.2]}": true,
		"": false, "tcp/443": false, "${AWS::Region}": false, "Token[TOKEN.1]": false,
	} {
		assert.Equal(t, want, IsToken(text), text)
	}
}

func TestKindNames(t *testing.T) {
	t.Parallel()
	for kind, want := range map[Kind]string{
		0: "unknown", Edge: "edge", Web: "web", App: "app", Data: "data", Bastion: "bastion", Endpoint: "endpoint",
		Internet: "internet", CIDR: "cidr", PrefixList: "prefix list", Domain: "domain", 11: "unknown",
	} {
		assert.Equal(t, want, kind.String())
		assert.Equal(t, kind >= 1 && kind <= 6, kind.IsTier(), want)
	}
}
