// Package suricatatest finds out what rules do to whole conversations, by running a real Suricata 7, the engine of AWS Network Firewall. It
// is only for tests, and must not know how rules are made.
//
// [Judge] returns a [Verdict] on each [Conversation] under a [Policy]. AWS evaluates rules in the order in which they are written
// (STRICT_ORDER), whatever their action is. An unmodified Suricata 7 cannot: it sorts rules by action. Judge therefore works in one of two
// ways. If sorting by action changes nothing, Suricata decides itself, and the default actions are rules (actionorder.go). Otherwise every
// rule becomes an alert, Suricata says which rules match which packet, and this package picks the first one that decides (alerts.go). Tests
// check that both ways agree.
package suricatatest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"github.com/tierwall/tierwall/internal/suricata"
	"github.com/tierwall/tierwall/internal/suricata/engine"
)

// Available skips a test if Suricata is not installed. In CI, the test fails instead.
func Available(t testing.TB) {
	t.Helper()
	engine.Require(t)
}

// Judge returns the verdict on each conversation, in their order, from one run of Suricata. Every conversation must be a flow of its own:
// no two may have the same client port or, for ICMP, the same addresses.
func Judge(t testing.TB, p Policy, conversations ...Conversation) []Verdict {
	t.Helper()
	Available(t)
	distinct(t, conversations)
	lines := p.lines(t)
	if order, ok := actionOrder(p, lines); ok {
		return judgeByActions(t, p, lines, order, conversations)
	}
	return judgeByAlerts(t, p, lines, conversations)
}

// distinct fails a test that has no conversations, or two that are one flow to Suricata.
func distinct(t testing.TB, conversations []Conversation) {
	t.Helper()
	if len(conversations) == 0 {
		t.Fatal("no conversations: Suricata waits a minute for a file without packets")
	}
	seen := map[string]string{}
	for _, c := range conversations {
		if other, taken := seen[c.flowKey()]; taken {
			t.Fatalf("%q and %q are one flow: give one of them another client port or address", other, c.Name)
		}
		seen[c.flowKey()] = c.Name
	}
}

// event is what Suricata reports about a packet.
type event struct {
	isDrop bool
	reason string // of a drop
	rule   int    // the place of the rule among the lines, from 1; 0 if there is none
}

// run replays the conversations one after the other through rules, and returns the events of each packet.
func run(t testing.TB, configuration []byte, rules string, conversations []Conversation) [][]event {
	t.Helper()
	dir := t.TempDir()
	packets, capture := capture(conversations)
	write(t, dir, "all.pcap", capture)
	replay(t, dir, configuration, rules)
	return events(t, filepath.Join(dir, "eve.json"), packets)
}

// replay runs Suricata on the packets in the file all.pcap of a folder.
func replay(t testing.TB, dir string, configuration []byte, rules string) {
	t.Helper()
	suricataRun(t, dir, configuration, rules, "-r", filepath.Join(dir, "all.pcap"), "-k", "none", "--runmode", "single")
}

// write writes a file into a folder.
func write(t testing.TB, dir, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// suricataRun runs Suricata as an intrusion prevention system. It fails the test unless Suricata accepts all rules.
func suricataRun(t testing.TB, dir string, configuration []byte, rules string, arguments ...string) {
	t.Helper()
	write(t, dir, "suricata.yaml", configuration)
	write(t, dir, "all.rules", []byte(rules))
	arguments = append(arguments, "-c", filepath.Join(dir, "suricata.yaml"), "-S", filepath.Join(dir, "all.rules"), "-l", dir,
		"--simulate-ips", "--init-errors-fatal")
	output, err := exec.Command("suricata", arguments...).CombinedOutput()
	if err != nil {
		t.Fatalf("suricata: %v\n%s\n%s", err, output, rules)
	}
	// Suricata reports no error if it skips rules, or if there are none.
	if n := strings.Count(rules, "\n"); n > 0 && !bytes.Contains(output, fmt.Appendf(nil, " %d rules successfully loaded", n)) {
		t.Fatalf("suricata did not load %d rules:\n%s", n, output)
	}
}

// capture writes the conversations as a pcap file, and returns the number of packets. The file is always the same for the same
// conversations.
func capture(conversations []Conversation) (packets int, file []byte) {
	var b bytes.Buffer
	w := pcapgo.NewWriter(&b)
	must(w.WriteFileHeader(65536, layers.LinkTypeEthernet))
	at := time.Date(2027, time.March, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range conversations {
		for _, p := range c.packets {
			at = at.Add(time.Millisecond)
			packets++
			must(w.WritePacket(gopacket.CaptureInfo{Timestamp: at, CaptureLength: len(p.data), Length: len(p.data)}, p.data))
		}
	}
	return packets, b.Bytes()
}

// events reads what Suricata reports about each packet.
func events(t testing.TB, path string, packets int) [][]event {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	out := make([][]event, packets)
	for line := range bytes.Lines(data) {
		var e struct {
			Packet int    `json:"pcap_cnt"` // from 1
			Type   string `json:"event_type"`
			Alert  struct {
				ID int `json:"signature_id"` // the place of the rule among the lines, from 1
			} `json:"alert"`
			Drop struct {
				Reason string `json:"reason"`
			} `json:"drop"`
		}
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		if e.Type != "alert" && e.Type != "drop" {
			t.Fatalf("%s is neither an alert nor a drop", line)
		}
		if 1 <= e.Packet && e.Packet <= packets {
			out[e.Packet-1] = append(out[e.Packet-1], event{isDrop: e.Type == "drop", reason: e.Drop.Reason, rule: e.Alert.ID})
		}
	}
	return out
}

// Kinds returns the kind that Suricata gives each rule of a policy, in order and without the default actions.
func Kinds(t testing.TB, p Policy) []suricata.Kind {
	t.Helper()
	Available(t)
	p.Default = None
	lines := p.lines(t)
	dir := t.TempDir()
	suricataRun(t, dir, p.configuration(len(lines), passFirst), number(lines, same),
		"--engine-analysis", "--set", "engine-analysis.rules=yes", "--set", "engine-analysis.rules-fast-pattern=yes")
	data, err := os.ReadFile(filepath.Join(dir, "rules.json"))
	if err != nil {
		t.Fatal(err)
	}
	out := make([]suricata.Kind, len(lines))
	decoder := json.NewDecoder(bytes.NewReader(data))
	for decoder.More() {
		var r struct {
			ID   int           `json:"id"`
			Type suricata.Kind `json:"type"`
		}
		if err := decoder.Decode(&r); err != nil {
			t.Fatal(err)
		}
		out[r.ID-1] = r.Type
	}
	return out
}

// same leaves a rule as it is.
func same(l line) suricata.Rule { return l.rule }

// number writes lines as changed rules, whose ids are their places from 1: among rules of equal rank, Suricata evaluates the one with the
// lower id first.
func number(lines []line, change func(line) suricata.Rule) string {
	var b strings.Builder
	for i, l := range lines {
		r := change(l)
		r.Options = slices.DeleteFunc(slices.Clone(r.Options), func(o suricata.Option) bool { return o.Keyword == "sid" })
		r.Options = append(r.Options, suricata.Option{Keyword: "sid", Value: fmt.Sprint(i + 1)})
		b.WriteString(r.String() + "\n")
	}
	return b.String()
}
