package arch

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestParseService(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https":                      "tcp/443",
		" https , http ":             "tcp/80,tcp/443",
		"dns":                        "tcp/53,udp/53",
		"tcp/8080":                   "tcp/8080",
		"tcp/1-65535":                "tcp/1-65535",
		"tcp/80,tcp/81":              "tcp/80-81",
		"tcp/81,tcp/80":              "tcp/80-81",
		"tcp/80,tcp/82":              "tcp/80,tcp/82",
		"tcp/65535,tcp/65534":        "tcp/65534-65535",
		"tcp/80-80":                  "tcp/80",
		"tcp/443,https,tcp/443":      "tcp/443",
		"tcp/10-20,tcp/15-30":        "tcp/10-30",
		"tcp/10-30,tcp/15-20":        "tcp/10-30",
		"tcp/80,udp/81":              "tcp/80,udp/81",
		"icmp":                       "icmp",
		"icmp/8":                     "icmp/8",
		"icmp/3/4":                   "icmp/3/4",
		"icmp/3/4,icmp/3":            "icmp/3",
		"icmp/3,icmp":                "icmp",
		"icmp/3,icmp/4":              "icmp/3,icmp/4",
		"icmp/0/0":                   "icmp/0/0",
		"icmpv6/128":                 "icmpv6/128",
		"ping":                       "icmp/8,icmpv6/128",
		"all":                        "all",
		"https,all,icmp/8,udp/53":    "all",
		"udp/5000-5010,udp/5011":     "udp/5000-5011",
		"tcp/443,udp/443,icmp,https": "icmp,tcp/443,udp/443",
	} {
		got, err := ParseService(text)
		assert.NoError(t, err, text)
		assert.Equal(t, want, FormatService(got), text)
	}
	for text, want := range map[string]string{
		"":                      "service is empty",
		"tcp":                   `"" is not a number`,
		"tcp/0":                 `"0" is not a number from 1 to 65535`,
		"tcp/65536":             "from 1 to 65535",
		"tcp/-5":                `"-5" is not a number`,
		"tcp/90-80":             "range is reversed; write tcp/80-90",
		"tcp/080":               `"080" has a sign or leading zeros; write 80`,
		"tcp/80-":               `"" is not a number`,
		"tcp/80-90-95":          `"90-95" is not a number`,
		"tcp/ 80":               `" 80" is not a number`,
		"TCP/80":                `unknown service "TCP/80"`,
		"gopher":                `unknown service "gopher"; allowed are tcp/PORT`,
		"https,":                "service is empty",
		"icmp/256":              "from 0 to 255",
		"icmp/3/256":            "from 0 to 255",
		"icmp/3/4/5":            "is not a number",
		"sctp/80":               "unknown service",
		"postgres":              `unknown service "postgres"; write postgresql; allowed`,
		"443":                   `unknown service "443"; write tcp/443; allowed`,
		"65536":                 `unknown service "65536"; allowed`,
		"icmp/":                 `"" is not a number from 0 to 255`,
		"icmpv6/":               `"" is not a number from 0 to 255`,
		"icmp/3/":               `"" is not a number from 0 to 255`,
		"icmp/08":               `"08" has a sign or leading zeros; write 8`,
		"icmp/-1":               `"-1" is not a number`,
		"tcp/-5-10":             `"-5-10" is not a number`,
		"tcp/+80":               `"+80" has a sign or leading zeros; write 80`,
		"tcp/80 - 90":           `"80 " is not a number`,
		"tcp/#{Token[TOKEN.1]}": "CDK token",
		"tcp/${Token[TOKEN.1]}": "CDK token",
	} {
		_, err := ParseService(text)
		assert.ErrorContains(t, err, want, text)
	}
}

func FuzzParseService(f *testing.F) {
	for _, seed := range append(WellKnown(), "tcp/80,udp/5-9", "icmp/3/4", "tcp/0", ",", "tcp/-1-5") {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ports, err := ParseService(text)
		if err != nil {
			return
		}
		again, err := ParseService(FormatService(ports))
		assert.NoError(t, err)
		assert.Equal(t, ports, again)
	})
}

func TestContainsAndOverlaps(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b               string
		contains, overlaps bool
	}{
		{"tcp/80", "tcp/80", true, true},
		{"tcp/80-90", "tcp/85", true, true},
		{"tcp/85", "tcp/80-90", false, true},
		{"tcp/80-90", "tcp/85-95", false, true},
		{"tcp/80", "udp/80", false, false},
		{"tcp/80", "tcp/81", false, false},
		{"icmp", "icmp/8", true, true},
		{"icmp/3", "icmp/3/4", true, true},
		{"icmp/3/4", "icmp/3", false, true},
		{"icmp/3/4", "icmp/3/1", false, false},
		{"icmp", "icmpv6", false, false},
		{"all", "tcp/80", true, true},
		{"all", "icmp/3/4", true, true},
		{"tcp/80", "all", false, true},
		{"all", "all", true, true},
	} {
		a, _ := ParseService(test.a)
		b, _ := ParseService(test.b)
		assert.Equal(t, test.contains, a[0].Contains(b[0]), "%s contains %s", test.a, test.b)
		assert.Equal(t, test.overlaps, a[0].Overlaps(b[0]), "%s overlaps %s", test.a, test.b)
		assert.Equal(t, test.overlaps, b[0].Overlaps(a[0]), "%s overlaps %s", test.b, test.a)
	}
}
