// Keywordgen writes the table of rule keywords of an installed Suricata as Go code: the name of each keyword, the form of its value, and
// the rules that may have it. It lists the keywords, then tries each one in rules that Suricata accepts or rejects. It knows nothing about
// keywords but what is in its lists of samples and exceptions.
package main

import (
	"bytes"
	"fmt"
	"go/format"
	"log"
	"os"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/suricata/engine"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: keywordgen FILE")
	}
	text, err := generate()
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(os.Args[1], text, 0o644); err != nil { //nolint:gosec // It is source code.
		log.Fatal(err)
	}
}

// keyword is one line of the table.
type keyword struct {
	name     string
	role     string
	value    value
	apps     []string // the application protocols whose rules may have it; nil stands for all
	sides    string   // whose packets it looks at, as the name of a constant; empty stands for both sides
	isPacket bool     // it looks at single packets, so a rule with it cannot look at an application's buffer
}

// generate returns the file of the table.
func generate() ([]byte, error) {
	version, err := engine.Version()
	if err != nil {
		return nil, err
	}
	keywords, err := list()
	if err != nil {
		return nil, err
	}
	for _, step := range []func([]*keyword) error{inferValues, inferProtocols, inferMixed, inferPacket} {
		if err := step(keywords); err != nil {
			return nil, err
		}
	}
	events, err := inferEvents()
	if err != nil {
		return nil, err
	}
	return write(version, keywords, events)
}

// list returns all keywords, including their other names, sorted by name.
func list() ([]*keyword, error) {
	lines, err := engine.Keywords()
	if err != nil {
		return nil, err
	}
	var out []*keyword
	for _, fields := range lines {
		k := &keyword{name: fields[0], role: "plain"}
		for part, role := range map[string]string{"sticky buffer": "buffer", "content modifier": "modifier", "transform": "transform"} {
			if strings.Contains(fields[3], part) {
				k.role = role
			}
		}
		if slices.Contains(unlistedBuffers, k.name) {
			k.role = "buffer"
		}
		out = append(out, k)
	}
	return addOtherNames(out)
}

// unlistedBuffers are buffers that Suricata does not list as buffers.
var unlistedBuffers = []string{
	"sip.method", "sip.uri", "sip.protocol", "sip.stat_code", "sip.stat_msg", "sip.request_line", "sip.response_line",
	"mqtt.connect.clientid", "mqtt.connect.username", "mqtt.connect.password", "mqtt.connect.willtopic", "mqtt.connect.willmessage",
	"mqtt.publish.topic", "mqtt.publish.message", "quic.cyu.hash", "quic.cyu.string", "base64_data",
}

// shortNames maps another name of a keyword to its listed name, where the one cannot be derived from the other.
var shortNames = map[string]string{
	"ack": "tcp.ack", "seq": "tcp.seq", "window": "tcp.window", "flags": "tcp.flags", "dce_iface": "dcerpc.iface",
	"dce_opnum":     "dcerpc.opnum",
	"dce_stub_data": "dcerpc.stub_data", "http.uri.normalized": "http.uri", "ssh-hassh-server-string": "ssh.hassh.server.string",
}

// addOtherNames adds the names that Suricata accepts but does not list. It tries every name that is likely.
func addOtherNames(keywords []*keyword) ([]*keyword, error) {
	byName := map[string]*keyword{}
	for _, k := range keywords {
		byName[k.name] = k
	}
	names := map[string]string{}
	for _, k := range keywords {
		for _, other := range []string{strings.ReplaceAll(k.name, ".", "_"), strings.ReplaceAll(k.name, "_", ".")} {
			if byName[other] == nil {
				names[other] = k.name
			}
		}
	}
	for other, name := range shortNames {
		names[other] = name
	}
	var others, rules []string
	for other := range names {
		others = append(others, other)
	}
	slices.Sort(others)
	for i, other := range others {
		rules = append(rules, fmt.Sprintf("alert ip any any -> any any (%s:@; sid:%d;)", other, i+1))
	}
	rejected, err := engine.Rejected(rules)
	if err != nil {
		return nil, err
	}
	for i, other := range others {
		if !strings.Contains(rejected[i], "unknown rule keyword") {
			k := *byName[names[other]]
			k.name = other
			keywords = append(keywords, &k)
		}
	}
	slices.SortFunc(keywords, func(a, b *keyword) int { return strings.Compare(a.name, b.name) })
	return keywords, nil
}

// maxLine is the length of the longest line of code.
const maxLine = 140

// line writes the keyword as an element of the table.
func (k *keyword) line() string {
	var b strings.Builder
	fmt.Fprintf(&b, "name: %q", k.name)
	if k.role != "plain" {
		fmt.Fprintf(&b, ", role: %s", k.role)
	}
	b.WriteString(k.value.fields())
	if k.apps != nil {
		fmt.Fprintf(&b, ", apps: %#v", k.apps)
	}
	if k.sides != "" {
		fmt.Fprintf(&b, ", side: %s", k.sides)
	}
	if k.isPacket {
		b.WriteString(", packet: true")
	}
	text := "{" + b.String() + "},\n"
	if len(text) > maxLine {
		text = "{\n" + strings.Replace(b.String(), ", apps:", ",\napps:", 1) + ",\n},\n"
	}
	return text
}

// write returns the table as Go code.
func write(version string, keywords []*keyword, events []string) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "// Code generated by keywordgen from Suricata %s. DO NOT EDIT.\n\npackage suricata\n\n", version)
	fmt.Fprintf(&b, "// keywordVersion is the version of Suricata whose keywords these are.\nconst keywordVersion = %q\n\n", version)
	b.WriteString("// keywordTable holds all keywords, sorted by name.\nvar keywordTable = []keyword{\n")
	for _, k := range keywords {
		b.WriteString(k.line())
	}
	b.WriteString("}\n\n// eventTable holds the names of events that rules may ask for, with their keywords, sorted.\n")
	b.WriteString("var eventTable = []string{\n")
	for _, e := range events {
		fmt.Fprintf(&b, "%q,\n", e)
	}
	b.WriteString("}\n")
	return format.Source(b.Bytes())
}
