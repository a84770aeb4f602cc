// Package engine asks an installed Suricata which rules it loads. Only tests and generators use it.
package engine

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Installed reports whether the program is there.
func Installed() bool {
	_, err := exec.LookPath("suricata")
	return err == nil
}

// configuration switches on what AWS Network Firewall has on.
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
`

// always is a rule that loads: Suricata counts nothing where none does.
const always = "alert ip any any -> any any (sid:4294967290;)"

var (
	refusal = regexp.MustCompile(`error parsing signature ".*" from file .* at line (\d+)$`)
	loaded  = regexp.MustCompile(` (\d+) rules successfully loaded, (\d+) rules failed, (\d+)`)
)

// Refused loads rules, one per line, and returns the reasons of those that Suricata refuses by their index. Every rule needs a sid of its
// own. A rule that Suricata leaves out without an error is refused as well.
func Refused(rules []string) (map[int]string, error) {
	output, err := load(append(slices.Clone(rules), always))
	if err != nil {
		return nil, err
	}
	refused := read(output)
	m := loaded.FindSubmatch(output)
	switch {
	case m == nil:
		return nil, fmt.Errorf("suricata did not say how many rules it loaded:\n%s", output[max(0, len(output)-2000):])
	case string(m[1]) == strconv.Itoa(len(rules)+1-len(refused)):
		return refused, nil
	case len(rules) == 1:
		return map[int]string{0: LeftOut}, nil
	}
	return halves(rules)
}

// LeftOut is the reason of a rule that Suricata leaves out without an error.
const LeftOut = "left out without an error"

// halves finds the rules that are left out: Suricata says how many they are, not which.
func halves(rules []string) (map[int]string, error) {
	middle := len(rules) / 2
	first, err := Refused(rules[:middle])
	if err != nil {
		return nil, err
	}
	second, err := Refused(rules[middle:])
	if err != nil {
		return nil, err
	}
	for i, reason := range second {
		first[middle+i] = reason
	}
	return first, nil
}

// load has Suricata load rules, and returns what it prints.
func load(rules []string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "rules")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	yaml, file := filepath.Join(dir, "suricata.yaml"), filepath.Join(dir, "all.rules")
	if err := errors.Join(os.WriteFile(yaml, []byte(configuration), 0o600), os.WriteFile(file, []byte(strings.Join(rules, "\n")+"\n"),
		0o600)); err != nil {
		return nil, err
	}
	output, err := exec.Command("suricata", "-T", "-c", yaml, "-S", file, "-l", dir, "--simulate-ips").CombinedOutput()
	var exit *exec.ExitError // Suricata exits with 1 if it refuses a rule.
	if err != nil && !errors.As(err, &exit) {
		return nil, err
	}
	return output, nil
}

// read finds the refused rules in what Suricata prints. The reasons stand before the line that names the rule.
func read(output []byte) map[int]string {
	refused := map[int]string{}
	var reasons []string
	for line := range bytes.Lines(output) {
		text := strings.TrimSpace(string(line))
		if m := refusal.FindStringSubmatch(text); m != nil {
			n, _ := strconv.Atoi(m[1])
			refused[n-1] = strings.Join(reasons, "; ")
			reasons = nil
		} else if reason, is := strings.CutPrefix(text, "Error: "); is {
			reasons = append(reasons, reason)
		}
	}
	return refused
}

// Version returns the version of the program, as in "7.0.10".
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

// Keywords returns what "suricata --list-keywords=csv" prints: a line per keyword, without the heading.
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
