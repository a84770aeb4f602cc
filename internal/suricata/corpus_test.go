package suricata

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/suricata/engine"
)

var (
	// seed makes TestCorpus draw other mutants.
	seed = flag.Uint64("seed", 7, "the seed from which TestCorpus draws mutants")
	// sample has no common divisor with the lengths of the lists whose elements are combined, so that it takes all of them.
	sample = flag.Int("sample", 11, "TestCorpus takes one of so many generated rules; 1 takes all")
)

// TestCorpus compares Check with a real Suricata on some 40,000 rules, good ones and broken ones, or on a sample of them. Suricata must
// accept every rule that Check accepts. For the rules that only Check rejects, each kind of problem needs a reason.
func TestCorpus(t *testing.T) {
	engine.Require(t)
	rules := corpus(t)
	rejected, err := engine.Rejected(rules)
	require.NoError(t, err)
	accepted, kinds, examples := 0, map[string]int{}, map[string]string{}
	for i, text := range rules {
		problems := problemsOf(text)
		reason, bad := rejected[i]
		switch {
		case len(problems) == 0 && bad:
			t.Errorf("Suricata rejects a rule that Check accepts: %s: %s", text, reason)
		case len(problems) == 0:
			accepted++
		case !bad:
			kind := problems[0].Rule + ": " + problems[0].Summary
			kinds[kind]++
			examples[kind] = text + "  " + problems[0].Detail
		}
	}
	unexplained := 0
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		if why := explained(kind); why != "" {
			t.Logf("%5d rejected although Suricata accepts them: %s (%s)", kinds[kind], kind, why)
			continue
		}
		unexplained += kinds[kind]
		t.Logf("%5d rejected although Suricata accepts them, unexplained: %s, as in %s", kinds[kind], kind, examples[kind])
	}
	t.Logf("%d rules: both accept %d and both reject %d; only Suricata rejects 0; only Check rejects %d for a reason and %d without one",
		len(rules), accepted, len(rules)-accepted-sum(kinds), sum(kinds)-unexplained, unexplained)
	assert.Zero(t, unexplained)
	assert.Greater(t, accepted, 1500 / *sample)
	assert.Greater(t, len(rejected), 3000 / *sample)
}

func sum(m map[string]int) int {
	n := 0
	for _, v := range m {
		n += v
	}
	return n
}

// problemsOf returns the problems of a rule. The rule is not in strict order, so that priority and classtype are checked as well.
func problemsOf(text string) []Problem {
	lines, problems := ParseText(text)
	return append(problems, Check(Group{Lines: lines})...)
}

// explained says why Check rejects rules with a kind of problem that Suricata accepts; empty if there is no reason.
func explained(kind string) string {
	for _, reason := range [][2]string{
		{"^(gid|keyword|priority):", "AWS rejects it, or does not list its protocol"},
		{"^pcre: a rule has only a pcre", "AWS rejects it"},
		{"^(cidr|port|variable):", "it names something different from what it seems to name"},
		{"^(buffer|order|twice):", "it changes nothing, or something different from what it seems to change"},
		{"^content:|smaller than the contents|^side:", "it never matches"},
		{"^rev:|^flow: a rule has an unknown flow option|keyword (tcpv4-csum|ssl_version|stream-event|app-layer-event) has an invalid value",
			"it is not written as usual: in lower case, without a sign"},
		{"^pcre: a rule has an invalid", "PCRE has more than Check knows"},
		{"^packet:.*tls.store", "a firewall does not store certificates"},
		{"^(syntax|quotes):", "Suricata ignores the rest of a broken rule"},
		{"keyword (frame|flowvar|pktvar) has an invalid value", "rarely used, so Check does not know their values"},
		{"^value: (the keyword .* has|a rule has) an invalid (value|content)",
			"Suricata reads a value that begins well, or does not say what it reads"},
	} {
		if regexp.MustCompile(reason[0]).MatchString(kind) {
			return reason[1]
		}
	}
	return ""
}

// corpus returns all rules that are written by hand, and a sample of those that are generated. Each has its own sid.
func corpus(t *testing.T) []string {
	t.Helper()
	written := readLines(t, "testdata/corpus/written.rules")
	out := slices.Clone(written)
	for _, text := range readLines(t, "testdata/corpus/options.txt") {
		protocol, options, _ := strings.Cut(text, "|")
		out = append(out, fmt.Sprintf("alert %s any any -> any any (%s sid:1;)", protocol, options))
	}
	generated := 0
	add := func(text string) {
		if generated%*sample == 0 {
			out = append(out, text)
		}
		generated++
	}
	addKeywords(add)
	addModifiers(add)
	random := rand.New(rand.NewPCG(*seed, 7)) //nolint:gosec // Tests are the same every time.
	addPatterns(add, random)
	for range 80 {
		for _, text := range written {
			add(strings.TrimSpace(mutant(random, text))) // Suricata skips lines that begin with a space, and CheckPolicy warns about them.
		}
	}
	return withOwnSIDs(out)
}

