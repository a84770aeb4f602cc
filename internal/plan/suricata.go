package plan

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Variable is a block that a rule names by a variable because only a deployment knows it.
type Variable struct {
	Name  string // as in "$NAME"
	Block arch.Operand
}

// Text writes a group's rules as Suricata reads them, one on each line, with the variables that they name. Unless the network's
// inspection enforces, rules that would stop packets report them.
func (p *Plan) Text(g FirewallGroup) (rules string, variables []Variable) {
	w := ruleWriter{m: p.Model, named: map[arch.Operand]string{}}
	lines := make([]string, len(g.Rules))
	for i, r := range g.Rules {
		lines[i] = w.rule(r)
	}
	return strings.Join(lines, "\n"), w.variables
}

// Message names a rule in logs: by its flow, with the reason if it has one.
func (p *Plan) Message(r FirewallRule) string {
	w := ruleWriter{m: p.Model}
	return w.message(r)
}

type ruleWriter struct {
	m         *arch.Model
	named     map[arch.Operand]string
	variables []Variable
}

// rule writes one rule. flow:to_server tells the packets of a client from answers. The direction "<>" would let a host with the
// server's port reach any port of the client.
func (w *ruleWriter) rule(r FirewallRule) string {
	protocol, from, fromPorts, to, toPorts := w.header(r)
	options := []string{fmt.Sprintf("msg:%s", quote(w.message(r)))}
	options = append(options, w.options(r)...)
	options = append(options, w.metadata(r)...)
	options = append(options, fmt.Sprintf("sid:%d", r.SID), "rev:1")
	return fmt.Sprintf("%s %s %s %s -> %s %s (%s;)", w.action(r), protocol, from, fromPorts, to, toPorts, strings.Join(options, "; "))
}

func (w *ruleWriter) action(r FirewallRule) string {
	switch {
	case !r.Stop:
		return "pass"
	case w.m.Network.Inspection.Mode != arch.Enforce:
		return "alert"
	}
	return "drop"
}

func (w *ruleWriter) header(r FirewallRule) (protocol, from, fromPorts, to, toPorts string) {
	from, to = w.end(r.From, r.FromOutside), w.end(r.To, r.ToOutside)
	protocol, fromPorts, toPorts = string(r.Ports.Protocol), "any", portRange(r.Ports)
	if r.Ports.IsAll() {
		protocol = "ip"
	}
	switch r.Match {
	case TLSName:
		protocol = "tls"
	case OtherHTTPHost, NoHTTPHost:
		protocol = "http"
	case HTTP2:
		protocol = "http2"
	case PathMTU:
		protocol = "icmp"
	case Undecided:
		protocol, toPorts = "tcp", "any"
	case ToClient:
		from, fromPorts, to, toPorts = to, toPorts, from, fromPorts
	}
	return protocol, from, fromPorts, to, toPorts
}

func portRange(p arch.Ports) string {
	switch {
	case p.Protocol != arch.TCP && p.Protocol != arch.UDP, p.From == 0 && p.To == traffic.LastPort:
		return "any"
	case p.From == p.To:
		return fmt.Sprint(p.From)
	}
	return fmt.Sprintf("%d:%d", p.From, p.To)
}

// end writes the addresses of one end.
func (w *ruleWriter) end(peers []arch.Peer, outside bool) string {
	if outside {
		return "!" + w.blocks([]arch.Peer{networkRange(w.m)})
	}
	return w.blocks(peers)
}

// blocks writes addresses; no addresses mean any.
func (w *ruleWriter) blocks(peers []arch.Peer) string {
	texts := make([]string, len(peers))
	for i, p := range peers {
		texts[i] = p.Text
		if p.Symbolic {
			texts[i] = "$" + w.variable(p.Operand)
		}
	}
	switch len(texts) {
	case 0:
		return "any"
	case 1:
		return texts[0]
	}
	return "[" + strings.Join(texts, ",") + "]"
}

// variable names a block. The name is a function of the block alone.
func (w *ruleWriter) variable(block arch.Operand) string {
	name, ok := w.named[block]
	if !ok {
		name = fmt.Sprintf("BLOCK_%X", hash(block.Text))
		w.named[block] = name
		w.variables = append(w.variables, Variable{name, block})
	}
	return name
}

