// Package suricatatest has a real Suricata 7, the engine of AWS Network Firewall, judge what rules do to whole conversations. It is for
// tests alone.
//
// Suricata says which rules match which packet. What AWS adds is done here: rules decide in the order in which they are written
// (STRICT_ORDER), which no stock Suricata 7 does, and a default action has the rest. AWS does not publish how it makes default
// actions: the waiting of the app_layer family is an approximation, as it begins to drop when the client has sent all that names what
// it wants.
package suricatatest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"github.com/tierwall/tierwall/internal/suricata"
)

// Available skips a test where Suricata is missing, in words; CI forbids it.
func Available(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("suricata"); err != nil {
		if os.Getenv("TIERWALL_CI") != "" {
			t.Fatal("suricata is not installed")
		}
		t.Skip("suricata is not installed; Debian's bookworm-backports has version 7")
	}
}

// Default is what becomes of packets that no rule decides.
type Default int

// The defaults, as in AWS's default actions.
const (
	Strict                      Default = iota // every packet is dropped
	EstablishedAppLayerToServer                // what clients send is dropped once they have said what they want; other protocols than TCP wholly
	None                                       // it passes
)

// Policy is what a firewall enforces.
type Policy struct {
	Rules   string // of all groups, by priority, one rule on each line
	Default Default
	HomeNet string // "10.0.0.0/16"
}

// Verdict is what becomes of a conversation.
type Verdict struct {
	Passed  bool // every packet, answers included
	Dropped int  // the first packet that is dropped, -1 if none is
	By      int  // the SID that drops it, 0 for the default action
	Alerts  []int
}

// String says "passes", or which packet is dropped by what.
func (v Verdict) String() string {
	switch {
	case v.Passed:
		return "passes"
	case v.By == 0:
		return fmt.Sprintf("packet %d is dropped by default", v.Dropped)
	}
	return fmt.Sprintf("packet %d is dropped by %d", v.Dropped, v.By)
}

const configuration = `%%YAML 1.1
---
vars:
  address-groups:
    HOME_NET: "[%s]"
    EXTERNAL_NET: "!$HOME_NET"
outputs:
  - eve-log:
      enabled: yes
      filename: eve.json
      types: [alert]
packet-alert-max: 4000
stream: {inline: yes, midstream: true}
app-layer:
  protocols:
    tls: {enabled: yes, detection-ports: {dp: 443}}
    http: {enabled: yes}
    dns: {tcp: {enabled: yes}, udp: {enabled: yes}}
    ssh: {enabled: yes}
`

// Judge returns the verdict on each conversation, in their order, from one run of Suricata. Every conversation must have a client port
// or address of its own.
func Judge(t testing.TB, p Policy, conversations ...Conversation) []Verdict {
	t.Helper()
	lines, problems := suricata.ParseText(p.Rules)
	if len(problems) > 0 {
		t.Fatalf("the rules: %+v", problems)
	}
	dir := t.TempDir()
	matches := run(t, dir, p, shadow(lines), conversations)
	out := make([]Verdict, len(conversations))
	first := 0
	for i, c := range conversations {
		out[i] = c.verdict(p.Default, lines, matches[first:first+len(c.packets)])
		first += len(c.packets)
	}
	return out
}

// shadow makes an alert of every rule, numbered by its place, so that Suricata says all that match.
func shadow(lines []suricata.Line) string {
	var b strings.Builder
	for i, line := range lines {
		r := line.Rule
		r.Action = suricata.Alert
		r.Options = nil
		for _, o := range line.Rule.Options {
			if o.Keyword != "sid" && o.Keyword != "noalert" && o.Keyword != "alert" {
				r.Options = append(r.Options, o)
			}
		}
		r.Options = append(r.Options, suricata.Option{Keyword: "sid", Value: fmt.Sprint(i + 1)})
		b.WriteString(r.String() + "\n")
	}
	return b.String()
}

// run replays the conversations one after the other and returns which lines match each packet.
func run(t testing.TB, dir string, p Policy, rules string, conversations []Conversation) []map[int]bool {
	t.Helper()
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("suricata.yaml", fmt.Appendf(nil, configuration, p.HomeNet))
	write("all.rules", []byte(rules))
	count := 0
	write("all.pcap", capture(conversations, &count))
	command := exec.Command("suricata", "-c", filepath.Join(dir, "suricata.yaml"), "-S", filepath.Join(dir, "all.rules"), "-r", filepath.Join(dir, "all.pcap"), "-l", dir,
		"-k", "none", "--simulate-ips", "--runmode", "single", "--init-errors-fatal")
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("suricata: %v\n%s\n%s", err, output, rules)
	}
	if n := strings.Count(rules, "\n"); n > 0 && !bytes.Contains(output, fmt.Appendf(nil, "%d rules successfully loaded", n)) {
		t.Fatalf("suricata did not load %d rules:\n%s", n, output)
	}
	return alerts(t, filepath.Join(dir, "eve.json"), count)
}

func capture(conversations []Conversation, count *int) []byte {
	var b bytes.Buffer
	w := pcapgo.NewWriter(&b)
	must(w.WriteFileHeader(65536, layers.LinkTypeEthernet))
	at := time.Date(2027, time.March, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range conversations {
		for _, p := range c.packets {
			at = at.Add(time.Millisecond)
			*count++
			must(w.WritePacket(gopacket.CaptureInfo{Timestamp: at, CaptureLength: len(p.data), Length: len(p.data)}, p.data))
		}
	}
	return b.Bytes()
}

// alerts reads which lines match which packet.
func alerts(t testing.TB, path string, packets int) []map[int]bool {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	out := make([]map[int]bool, packets)
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<22)
	for scanner.Scan() {
		var event struct {
			Packet int    `json:"pcap_cnt"`
			Type   string `json:"event_type"`
			Alert  struct {
				ID int `json:"signature_id"`
			}
		}
		if err := json.Unmarshal(scanner.Bytes(), &event); err != nil {
			t.Fatal(err)
		}
		if event.Type != "alert" || event.Packet < 1 || event.Packet > packets {
			continue
		}
		if out[event.Packet-1] == nil {
			out[event.Packet-1] = map[int]bool{}
		}
		out[event.Packet-1][event.Alert.ID-1] = true
	}
	return out
}

// verdict decides packet by packet: the first rule that decides one, in the order of the lines, then the default. A verdict of a rule
// about the whole flow holds for what follows.
func (c Conversation) verdict(d Default, lines []suricata.Line, matches []map[int]bool) Verdict {
	v := Verdict{Passed: true, Dropped: -1}
	flowPassed := false
	for i, p := range c.packets {
		decided := flowPassed
		for index, line := range lines {
			if decided || !matches[i][index] {
				continue
			}
			sid, _ := line.Rule.SID()
			if !line.Rule.Action.Decides() {
				v.Alerts = append(v.Alerts, sid)
				continue
			}
			if line.Rule.Action != suricata.Pass {
				return Verdict{Dropped: i, By: sid, Alerts: v.Alerts}
			}
			decided = true
			flowPassed = line.Rule.Kind().Scope() == suricata.ScopeFlow
		}
		if !decided && c.droppedByDefault(d, i, p) {
			return Verdict{Dropped: i, Alerts: v.Alerts}
		}
	}
	return v
}

func (c Conversation) droppedByDefault(d Default, index int, p packet) bool {
	switch {
	case d == None:
		return false
	case d == Strict || !c.tcp:
		return true
	}
	isTCP := p.data[14+9] == byte(layers.IPProtocolTCP)
	return !isTCP || p.toServer && !p.before && c.decides >= 0 && index >= c.decides
}
