// Package engine asks an installed Suricata which rules it accepts, and which keywords it has: [Rejected] loads rules, and [Keywords] lists
// keywords. Only tests and generators use it. It must not know how this project reads rules, so that tests can compare the two.
package engine

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Installed reports whether Suricata is installed.
func Installed() bool {
	_, err := exec.LookPath("suricata")
	return err == nil
}

// configuration enables the protocols and fingerprints that AWS Network Firewall enables. Its last lines only make Suricata start faster:
// matchers that need not be compiled, small tables, and one state of Lua.
const configuration = `%YAML 1.1
---
vars:
  address-groups:
    HOME_NET: "[10.0.0.0/16]"
    EXTERNAL_NET: "!$HOME_NET"
outputs: []
app-layer:
  protocols:
    tls: {enabled: yes, ja3-fingerprints: yes, ja4-fingerprints: yes}
    http: {enabled: yes}
    http2: {enabled: yes}
    dns: {tcp: {enabled: yes}, udp: {enabled: yes}}
mpm-algo: ac
spm-algo: bm
flow: {hash-size: 1024, prealloc: 16}
luajit: {states: 1}
`

// alwaysLoads is a rule that Suricata accepts: if it loads no rule at all, it does not print how many it loaded.
const alwaysLoads = "alert ip any any -> any any (sid:4294967290;)"

var (
	rejection = regexp.MustCompile(`error parsing signature ".*" from file .* at line (\d+)$`)
	loaded    = regexp.MustCompile(` (\d+) rules successfully loaded, (\d+) rules failed, (\d+)`)
)

// Rejected loads rules, one per line, and returns why Suricata rejects some of them, by index. Every rule needs its own sid. A rule that
// Suricata skips without an error counts as rejected.
func Rejected(rules []string) (map[int]string, error) {
	output, _, err := load(rules, "-T")
	if err != nil {
		return nil, err
	}
	rejected := read(output)
	m := loaded.FindSubmatch(output)
	switch {
	case m == nil:
		return nil, fmt.Errorf("suricata did not say how many rules it loaded:\n%s", output[max(0, len(output)-2000):])
	case string(m[1]) == strconv.Itoa(len(rules)+1-len(rejected)):
		return rejected, nil
	}
	return rejected, addSkipped(rejected, rules)
}

// Skipped is the reason for a rule that Suricata skips without an error.
const Skipped = "skipped without an error"

// addSkipped adds the rules that Suricata skips. It prints how many it skips, but not which; its analysis lists those that it loads.
func addSkipped(rejected map[int]string, rules []string) error {
	_, analysis, err := load(rules,
		"--engine-analysis", "--set", "engine-analysis.rules=yes", "--set", "engine-analysis.rules-fast-pattern=yes")
	if err != nil {
		return err
	}
	loads := map[string]bool{}
	for decoder := json.NewDecoder(bytes.NewReader(analysis)); decoder.More(); {
		var rule struct{ Raw string }
		if err := decoder.Decode(&rule); err != nil {
			return err
		}
		loads[rule.Raw] = true
	}
	if !loads[alwaysLoads] {
		return errors.New("suricata wrote no analysis")
	}
	for i, rule := range rules {
		if _, known := rejected[i]; !known && !loads[rule] {
			rejected[i] = Skipped
		}
	}
	return nil
}

// load makes Suricata load rules and one that always loads. It returns what it prints, and its analysis if it makes one.
func load(rules []string, arguments ...string) (output, analysis []byte, err error) {
	dir, err := os.MkdirTemp("", "rules")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(dir)
	yaml, file := filepath.Join(dir, "suricata.yaml"), filepath.Join(dir, "all.rules")
	text := strings.Join(append(slices.Clone(rules), alwaysLoads), "\n") + "\n"
	err = errors.Join(os.WriteFile(yaml, []byte(configuration), 0o600), os.WriteFile(file, []byte(text), 0o600))
	if err != nil {
		return nil, nil, err
	}
	output, err = exec.Command("suricata", append(arguments, "-c", yaml, "-S", file, "-l", dir, "--simulate-ips")...).CombinedOutput()
	var exit *exec.ExitError // Suricata exits with 1 if it rejects a rule.
	if err != nil && !errors.As(err, &exit) {
		return nil, nil, err
	}
	analysis, err = os.ReadFile(filepath.Join(dir, "rules.json"))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return output, analysis, err
}

// read finds the rejected rules in what Suricata prints. It prints the reasons before the line that names the rule.
func read(output []byte) map[int]string {
	rejected := map[int]string{}
	var reasons []string
	for line := range bytes.Lines(output) {
		text := strings.TrimSpace(string(line))
		if m := rejection.FindStringSubmatch(text); m != nil {
			n, _ := strconv.Atoi(m[1])
			rejected[n-1] = strings.Join(reasons, "; ")
			reasons = nil
		} else if reason, is := strings.CutPrefix(text, "Error: "); is {
			reasons = append(reasons, reason)
		}
	}
	return rejected
}

// Version returns the version of the installed Suricata, for example "7.0.10".
func Version() (string, error) {
	output, err := exec.Command("suricata", "-V").Output()
	if err != nil {
		return "", err
	}
	version := regexp.MustCompile(`\d+\.\d+\.\d+`).Find(output)
	if version == nil {
		return "", fmt.Errorf("suricata -V prints no version: %s", output)
	}
	return string(version), nil
}

// Keywords returns what "suricata --list-keywords=csv" prints: the fields of each line, without the heading. Each line is a keyword.
func Keywords() ([][]string, error) {
	output, err := exec.Command("suricata", "--list-keywords=csv").Output()
	if err != nil {
		return nil, err
	}
	var out [][]string
	for line := range strings.Lines(string(output)) {
		if fields := strings.Split(strings.TrimSpace(line), ";"); len(fields) >= 4 && fields[0] != "" && fields[0] != "name" {
			out = append(out, fields)
		}
	}
	return out, nil
}