func readLines(t *testing.T, name string) []string {
	t.Helper()
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	var out []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); counts(line) {
			out = append(out, line)
		}
	}
	return out
}

// addKeywords adds rules with each keyword and many values, of several protocols, before and after a buffer and a content.
func addKeywords(add func(string)) {
	values := []string{"", "0", "1", "5", "255", "256", "65535", "65536", "4294967296", "-1", "x", `"x"`, "!5", ">5", "<5", ">=5", "1-5",
		"5-1", "1<>5", "1<>2", "tls", "1,2", "set,a"}
	for _, k := range keywordTable {
		if k.name == "geoip" || k.name == "requires" { // Suricata has no data about countries, and skips rules because of requires.
			continue
		}
		for _, v := range values {
			option := strings.TrimSuffix(k.name+":"+v, ":") + ";"
			protocol := "tcp"
			if len(k.apps) > 0 {
				protocol = k.apps[0]
			}
			add(fmt.Sprintf("alert %s any any -> any any (content:\"ab\"; %s sid:1;)", protocol, option))
			if v == "" || v == "5" {
				for _, p := range []string{"ip", "udp", "icmp", "http", "http2", "tls", "dns", "smb"} {
					add(fmt.Sprintf("alert %s any any -> any any (%s content:\"ab\"; sid:1;)", p, option))
					add(fmt.Sprintf("alert %s any any -> any any (%s %s sid:1;)", p, option, option))
				}
				for _, other := range []string{`http.host; content:"ab";`, `tls.sni; content:"ab";`, "flow:to_client;", "flow:to_server;",
					"dsize:9;", "ttl:9;"} {
					add(fmt.Sprintf("alert tcp any any -> any any (%s %s content:\"c\"; sid:1;)", other, option))
					add(fmt.Sprintf("alert tcp any any -> any any (%s content:\"c\"; %s sid:1;)", option, other))
				}
			}
		}
	}
}

// addModifiers adds rules with all pairs of options that can stand after a content.
func addModifiers(add func(string)) {
	all := []string{"nocase", "startswith", "endswith", "depth:9", "depth:2", "offset:3", "distance:2", "within:9", "within:2",
		"fast_pattern", "fast_pattern:only", "fast_pattern:1,2", "rawbytes", "isdataat:2",
		"isdataat:!1,relative", "bsize:20", "bsize:3", "dsize:>2", "dsize:3", `pcre:"/x/R"`, "urilen:3", `content:"zz"`, "http_uri",
		"to_lowercase", "pkt_data"}
	for _, before := range []string{"tcp|", `tcp|content:"first"; `, "http|http.uri; ", "tls|tls.sni; ",
		`http|http.host; content:"first"; `} {
		protocol, before, _ := strings.Cut(before, "|")
		for _, not := range []string{"", "!"} {
			for _, a := range all {
				for _, b := range all {
					add(fmt.Sprintf(`alert %s any any -> any any (%scontent:%s"abcd"; %s; %s; sid:1;)`, protocol, before, not, a, b))
				}
			}
		}
	}
}

// addPatterns adds rules with regular expressions of random parts.
func addPatterns(add func(string), random *rand.Rand) {
	parts := []string{"a", "b", ".", "*", "+", "?", "{2}", "{2,}", "{3,1}", "{", "(", ")", "(?:", "(?=", "(?<=", "(?i)", "(?P<n>", "[",
		"]", "[^", "a-z", "z-a", "-", "|", "^", "$", `\.`, `\d`, `\w`, `\b`, `\x41`,
		`\1`, `\q`, `\/`, "[:alpha:]", `\Q`, `\E`, "(?#c)", `\s*`, `\r\n`, "#", " ", ",", "=", "<", ">", "!", `\p{L}`, `\p{Xx}`, "{,3}",
		"{1,2}?", "++", "(?", "(*", `\c`, `\0`, `\8`, `\g1`, `\k<n>`, "[[:foo:]]", "[]a]"}
	for range 4000 {
		var pattern strings.Builder
		for range 1 + random.IntN(7) {
			pattern.WriteString(parts[random.IntN(len(parts))])
		}
		add(fmt.Sprintf(`alert tcp any any -> any any (content:"a"; pcre:"/%s/"; sid:1;)`, pattern.String()))
	}
}

