package firewalllog

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"github.com/tierwall/tierwall/internal/traffic"
)

// Is reports whether a JSON object is a record of a network firewall.
func Is(object []byte) bool { return bytes.Contains(object, []byte(`"firewall_name"`)) }

// Key tells alerts apart.
type Key struct {
	SID int `json:"sid"`
	// Resource is the ARN of the rule group or policy that has the rule; empty in logs from before 2026.
	Resource string `json:"resource,omitempty"`
	Firewall string `json:"firewall"`
	// Verdict says what happened to the packets: "pass", "drop", "reject". It is empty if the record has no verdict.
	Verdict string `json:"verdict,omitempty"`
}

// Alerts are the alerts with one key.
type Alerts struct {
	Key
	Count int64 `json:"count"`
	// First and Last are the times of the first and the last, in seconds since 1970.
	First int64 `json:"first"`
	Last  int64 `json:"last"`
	// Signature is the message of the rule, and Example a connection.
	Signature string `json:"signature,omitempty"`
	Example   string `json:"example"`
}

// Session is one direction of a connection, as a flow log records it after its end, or a connection that an alert is about.
type Session struct {
	Firewall                    string
	Name                        string // that the client asked for; only in alerts
	Source, Destination         netip.Addr
	SourcePort, DestinationPort uint16
	Protocol                    uint8
	Packets, Bytes              int64
	Start, End                  int64 // seconds since 1970
}

// Log takes the records of one worker.
type Log struct {
	// Sessions takes the records of flow logs; nil drops them.
	Sessions func(Session)
	// Stopped takes the connections whose packets a firewall dropped or rejected, from client to server as far as the alert says; nil drops
	// them.
	Stopped  func(Session)
	alerts   map[Key]*Alerts
	other    int64
	sessions int64
}

// maxAlerts bounds the memory that different alerts take.
const maxAlerts = 1 << 16

// The errors of Add.
var (
	errDamaged = errors.New("a record of a network firewall is damaged: it is not complete JSON, or a field has a value that it cannot have")
	errTime    = errors.New("a record of a network firewall has no time that can be read")
	errCrowded = errors.New("there are too many different alerts of network firewalls; the rest is not counted")
	errAddress = errors.New("a record of a network firewall has no addresses, ports or protocol that can be read")
)

// record is a record in AWS's envelope.
type record struct {
	Firewall string   `json:"firewall_name"`
	Created  string   `json:"event_timestamp"` // seconds
	Metadata metadata `json:"aws_metadata"`
	Event    struct {
		Time        string   `json:"timestamp"`
		Type        string   `json:"event_type"`
		Source      string   `json:"src_ip"`
		Destination string   `json:"dest_ip"`
		From        uint16   `json:"src_port"`
		To          uint16   `json:"dest_port"`
		Protocol    string   `json:"proto"`
		Metadata    metadata `json:"aws_metadata"`
		Direction   string   `json:"direction"`
		TLS         struct {
			Name string `json:"sni"`
		} `json:"tls"`
		HTTP struct {
			Name string `json:"hostname"`
		} `json:"http"`
		Alert *struct {
			SID       int    `json:"signature_id"`
			Signature string `json:"signature"`
			Action    string `json:"action"`
		} `json:"alert"`
		Verdict struct {
			Action string `json:"action"`
		} `json:"verdict"`
		Netflow *struct {
			Packets int64  `json:"pkts"`
			Bytes   int64  `json:"bytes"`
			Start   string `json:"start"`
			End     string `json:"end"`
		} `json:"netflow"`
	} `json:"event"`
}

// metadata is where AWS says which resource has the rule.
type metadata struct {
	Resource string `json:"resource_arn"`
}

// Add takes a record.
func (l *Log) Add(object []byte) error {
	var r record
	if err := json.Unmarshal(object, &r); err != nil {
		return errDamaged
	}
	switch e := r.Event; {
	case e.Alert != nil:
		return l.alert(r)
	case e.Netflow != nil:
		return l.session(r)
	}
	l.other++ // Such as an error of TLS inspection.
	return nil
}

