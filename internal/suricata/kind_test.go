package suricata

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/suricata/engine"
)

// minimal is a configuration with which Suricata loads rules.
const minimal = `%YAML 1.1
---
vars:
  address-groups:
    HOME_NET: "[10.0.0.0/16]"
    EXTERNAL_NET: "!$HOME_NET"
outputs: []
app-layer:
  protocols:
    tls: {enabled: yes}
    http: {enabled: yes}
`

// analyse has a real Suricata load rules, all of which it must accept, and returns the kind of each by its sid.
func analyse(t *testing.T, rules []string) map[int]string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"suricata.yaml": minimal, "all.rules": strings.Join(rules, "\n") + "\n"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	command := exec.Command("suricata", "-c", filepath.Join(dir, "suricata.yaml"), "-S", filepath.Join(dir, "all.rules"), "-l", dir,
		"--simulate-ips", "--init-errors-fatal", "--engine-analysis", "--set", "engine-analysis.rules=yes",
		"--set", "engine-analysis.rules-fast-pattern=yes")
	out, err := command.CombinedOutput()
	require.NoError(t, err, string(out))
	file, err := os.Open(filepath.Join(dir, "rules.json"))
	require.NoError(t, err)
	defer file.Close() //nolint:errcheck // It was read only.
	kinds := map[int]string{}
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		var r struct {
			ID   int
			Type string
		}
		require.NoError(t, json.Unmarshal(scanner.Bytes(), &r))
		kinds[r.ID] = r.Type
	}
	require.Len(t, kinds, len(rules))
	return kinds
}

// TestKinds compares the kinds of many rules with those that a real Suricata gives them.
func TestKinds(t *testing.T) {
	engine.Require(t)
	headers := []string{
		"tcp 10.0.0.0/24 any -> 10.0.1.0/24 8080", "tcp 10.0.0.0/24 any -> !10.0.1.0/24 8080", "udp any any -> any 53",
		"ip any any -> 1.2.3.4 any", "ip [10.0.0.0/8,!10.1.0.0/16] any -> any any",
		"tls any any -> any any", "http any any -> any 80", "dns any any -> any any", "ssh any any -> any 22", "smtp any any -> any any",
	}
	options := []string{
		"", "flow:to_server; ", "flow:established; ", "noalert; ", "metadata:a b; reference:url,x.com; ", "tag:session; ",
		"flowbits:set,a; ", "ttl:5; ", `flow:to_server,established; noalert; `,
	}
	var rules []string
	add := func(header, option string) {
		rules = append(rules, fmt.Sprintf(`drop %s (msg:"x"; %ssid:%d; rev:1;)`, header, option, len(rules)+1))
	}
	for _, header := range headers {
		for _, option := range options {
			if strings.HasPrefix(option, "ttl") && !strings.HasPrefix(header, "ip") {
				continue
			}
			add(header, option)
		}
	}
	for _, rule := range [][2]string{
		{"tls any any -> any any", `flow:to_server; tls.sni; content:"a.com"; startswith; nocase; endswith; `},
		{"tls any any -> any 443", `tls.sni; dotprefix; content:".a.com"; nocase; endswith; `},
		{"http any any -> any any", `http.host; content:"a.com"; `},
		{"http any any -> any any", `flow:to_server,established; http.host; pcre:!"/^a$/"; `},
		{"tcp any any -> any 80", "flow:to_server,established; app-layer-protocol:!http; "},
		{"tcp any any -> any 80", "app-layer-protocol:!http; "},
		{"tcp any any -> any 80", "app-layer-protocol:http; "},
		{"tcp any any -> any 80", "flow:to_server; app-layer-protocol:tls; "},
		{"icmp any any -> any any", "itype:3; icode:4; "},
		{"icmp any any -> any any", ""},
		{"icmp any any -> any any", "itype:8; flow:to_server; "},
		{"tcp any any -> any any", `content:"x"; `},
		{"tcp any any -> any any", "flags:S; "},
		{"dns any any -> any any", `dns.query; content:"x"; `},
		{"tls any any -> any any", "ssl_state:client_hello; "},
		{"tls any any -> any any", "tls.version:1.0; "},
		{"http any any -> any any", `content:"x"; `},
		{"ip any any -> any any", "ip_proto:17; "},
		{"tcp any any -> any any", "dsize:>0; "},
	} {
		add(rule[0], rule[1])
	}
	kinds := analyse(t, rules)
	for i, text := range rules {
		r, err := Parse(text)
		require.NoError(t, err, text)
		if k := r.Kind(); k != Unknown {
			assert.Equal(t, kinds[i+1], string(k), text)
		} else {
			t.Logf("not classified: %s: %s", text, kinds[i+1])
		}
	}
}
