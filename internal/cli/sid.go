package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/proof"
)

type sidCommand struct {
	Number   string `arg:"" optional:"" complete:"none" help:"Number of the rule. Without it, read log lines from standard input."`
	Assembly string `short:"a" default:"cdk.out" help:"Cloud assembly of an app that uses the tierwall library."`
}

// maxLogLine is the maximum length of a log line in bytes. The lines that AWS writes have a few hundred.
const maxLogLine = 1 << 20

// Run explains one number, or each log line that contains one.
func (s sidCommand) Run(c console) error {
	index, err := s.index()
	if err != nil {
		return err
	}
	if s.Number != "" {
		sid, err := strconv.Atoi(s.Number)
		if err != nil {
			return fmt.Errorf("%q is not a rule number; write digits only, such as 1742492979", s.Number)
		}
		text, known := index.explain(sid)
		return c.finish(printableLines(text), nil, !known)
	}
	return index.explainLog(c)
}

// sidIndex maps numbers to rules.
type sidIndex map[int]proof.FirewallRule

func (s sidCommand) index() (sidIndex, error) {
	file := filepath.Join(s.Assembly, proof.FileName)
	data, err := cfn.ReadIn(s.Assembly, proof.FileName)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; name the cloud assembly of an app that uses the tierwall library: "+
			"--assembly cdk.out", file, err)
	}
	d, err := proof.Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	index := sidIndex{}
	for _, n := range d.Networks {
		for _, r := range n.FirewallRules {
			index[r.SID] = r
		}
	}
	return index, nil
}

// defaultActions holds the numbers that the default actions of a policy have in logs (measured).
var defaultActions = map[int]bool{2: true, 4: true, 6: true, 8: true}

// The range of the numbers of AWS managed rules. The numbers of tierwall are far above it.
const (
	managedSIDs = 2_000_000
	managedEnd  = 100_000_000
)

// explain describes the rule with a number, and reports whether the number is known.
func (x sidIndex) explain(sid int) (string, bool) {
	rule, ok := x[sid]
	switch {
	case ok:
		return explainRule(rule), true
	case defaultActions[sid]:
		return fmt.Sprintf("%d: the default action of the policy; no rule passes this traffic\n", sid), true
	case sid >= managedSIDs && sid < managedEnd:
		return fmt.Sprintf("%d: a rule of an AWS managed rule group, judging by its number\n", sid), true
	}
	return fmt.Sprintf("%d: this cloud assembly has no such rule; the firewall may run rules of another version\n", sid), false
}

func explainRule(r proof.FirewallRule) string {
	does := "passes"
	if r.Stops {
		does = "stops"
	}
	text := fmt.Sprintf("%d: %s %s [%s]\n", r.SID, does, r.Message, r.Group)
	for _, f := range r.Flows {
		text += "    " + explainFlow(f) + "\n"
	}
	return text
}

func explainFlow(f arch.Flow) string {
	text := fmt.Sprintf("%s -> %s %s", f.From, f.To, f.Service)
	if f.Reason != "" {
		text += ", because: " + f.Reason
	}
	if f.Owner != "" {
		text += ", owner: " + f.Owner
	}
	if f.Expires != "" {
		text += ", until " + f.Expires
	}
	for _, at := range f.At {
		text += " (" + at.String() + ")"
	}
	return text
}

// logEvent holds the fields that are read from a log line of AWS Network Firewall or of Suricata itself.
type logEvent struct {
	Event *logEvent `json:"event"`
	Alert struct {
		SID    *int   `json:"signature_id"`
		Action string `json:"action"`
	} `json:"alert"`
	Verdict struct {
		Action string `json:"action"`
	} `json:"verdict"`
	Time     string `json:"timestamp"`
	From     string `json:"src_ip"`
	FromPort int    `json:"src_port"`
	To       string `json:"dest_ip"`
	ToPort   int    `json:"dest_port"`
	Protocol string `json:"proto"`
}

// sidText matches a number in the text of a rule, or alone on a line.
var sidText = lazyregexp.New(`\bsid:\s*(\d{1,10})\b|^\s*(\d{1,10})\s*$`)

// explainLog explains each line of standard input that contains a rule number.
func (x sidIndex) explainLog(c console) error {
	scanner := bufio.NewScanner(c.in)
	scanner.Buffer(nil, maxLogLine)
	number, found, unknown := 0, 0, false
	for scanner.Scan() {
		number++
		packet, sid, ok := readLog(scanner.Text())
		if !ok {
			continue
		}
		found++
		text, known := x.explain(sid)
		unknown = unknown || !known
		if err := c.print(printableLines(packet + text)); err != nil {
			return err
		}
	}
	switch err := scanner.Err(); {
	case err != nil:
		return fmt.Errorf("standard input, line %d: %w", number+1, err)
	case found == 0:
		return errors.New("standard input: no line contains a rule number; use alert logs (JSON with signature_id), not flow logs")
	case unknown:
		return errFindings
	}
	return nil
}

// readLog finds the packet and the number in a line.
func readLog(line string) (packet string, sid int, ok bool) {
	var e logEvent
	if json.Unmarshal([]byte(line), &e) == nil {
		if e.Event != nil {
			e = *e.Event
		}
		if e.Alert.SID == nil {
			return "", 0, false
		}
		return e.packet(), *e.Alert.SID, true
	}
	m := sidText.FindStringSubmatch(line)
	if m == nil {
		return "", 0, false
	}
	sid, err := strconv.Atoi(m[1] + m[2])
	return "", sid, err == nil
}

func (e logEvent) packet() string {
	action := e.Verdict.Action // The verdict says what happened to the packet; the action of the alert does not always.
	if action == "" {
		action = e.Alert.Action
	}
	fields := []string{e.Time, strings.ToLower(e.Protocol), fmt.Sprintf("%s:%d -> %s:%d", e.From, e.FromPort, e.To, e.ToPort), action}
	return strings.Join(strings.Fields(strings.Join(fields, " ")), " ") + "\n  "
}
