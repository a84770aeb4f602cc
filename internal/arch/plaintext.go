package arch

import "slices"

// PlainText is a protocol that does not encrypt, on the ports that IANA registered for it.
type PlainText struct {
	Protocol string // "HTTP"
	Ports    Ports
	// Upgrades says that a connection starts without encryption, and that both ends may agree on TLS later (STARTTLS).
	Upgrades bool
}

// plainText are the registered ports of protocols that do not encrypt, or do so on another port. A port on which a product speaks both,
// such as 3306 or 6379, says nothing.
var plainText = []PlainText{
	{"FTP", Ports{TCP, 20, 21}, true},
	{"Telnet", Ports{TCP, 23, 23}, false},
	{"SMTP", Ports{TCP, 25, 25}, true},
	{"TFTP", Ports{UDP, 69, 69}, false},
	{"HTTP", Ports{TCP, 80, 80}, false},
	{"POP3", Ports{TCP, 110, 110}, true},
	{"IMAP", Ports{TCP, 143, 143}, true},
	{"LDAP", Ports{TCP, 389, 389}, true},
	{"LDAP", Ports{UDP, 389, 389}, false},
	{"rexec, rlogin and rsh", Ports{TCP, 512, 514}, false},
	{"syslog", Ports{UDP, 514, 514}, false},
	{"rsync", Ports{TCP, 873, 873}, false},
	{"MQTT", Ports{TCP, 1883, 1883}, false},
	{"the Docker API", Ports{TCP, 2375, 2375}, false},
	{"LDAP", Ports{TCP, 3268, 3268}, true},
	{"AMQP", Ports{TCP, 5672, 5672}, true},
	{"VNC", Ports{TCP, 5900, 5900}, false},
}

// PlainText returns the protocols without encryption on whose registered ports the flow opens connections.
func (f CheckedFlow) PlainText() []PlainText {
	var out []PlainText
	for _, p := range plainText {
		if slices.ContainsFunc(f.Ports, p.Ports.Overlaps) {
			out = append(out, p)
		}
	}
	return out
}
