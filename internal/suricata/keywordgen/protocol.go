package main

import (
	"bufio"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/suricata/engine"
)

// applications are the application protocols that rules of AWS Network Firewall may have.
var applications = []string{"http", "http2", "ftp", "tls", "smb", "dns", "dcerpc", "ssh", "smtp", "imap", "krb5", "tftp", "ntp", "dhcp",
	"quic"}

// samples holds a valid value for each keyword whose values are not just numbers.
var samples = map[string]string{
	"tls.version": "1.2", "tls.subject": `"x"`, "tls.issuerdn": `"x"`, "tls_cert_notbefore": ">2020", "tls_cert_notafter": ">2020",
	"urilen": ">1", "ssh.protoversion": "2.0",
	"tls.fingerprint":        `"4a:a3:66:76:82:cb:6b:23:bb:c3:58:47:23:a4:63:a7:78:a4:a1:18"`,
	"ssh.softwareversion":    `"x"`,
	"ssl_version":            "tls1.2",
	"ssl_state":              "client_hello",
	"http2.frametype":        "DATA",
	"http2.errorcode":        "NO_ERROR",
	"http2.settings":         "SETTINGS_ENABLE_PUSH=0",
	"dcerpc.iface":           "12345678-1234-1234-1234-123456789012",
	"dcerpc.opnum":           "1",
	"krb5_err_code":          "1",
	"krb5_msg_type":          "1",
	"ftpdata_command":        "stor",
	"nfs.version":            "3",
	"ike.exchtype":           "1",
	"modbus":                 "function 1",
	"mqtt.type":              "CONNECT",
	"snmp.version":           "2",
	"rfb.secresult":          "ok",
	"rfb.sectype":            "1",
	"snmp.pdu_type":          "1",
	"krb5.ticket_encryption": "weak",
	"uricontent":             `"x"`,
	"ip_proto":               "17",
	"dsize":                  ">1",
	"stream_size":            "client,>,5",
	"tcp.flags":              "S",
	"ipopts":                 "rr",
	"fragbits":               "D",
	"fragoffset":             "1",
	"tos":                    "1",
	"flow":                   "established",
	"flowbits":               "set,a",
	"app-layer-protocol":     "failed",
	"ipv4-csum":              "valid",
	"tcpv4-csum":             "valid",
	"udpv4-csum":             "valid",
	"tcpv6-csum":             "valid",
	"udpv6-csum":             "valid",
	"icmpv4-csum":            "valid",
	"icmpv6-csum":            "valid",
	"l3_proto":               "ipv4",
	"tag":                    "session",
	"asn1":                   "oversize_length 500",
	"rpc":                    "1,2,3",
	"stream-event":           "pkt_invalid_ack",
	"decode-event":           "ipv4.trunc_pkt",
	"target":                 "src_ip",
	"flowint":                "aa,+,1",
	"metadata":               "a b",
	"msg":                    `"x"`,
	"reference":              "url,x.com",
	"classtype":              "x",
	"priority":               "1",
	"base64_decode":          "bytes 4",
	"byte_test":              "1,>,2,0",
	"byte_jump":              "1,0",
	"byte_math":              "bytes 1, offset 0, oper +, rvalue 1, result r",
	"byte_extract":           "1,0,v",
}

// contents holds a valid content for each buffer that does not accept every content.
var contents = map[string]string{
	"ssh.hassh": strings.Repeat("a", 32), "ssh.hassh.server": strings.Repeat("a", 32), "ja3.hash": strings.Repeat("a", 32),
	"ja3s.hash": strings.Repeat("a", 32), "quic.cyu.hash": strings.Repeat("a", 32),
	"tls.cert_fingerprint": "4a:a3:66:76:82:cb:6b:23:bb:c3:58:47:23:a4:63:a7:78:a4:a1:18", "tls.cert_serial": "4a:a3",
}

// option writes the keyword in its simplest form; empty if no form is known.
func (k *keyword) option() string {
	name := canonical(k.name)
	switch {
	case k.role == "transform", k.name == "bsize": // They need a buffer before them.
		return ""
	case k.role == "buffer" && name != "frame":
		content := contents[name]
		if content == "" {
			content = "a"
		}
		return k.before() + k.name + `; content:"` + content + `";`
	case k.role == "modifier":
		return `content:"a"; ` + k.name + ";"
	case k.value.kind == "none":
		return k.before() + k.with("")
	case k.value.kind == "number" || k.value.kind == "compared":
		return k.before() + k.with("5")
	case samples[name] != "":
		return k.before() + k.with(samples[name])
	}
	return ""
}

