package squid

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
)

var update = flag.Bool("update", false, "write testdata")

func two() Config {
	https := tcp(443)
	return Config{Port: 3128, Folder: "/tmp", Own: []string{"10.0.0.0/16", "${Token[TOKEN.7]}"}, Clients: []Client{
		{Name: "Web", Addresses: []string{"10.0.32.0/22", "10.0.36.0/22"}, Allowed: []Host{
			{Domain: "api.example.com", Ports: https}, {Domain: "mirror.example.com", Ports: append(tcp(80), tcp(443)...)},
		}},
		{Name: "App", Addresses: []string{"${Token[TOKEN.8]}"}, Allowed: []Host{
			{Domain: ".example.com", Ports: https}, {Domain: "API.example.com", Ports: https}, {Domain: "api.example.com", Ports: https},
			{Domain: "queue.example.net", Ports: append(tcp(5671), arch.Ports{Protocol: arch.TCP, From: 8443, To: 8450})},
		}},
	}}
}

func TestText(t *testing.T) {
	t.Parallel()
	got, err := two().Text()
	require.NoError(t, err)
	file := filepath.Join("testdata", "two.conf")
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)

	other := two()
	slices.Reverse(other.Clients)
	for i := range other.Clients {
		slices.Reverse(other.Clients[i].Allowed)
	}
	again, err := other.Text()
	require.NoError(t, err)
	assert.Equal(t, got, again, "the order of declaration does not matter")
}

// TestRefused: nothing that could end a line or a word, or that the proxy cannot check, gets into a configuration.
func TestRefused(t *testing.T) {
	t.Parallel()
	host := func(domain string, ports ...arch.Ports) func(*Config) {
		return func(c *Config) { c.Clients[0].Allowed = []Host{{Domain: domain, Ports: ports}} }
	}
	https := tcp(443)[0]
	tests := map[string]struct {
		change func(*Config)
		want   string
	}{
		"a wildcard":           {host("*.example.com", https), "wildcard"},
		"a second line":        {host("a.example.com\nhttp_access allow all", https), "is not a label"},
		"a second word":        {host("a.example.com .net", https), "is not a label"},
		"a quote":              {host(`"/etc/passwd".com`, https), "port or path"},
		"a comment":            {host("a.example.com#", https), "is not a label"},
		"an address":           {host("169.254.169.254", https), "looks like an address"},
		"everything":           {host(".", https), "two labels or more"},
		"a top-level domain":   {host(".com", https), "two labels or more"},
		"a token":              {host("${Token[TOKEN.1]}", https), "token"},
		"no ports":             {host("a.example.com"), "no ports"},
		"udp":                  {host("a.example.com", arch.Ports{Protocol: arch.UDP, From: 443, To: 443}), "got udp/443"},
		"everything as ports":  {host("a.example.com", arch.Ports{Protocol: arch.All, From: -1, To: -1}), "got all"},
		"ports with 80":        {host("a.example.com", arch.Ports{Protocol: arch.TCP, From: 79, To: 443}), "declare port 80 separately"},
		"a port that is none":  {host("a.example.com", arch.Ports{Protocol: arch.TCP, From: 443, To: 65536}), "1 to 65535"},
		"a client's name":      {func(c *Config) { c.Clients[0].Name = "App\nhttp_access allow all" }, "a client's name"},
		"no addresses":         {func(c *Config) { c.Clients[0].Addresses = nil }, "no addresses are known"},
		"host bits":            {func(c *Config) { c.Clients[0].Addresses = []string{"10.0.0.1/16"} }, "without host bits"},
		"a word for addresses": {func(c *Config) { c.Clients[0].Addresses = []string{"all"} }, "without host bits"},
		"mapped addresses":     {func(c *Config) { c.Own = []string{"::ffff:0:0/96"} }, "without host bits"},
		"shared addresses":     {func(c *Config) { c.Clients[1].Addresses = []string{"10.0.32.128/25"} }, "have addresses in common"},
		"shared tokens":        {func(c *Config) { c.Clients[0].Addresses = c.Clients[1].Addresses }, "have addresses in common"},
		"port 80":              {func(c *Config) { c.Port = 80 }, "1024 to 65535"},
		"a folder":             {func(c *Config) { c.Folder = "/tmp; rm" }, "absolute paths"},
		"too much": {func(c *Config) {
			for i := range 300 {
				c.Clients[0].Allowed = append(c.Clients[0].Allowed, Host{Domain: fmt.Sprintf("host%d.example.com", i), Ports: tcp(443)})
			}
		}, "allowed are 49152"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := two()
			test.change(&c)
			text, err := c.Text()
			assert.ErrorContains(t, err, test.want)
			assert.Empty(t, text)
		})
	}
	c := two()
	c.Port, c.Clients[0].Allowed[0].Domain, c.Clients[1].Allowed[0].Domain = 0, "x", "y"
	_, err := c.Text()
	require.Error(t, err)
	assert.Equal(t, 3, strings.Count(err.Error(), "\n")+1, "all mistakes at once: %v", err)
}
