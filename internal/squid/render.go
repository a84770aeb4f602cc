package squid

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
)

// head is what every configuration begins with, with the port, the folder and the blocks that no name may lead to.
const head = `# Egress proxy. tierwall wrote this file from the declared names; do not edit it.
http_port %d ssl-bump cert=%s/proxy.pem generate-host-certificates=off
visible_hostname egress-proxy
httpd_suppress_version_string on
via off
forwarded_for delete
cache deny all
cache_mem 8 MB
client_db off
pinger_enable off
netdb_filename none
pid_filename none
logfile_rotate 0
shutdown_lifetime 20 seconds
# Squid resolves a name once for the check of its addresses and once to connect. This is how long the first answer holds at least.
negative_dns_ttl 1 minute

# Each request: client, result, method, URL, server, what became of TLS, and the server name that the client sent.
logformat proxy %%ts.%%03tu %%tr %%>a %%Ss/%%03>Hs %%>st %%<st %%rm %%ru %%<a:%%<p tls=%%ssl::bump_mode sni=%%#ssl::>sni
# Health checks are left out.
acl itself src 127.0.0.1/32
access_log stdio:/dev/stdout logformat=proxy !itself
cache_log /dev/stderr

acl connect method CONNECT
acl http proto HTTP
acl start at_step SslBump1
acl private dst %s
`

// rest refuses what no rule allowed, and closes connections without a page: a page would need a certificate that clients trust.
const rest = `http_access deny all
deny_info TCP_RESET all
`

// writer collects the parts of a configuration. Names and lists of ports that several clients have are defined once.
type writer struct {
	acls, access, bump strings.Builder
	names, ports       map[string]int
}

func render(c Config, clients []Client) string {
	w := writer{names: map[string]int{}, ports: map[string]int{}}
	for i, client := range clients {
		fmt.Fprintf(&w.acls, "# %s\nacl client%d src %s\n", client.Name, i+1, strings.Join(client.Addresses, " "))
		for _, host := range client.Allowed {
			w.allow(fmt.Sprintf("client%d", i+1), host)
		}
	}
	never := strings.Join(append(slices.Clone(private), c.Own...), " ")
	return fmt.Sprintf(head, c.Port, c.Folder, never) + w.acls.String() + "\n" + w.access.String() + rest +
		"\n# Read the server name, pass on what matches, and close the rest. Nothing is decrypted.\n" +
		"ssl_bump peek start\n" + w.bump.String() + "ssl_bump terminate all\n"
}

// allow writes the rules of one name. The addresses of the name are checked last, so that Squid looks up no name that is not allowed. For
// tunnels they are checked when the client has sent its server name: if http_access refuses a request after a look-up, Squid does not close
// the connection, but answers under its own certificate.
func (w *writer) allow(client string, host Host) {
	var plain, tls []arch.Ports
	for _, p := range host.Ports {
		if p.IsHTTP() {
			plain = append(plain, p)
		} else {
			tls = append(tls, p)
		}
	}
	name := w.name(host.Domain)
	if len(plain) > 0 {
		fmt.Fprintf(&w.access, "http_access allow !connect http %s port%d name%d !private\n", client, w.port(plain), name)
	}
	if len(tls) > 0 {
		fmt.Fprintf(&w.access, "http_access allow connect %s port%d name%d\n", client, w.port(tls), name)
		fmt.Fprintf(&w.bump, "ssl_bump splice %s port%d name%d sni%d !private\n", client, w.port(tls), name, name)
	}
}

// name returns the number of the lists with a name: of requests, and of TLS. Each list has one name, because Squid does not start if a list
// has a domain and a name below it.
func (w *writer) name(domain string) int {
	n, known := w.names[domain]
	if !known {
		n = len(w.names) + 1
		w.names[domain] = n
		fmt.Fprintf(&w.acls, "acl name%d dstdomain -n %s\nacl sni%d ssl::server_name --client-requested %s\n", n, domain, n, domain)
	}
	return n
}

// port returns the number of the list with these ports.
func (w *writer) port(ports []arch.Ports) int {
	var list []string
	for _, p := range ports {
		if p.From == p.To {
			list = append(list, fmt.Sprint(p.From))
		} else {
			list = append(list, fmt.Sprintf("%d-%d", p.From, p.To))
		}
	}
	key := strings.Join(list, " ")
	n, known := w.ports[key]
	if !known {
		n = len(w.ports) + 1
		w.ports[key] = n
		fmt.Fprintf(&w.acls, "acl port%d port %s\n", n, key)
	}
	return n
}