// canonical returns the name under which samples and contents hold a keyword.
func canonical(name string) string {
	if short, ok := shortNames[name]; ok {
		return short
	}
	for _, known := range []map[string]string{samples, contents} {
		for sample := range known {
			if strings.ReplaceAll(sample, ".", "_") == strings.ReplaceAll(name, ".", "_") {
				return sample
			}
		}
	}
	return name
}

// inferProtocols tries each keyword in rules of each protocol and direction, and so finds the applications and the side.
func inferProtocols(keywords []*keyword) error {
	protocols := append([]string{"ip"}, applications...)
	directions := []string{"", "flow:to_server; ", "flow:to_client; "}
	var rules []string
	for _, k := range keywords {
		for _, protocol := range protocols {
			for _, direction := range directions {
				rules = append(rules, rule(protocol, direction+k.option(), len(rules)))
			}
		}
	}
	rejected, err := engine.Rejected(rules)
	if err != nil {
		return err
	}
	for i, k := range keywords {
		if k.option() == "" {
			continue
		}
		takes := func(protocol, direction int) bool {
			_, bad := rejected[(i*len(protocols)+protocol)*len(directions)+direction]
			return !bad
		}
		k.infer(takes)
	}
	return nil
}

// infer sets applications and side from which rules Suricata accepts.
func (k *keyword) infer(takes func(protocol, direction int) bool) {
	either := func(protocol int) bool { return takes(protocol, 0) || takes(protocol, 1) || takes(protocol, 2) }
	apps := []string{}
	for i, app := range applications {
		if either(i + 1) {
			apps = append(apps, app)
		}
	}
	if len(apps) < len(applications) {
		k.apps = apps
	}
	if k.name == "flow" || !either(0) {
		return
	}
	switch {
	case !takes(0, 0):
		k.sides = "stated"
	case !takes(0, 1):
		k.sides = "serverSide"
	case !takes(0, 2):
		k.sides = "clientSide"
	}
}

// inferMixed finds the keywords about servers' packets that Suricata accepts with flow:to_server, but rejects together with a
// buffer of requests.
func inferMixed(keywords []*keyword) error {
	var rules []string
	for _, k := range keywords {
		rules = append(rules, rule("http", k.option(), len(rules)), rule("http", k.option()+` http.host; content:"a";`, len(rules)+1))
	}
	rejected, err := engine.Rejected(rules)
	if err != nil {
		return err
	}
	for i, k := range keywords {
		if _, alone := rejected[2*i]; !alone && k.sides == "" && strings.Contains(rejected[2*i+1], "conflicting directions") {
			k.sides = "serverSide"
		}
	}
	return nil
}

// inferPacket finds the keywords that Suricata rejects together with a buffer of an application, because they look at single packets.
func inferPacket(keywords []*keyword) error {
	var rules []string
	for _, k := range keywords {
		rules = append(rules, rule("tls", k.option(), len(rules)), rule("tls", k.option()+` tls.sni; content:"a";`, len(rules)+1))
	}
	rejected, err := engine.Rejected(rules)
	if err != nil {
		return err
	}
	for i, k := range keywords {
		_, alone := rejected[2*i]
		k.isPacket = !alone && strings.Contains(rejected[2*i+1], "packet specific")
	}
	return nil
}

// inferEvents returns the events that occur in the rules installed with Suricata, as far as the installed engine accepts them.
func inferEvents() ([]string, error) {
	files, err := filepath.Glob("/etc/suricata/rules/*.rules")
	if err != nil {
		return nil, err
	}
	event := regexp.MustCompile(`\b(app-layer-event|stream-event|decode-event): *([^;]+);`)
	var out []string
	for _, name := range files {
		file, err := os.Open(name) //nolint:gosec // The file is part of Suricata.
		if err != nil {
			return nil, err
		}
		scanner := bufio.NewScanner(file)
		for scanner.Scan() {
			for _, m := range event.FindAllStringSubmatch(scanner.Text(), -1) {
				out = append(out, m[1]+":"+strings.TrimSpace(m[2]))
			}
		}
		if err := file.Close(); err != nil {
			return nil, err
		}
	}
	slices.Sort(out)
	return accepted(slices.Compact(out))
}

// accepted returns the events that Suricata accepts in a rule about any protocol.
func accepted(events []string) ([]string, error) {
	var rules []string
	for i, e := range events {
		rules = append(rules, rule("ip", e+";", i))
	}
	rejected, err := engine.Rejected(rules)
	if err != nil {
		return nil, err
	}
	var out []string
	for i, e := range events {
		if _, bad := rejected[i]; !bad {
			out = append(out, e)
		}
	}
	return out, nil
}
