package document

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// Acknowledgment accepts a finding about the network. Its key is the id of the finding without the path of the network, which differs
// between environments: "unprotected[the-internet->LoadBalancer:tcp/443]". Its value is the reason.
type Acknowledgment struct {
	Rule    string        `yaml:"-"` // "unprotected"
	Subject string        `yaml:"-"` // "the-internet->LoadBalancer:tcp/443"
	Reason  string        `yaml:"-"`
	At      diag.Position `yaml:"-"`
}

// ID returns the id of the finding in the file.
func (a Acknowledgment) ID() string { return a.Rule + "[" + a.Subject + "]" }

// FindingID returns the id of a finding in the file. It is empty if the finding is not about the network with a path, or no finding.
func FindingID(d diag.Diagnostic, network string) string {
	if inside := d.Within(network); inside.Subject != d.Subject && d.Severity == diag.Finding {
		return inside.AcknowledgeID()
	}
	return ""
}

// Acknowledgment returns the entry that accepts a finding about the network with a path.
func (d *Document) Acknowledgment(finding diag.Diagnostic, network string) (Acknowledgment, bool) {
	id := FindingID(finding, network)
	return find(d.Acknowledged, func(a Acknowledgment) bool { return a.ID() == id })
}

// Unacknowledged returns the diagnostics without the findings that the document accepts. network is the path of the network.
func (d *Document) Unacknowledged(list diag.List, network string) diag.List {
	var out diag.List
	for _, one := range list {
		if _, ok := d.Acknowledgment(one, network); !ok {
			out = append(out, one)
		}
	}
	return out
}

func (a Acknowledgment) keyText() string { return a.ID() }

func (a Acknowledgment) write() *node { return textNode(a.Reason) }

func (a *Acknowledgment) setKey(d *decoder, key *node) {
	rule, rest, ok := strings.Cut(key.text, "[")
	a.Rule, a.Subject = rule, strings.TrimSuffix(rest, "]")
	one := diag.Diagnostic{Rule: a.Rule, Subject: a.Subject}
	if !ok || rule == "" || a.Subject == "" || one.AcknowledgeID() != key.text {
		d.fail(key.place, "what is acknowledged is not the id of a finding",
			fmt.Sprintf("got %.80q; an id is written RULE[SUBJECT], without spaces", key.text), "copy the id that the finding prints")
	}
}

func (a *Acknowledgment) read(d *decoder, n *node) {
	a.Reason = d.word("the reason of "+a.ID(), n, hints{})
	if strings.TrimSpace(a.Reason) == "" {
		d.fail(n.place, "an acknowledgement has no reason", "got "+n.shown(), "say why the finding is accepted")
	}
}