// mutant changes one or two things in a rule.
func mutant(random *rand.Rand, text string) string {
	for range 1 + random.IntN(2) {
		text = mutations[random.IntN(len(mutations))](random, text)
	}
	return text
}

var anyNumber = regexp.MustCompile(`\d+`)

// mutations each change one thing.
var mutations = []func(*rand.Rand, string) string{
	func(r *rand.Rand, s string) string { i := r.IntN(len(s)); return s[:i] + s[i:i+1] + s[i:] }, // double a letter
	func(r *rand.Rand, s string) string { i := r.IntN(len(s)); return s[:i] + s[i+1:] },          // remove one
	func(r *rand.Rand, s string) string {
		i := r.IntN(len(s) - 1)
		return s[:i] + s[i+1:i+2] + s[i:i+1] + s[i+2:]
	}, // swap two
	func(r *rand.Rand, s string) string {
		i := r.IntN(len(s))
		return s[:i] + strings.ToUpper(s[i:min(i+6, len(s))]) + s[min(i+6, len(s)):]
	},
	func(_ *rand.Rand, s string) string { return strings.Replace(s, `"`, "", 2) },
	func(r *rand.Rand, s string) string {
		i := r.IntN(len(s))
		return s[:i] + string(`"|;:,!()\/ $@[]{}*+?`[r.IntN(20)]) + s[i:]
	},
	func(r *rand.Rand, s string) string {
		all := anyNumber.FindAllStringIndex(s, -1)
		at := all[r.IntN(len(all))]
		return s[:at[0]] + []string{"0", "-1", "1", "255", "256", "65536", "99999", "4294967296", "x"}[r.IntN(9)] + s[at[1]:]
	},
	onOptions(func(r *rand.Rand, o []string) []string { i := r.IntN(len(o)); return slices.Delete(o, i, i+1) }),
	onOptions(func(r *rand.Rand, o []string) []string {
		i, j := r.IntN(len(o)), r.IntN(len(o))
		o[i], o[j] = o[j], o[i]
		return o
	}),
	onOptions(func(r *rand.Rand, o []string) []string { return append(o, o[r.IntN(len(o))]) }),
	onOptions(func(r *rand.Rand, o []string) []string {
		return slices.Insert(o, r.IntN(len(o)), spare[r.IntN(len(spare))])
	}),
	onOptions(func(r *rand.Rand, o []string) []string {
		i := r.IntN(len(o))
		o[i], _, _ = strings.Cut(o[i], ":")
		return o
	}),
	onOptions(func(r *rand.Rand, o []string) []string { i := r.IntN(len(o)); o[i] += ":5"; return o }),
}

// spare are options to insert where they may not belong.
var spare = []string{"nocase", "endswith", "startswith", "http.host", "tls.sni", "dotprefix", `content:"x"`, `content:"X"`, "depth:1",
	"within:3", "distance:0", "flow:to_client", "flow:to_server", "dsize:>5",
	"fast_pattern", "fast_pattern:only", "pkt_data", "http_uri", "to_lowercase", "bsize:4", `pcre:"/x/R"`, "isdataat:1,relative", "ttl:5",
	"app-layer-protocol:http", "noalert", "byte_test:1,>,5,0", "http.stat_code"}

// onOptions returns a mutation of the options of a rule.
func onOptions(change func(*rand.Rand, []string) []string) func(*rand.Rand, string) string {
	return func(r *rand.Rand, s string) string {
		begin, end := strings.IndexByte(s, '('), strings.LastIndexByte(s, ')')
		if begin < 0 || end < begin {
			return s
		}
		options := strings.Split(strings.TrimSuffix(s[begin+1:end], ";"), "; ")
		return s[:begin+1] + strings.Join(change(r, options), "; ") + ";" + s[end:]
	}
}

var anySID = regexp.MustCompile(`(?i)\bsid:[0-9]+;`)

// withOwnSIDs gives each rule that has a sid its own number.
func withOwnSIDs(rules []string) []string {
	out := slices.Clone(rules)
	for i, text := range out {
		if at := anySID.FindStringIndex(text); at != nil {
			out[i] = text[:at[0]] + fmt.Sprintf("sid:%d;", 100000+i) + text[at[1]:]
		}
	}
	return out
}