// alert counts an alert.
func (l *Log) alert(r record) error {
	e := r.Event
	at, ok := seconds(e.Time)
	if !ok {
		n, err := strconv.ParseInt(r.Created, 10, 64)
		if err != nil || n <= 0 {
			return errTime
		}
		at = n
	}
	if err := l.stopped(r, at); err != nil {
		return err
	}
	key := Key{e.Alert.SID, cmp.Or(e.Metadata.Resource, r.Metadata.Resource), r.Firewall, e.Verdict.Action}
	connection := e.Source + ":" + strconv.Itoa(int(e.From)) + " -> " + e.Destination + ":" + strconv.Itoa(int(e.To)) + " " + e.Protocol
	one := Alerts{Key: key, Count: 1, First: at, Last: at, Signature: e.Alert.Signature, Example: connection}
	if l.alerts == nil {
		l.alerts = map[Key]*Alerts{}
	}
	known, ok := l.alerts[key]
	switch {
	case ok:
		known.join(one)
	case len(l.alerts) >= maxAlerts:
		return errCrowded
	default:
		l.alerts[key] = &one
	}
	return nil
}

// stopped hands on the connection of an alert about packets that did not pass.
func (l *Log) stopped(r record, at int64) error {
	e := r.Event
	verdict := cmp.Or(e.Verdict.Action, e.Alert.Action)
	if l.Stopped == nil || verdict != "drop" && verdict != "reject" && verdict != "blocked" {
		return nil
	}
	s, err := r.connection()
	if err != nil {
		return err
	}
	if e.Direction == "to_client" {
		s.Source, s.Destination, s.SourcePort, s.DestinationPort = s.Destination, s.Source, s.DestinationPort, s.SourcePort
	}
	s.Name, s.Start, s.End, s.Packets = cmp.Or(e.TLS.Name, e.HTTP.Name), at, at, 1
	l.Stopped(s)
	return nil
}

// connection returns the ends of the connection that a record is about.
func (r record) connection() (Session, error) {
	e := r.Event
	source, err := netip.ParseAddr(e.Source)
	destination, other := netip.ParseAddr(e.Destination)
	protocol, known := protocolOf(e.Protocol)
	if err != nil || other != nil || !known || source.Zone() != "" || destination.Zone() != "" {
		return Session{}, errAddress
	}
	return Session{
		Firewall: r.Firewall, Source: source.Unmap(), Destination: destination.Unmap(), SourcePort: e.From, DestinationPort: e.To,
		Protocol: uint8(protocol),
	}, nil
}

// join adds other alerts with the same key. The example is of the first.
func (a *Alerts) join(b Alerts) {
	a.Count += b.Count
	a.Last = max(a.Last, b.Last)
	if b.First < a.First || b.First == a.First && b.Example+b.Signature < a.Example+a.Signature {
		a.First, a.Example, a.Signature = b.First, b.Example, b.Signature
	}
}

// session hands the record of a flow log on.
func (l *Log) session(r record) error {
	e := r.Event
	start, ok := seconds(e.Netflow.Start)
	end, also := seconds(e.Netflow.End)
	if !ok || !also || start > end || start <= 0 {
		return errTime
	}
	s, err := r.connection()
	if err != nil {
		return err
	}
	l.sessions++
	s.Packets, s.Bytes, s.Start, s.End = max(0, e.Netflow.Packets), max(0, e.Netflow.Bytes), start, end
	if l.Sessions != nil {
		l.Sessions(s)
	}
	return nil
}

// protocolOf reads a protocol as Suricata writes it.
func protocolOf(text string) (int, bool) {
	if text == "IPv6-ICMP" {
		return traffic.ICMPv6, true
	}
	n, ok := traffic.Number(text)
	return n, ok && n >= 0
}

// seconds reads a time as Suricata writes it.
func seconds(text string) (int64, bool) {
	at, err := time.Parse("2006-01-02T15:04:05.999999999-0700", text)
	return at.Unix(), err == nil && at.Unix() > 0
}

// Summary is what the logs hold.
type Summary struct {
	// Alerts are by SID, resource, firewall and verdict.
	Alerts []Alerts `json:"alerts,omitempty"`
	// Sessions is how many records of flow logs there are, and Other how many of TLS inspection and of kinds that are not known.
	Sessions int64 `json:"sessions,omitempty"`
	Other    int64 `json:"other,omitempty"`
}

// Join joins the counts of all workers.
func Join(logs []*Log) Summary {
	var out Summary
	all := map[Key]*Alerts{}
	for _, l := range logs {
		out.Sessions += l.sessions
		out.Other += l.other
		for key, a := range l.alerts {
			if known, ok := all[key]; ok {
				known.join(*a)
			} else {
				one := *a
				all[key] = &one
			}
		}
	}
	for _, a := range slices.SortedFunc(maps.Values(all), func(a, b *Alerts) int {
		return cmp.Or(cmp.Compare(a.SID, b.SID), cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Firewall, b.Firewall),
			cmp.Compare(a.Verdict, b.Verdict))
	}) {
		out.Alerts = append(out.Alerts, *a)
	}
	return out
}