func (w *ruleWriter) options(r FirewallRule) []string {
	switch r.Match {
	case TLSName:
		return append([]string{"flow:to_server"}, nameOptions("tls.sni", r.Names[0])...)
	case OtherHTTPHost:
		return []string{"flow:to_server,established", "http.host", fmt.Sprintf(`pcre:!"/%s/"`, hostPattern(r.Names))}
	case NoHTTPHost:
		// Suricata does not evaluate a rule about http.host without a host. AWS wants a content beside a pcre: each request has the
		// end of a line.
		return []string{"flow:to_server,established", "http.start", `content:"|0d 0a|"`, `pcre:!"/\r\nHost:[ \t]*[^ \t\r\n]/i"`}
	case HTTP2:
		return []string{"flow:to_server,established"}
	case HTTP: // Evaluated for each packet: the verdict of "pass http" would hold for all later requests on the connection.
		return []string{"flow:to_server,established", "app-layer-protocol:http"}
	case PathMTU:
		return icmpOptions(fragmentationNeeded)
	case Undecided:
		return []string{"flow:to_server,established", fmt.Sprintf("stream_size:either,>,%d", UndecidedBytes)}
	case ToClient:
		answer, _ := answerTo(r.Ports)
		return append([]string{"flow:to_client"}, icmpOptions(answer)...)
	}
	return append([]string{"flow:to_server"}, icmpOptions(r.Ports)...)
}

// nameOptions match a name exactly or, with a leading dot, a domain and all below it.
func nameOptions(buffer, name string) []string {
	if strings.HasPrefix(name, ".") {
		return []string{buffer, "dotprefix", fmt.Sprintf("content:%q", name), "nocase", "endswith"}
	}
	return []string{buffer, fmt.Sprintf("content:%q", name), "startswith", "nocase", "endswith"}
}

// hostPattern matches the names, which hold letters, digits, hyphens and dots alone, with or without a port.
func hostPattern(names []string) string {
	patterns := make([]string, len(names))
	for i, name := range names {
		pattern := strings.ReplaceAll(name, ".", `\.`)
		if strings.HasPrefix(name, ".") {
			pattern = `(.*\.)?` + strings.TrimPrefix(pattern, `\.`)
		}
		patterns[i] = pattern
	}
	return "^(" + strings.Join(patterns, "|") + ")$"
}

// icmpOptions match type and code.
func icmpOptions(p arch.Ports) []string {
	var out []string
	if !p.IsICMP() || p.From < 0 {
		return nil
	}
	out = append(out, fmt.Sprintf("itype:%d", p.From))
	if p.To >= 0 {
		out = append(out, fmt.Sprintf("icode:%d", p.To))
	}
	return out
}

// message names the flow, for those who read logs.
func (w *ruleWriter) message(r FirewallRule) string {
	switch r.Match {
	case PathMTU:
		return "path MTU discovery"
	case Undecided:
		return fmt.Sprintf("more than %d bytes of an undeclared connection", UndecidedBytes)
	}
	f := w.m.Flows[r.Flows[0]]
	to := f.To.String()
	switch r.Match {
	case OtherHTTPHost:
		return fmt.Sprintf("%s -> other hosts than %s %s", f.From, strings.Join(r.Names, " "), r.Ports)
	case NoHTTPHost:
		return fmt.Sprintf("%s -> no host %s", f.From, r.Ports)
	case HTTP2:
		return fmt.Sprintf("%s -> HTTP/2 %s", f.From, r.Ports)
	case HTTP:
		to = strings.Join(r.Names, " ")
	case ToClient:
		return fmt.Sprintf("%s -> %s %s: answers", f.From, to, r.Ports)
	}
	text := fmt.Sprintf("%s -> %s %s", f.From, to, r.Ports)
	if f.Reason != "" {
		text += ": " + f.Reason
	}
	return text
}

// metadata goes into every log line.
func (w *ruleWriter) metadata(r FirewallRule) []string {
	if len(r.Flows) == 0 {
		return nil
	}
	f := w.m.Flows[r.Flows[0]]
	return []string{fmt.Sprintf("metadata:from %s, to %s", metadataText(f.From.String()), metadataText(f.To.String()))}
}

// metadataText replaces characters that separate entries of metadata.
func metadataText(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-/: ", r) {
			return r
		}
		return '_'
	}, s)
}

// quote writes a text for msg. Reasons have passed [arch.CleanDescription]: they hold neither quotes nor backslashes nor
// anything beyond ASCII.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `;`, `\;`).Replace(s) + `"`
}
