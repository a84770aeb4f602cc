package squid

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
)

// Two tiers: App is on 127.0.1.0/24, and Web on 127.0.2.0/24.
const (
	app     = "127.0.1.9"
	web     = "127.0.2.9"
	nobody  = "127.0.3.9"
	dnsHost = "127.0.88.53"
)

// world is a proxy between two tiers and servers.
type world struct {
	*proxy
	dns                     *nameserver
	tls, other, plain, ssh  int
	sshTouched, plainServed chan string
}

func tcp(port int) []arch.Ports { return []arch.Ports{{Protocol: arch.TCP, From: port, To: port}} }

// newWorld starts the proxy and the servers. Changes of the configuration are pairs of texts.
func newWorld(t *testing.T, changes ...string) *world {
	t.Helper()
	needSquid(t)
	w := &world{sshTouched: make(chan string, 100), plainServed: make(chan string, 100)}
	w.tls, w.other = serveTLS(t), serveTLS(t)
	w.ssh = serve(t, func(conn net.Conn) {
		line, _ := bufio.NewReader(conn).ReadString('\n')
		w.sshTouched <- line
		send(conn, "SSH-2.0-origin\r\n")
	})
	w.plain = serve(t, func(conn net.Conn) {
		if r, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
			w.plainServed <- r.Host + " " + fmt.Sprint(r.Header)
			send(conn, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\norigin")
		}
	})
	public := []string{"127.0.0.1"}
	w.dns = serveDNS(t, dnsHost, map[string][]string{
		"api.example.com": public, "payments.example.net": public, "a.wide.example.org": public, "wide.example.org": public,
		"b.wide.example.org": public, "plain.example.com": public, "other.example.com": public, "sshd.example.com": public,
		"web.example.com": public, "private.example.com": {"127.0.66.1"}, "both.example.com": {"127.0.0.1", "127.0.66.1"},
		"six.example.com": {"::1"}, "metadata.example.com": {"169.254.169.254"}, "six-metadata.example.com": {"fd00:ec2::254"},
		"mapped.example.com": {"64:ff9b::a00:1"}, "own.example.com": {"127.0.77.1"},
	})
	named := func(domain string, ports []arch.Ports) Host { return Host{Domain: domain, Ports: ports} }
	ports := tcp(w.tls)
	c := Config{Own: []string{"127.0.77.0/24"}, Clients: []Client{
		{Name: "App", Addresses: []string{"127.0.1.0/24"}, Allowed: []Host{
			named("api.example.com", ports), named("payments.example.net", ports), named(".wide.example.org", ports),
			named("a.wide.example.org", ports), // Squid does not start if both are in one list.
			named("plain.example.com", tcp(80)), named("sshd.example.com", tcp(w.ssh)),
			named("private.example.com", ports), named("both.example.com", ports), named("six.example.com", ports),
			named("metadata.example.com", append(tcp(80), ports...)), named("six-metadata.example.com", ports),
			named("mapped.example.com", ports), named("own.example.com", ports),
		}},
		{Name: "Web", Addresses: []string{"127.0.2.0/25", "127.0.2.128/25"}, Allowed: []Host{
			named("web.example.com", ports), named("api.example.com", tcp(w.other)),
		}},
	}}
	// The server for HTTP has a free port, so that the test needs no port 80.
	w.proxy = start(t, c, dnsHost, append(changes, "port 80\n", fmt.Sprintf("port %d\n", w.plain))...)
	return w
}

// connect asks for a tunnel. It returns the connection and the status, or 0 if the proxy closed the connection without an answer.
func (w *world) connect(t *testing.T, from, target string) (net.Conn, int) {
	t.Helper()
	conn := w.dial(t, from)
	send(conn, fmt.Sprintf("CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, target))
	var head []byte
	for one := make([]byte, 1); !bytes.HasSuffix(head, []byte("\r\n\r\n")); head = append(head, one[0]) { // What follows is the tunnel's.
		if _, err := io.ReadFull(conn, one); err != nil {
			return conn, 0
		}
	}
	var status int
	_, err := fmt.Sscanf(string(head), "HTTP/1.1 %d ", &status)
	require.NoError(t, err)
	return conn, status
}

// through opens a tunnel and TLS with a server name in it. It returns what the server answers, or how far it came.
func (w *world) through(t *testing.T, from, target, sni string) string {
	t.Helper()
	conn, status := w.connect(t, from, target)
	if status == 0 {
		return "reset"
	}
	require.Equal(t, 200, status)
	secure := tls.Client(conn, &tls.Config{ServerName: sni, InsecureSkipVerify: true}) // The test looks at the certificate itself.
	if err := secure.Handshake(); err != nil {
		return "closed"
	}
	assert.Equal(t, []string{"origin"}, secure.ConnectionState().PeerCertificates[0].DNSNames, "the proxy decrypts nothing")
	answer, err := io.ReadAll(secure)
	require.NoError(t, err)
	return string(answer)
}

// TestTunnels has a real Squid judge tunnels: who may open which, and with what in them.
func TestTunnels(t *testing.T) {
	w := newWorld(t)
	tests := map[string]struct {
		from, host string
		port       int
		sni, want  string
	}{
		"allowed":                              {app, "api.example.com", w.tls, "api.example.com", `origin "api.example.com"`},
		"allowed, another name":                {app, "payments.example.net", w.tls, "payments.example.net", `origin "payments.example.net"`},
		"capitals":                             {app, "API.Example.COM", w.tls, "api.EXAMPLE.com", `origin "api.EXAMPLE.com"`},
		"below a domain":                       {app, "b.wide.example.org", w.tls, "b.wide.example.org", `origin "b.wide.example.org"`},
		"the domain itself":                    {app, "wide.example.org", w.tls, "wide.example.org", `origin "wide.example.org"`},
		"a name that ends like the domain":     {app, "notwide.example.org", w.tls, "notwide.example.org", "reset"},
		"a name that nobody declared":          {app, "other.example.com", w.tls, "other.example.com", "reset"},
		"below a host":                         {app, "x.api.example.com", w.tls, "x.api.example.com", "reset"},
		"another port":                         {app, "api.example.com", w.other, "api.example.com", "reset"},
		"the port of HTTP":                     {app, "plain.example.com", w.plain, "plain.example.com", "reset"},
		"an address":                           {app, "127.0.0.1", w.tls, "api.example.com", "reset"},
		"an IPv6 address":                      {app, "[::1]", w.tls, "api.example.com", "reset"},
		"a foreign name in TLS":                {app, "api.example.com", w.tls, "evil.example.com", "closed"},
		"another allowed name in TLS":          {app, "api.example.com", w.tls, "payments.example.net", "closed"},
		"the other tier's name in TLS":         {app, "api.example.com", w.tls, "web.example.com", "closed"},
		"the other tier's name":                {app, "web.example.com", w.tls, "web.example.com", "reset"},
		"the other tier's port":                {web, "api.example.com", w.tls, "api.example.com", "reset"},
		"the second tier, its name":            {web, "web.example.com", w.tls, "web.example.com", `origin "web.example.com"`},
		"the second tier, a name of both":      {web, "api.example.com", w.other, "api.example.com", `origin "api.example.com"`},
		"the second tier, a name of the first": {web, "payments.example.net", w.tls, "payments.example.net", "reset"},
		"no tier":                              {nobody, "api.example.com", w.tls, "api.example.com", "reset"},
		"no server name":                       {app, "api.example.com", w.tls, "", `origin ""`},
		"a private address":                    {app, "private.example.com", w.tls, "private.example.com", "closed"},
		"a public and a private address":       {app, "both.example.com", w.tls, "both.example.com", "closed"},
		"an address of the network":            {app, "own.example.com", w.tls, "own.example.com", "closed"},
		"the loopback address of IPv6":         {app, "six.example.com", w.tls, "six.example.com", "closed"},
		"metadata":                             {app, "metadata.example.com", w.tls, "metadata.example.com", "closed"},
		"metadata over IPv6":                   {app, "six-metadata.example.com", w.tls, "six-metadata.example.com", "closed"},
		"a private address in NAT64":           {app, "mapped.example.com", w.tls, "mapped.example.com", "closed"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := w.through(t, test.from, fmt.Sprintf("%s:%d", test.host, test.port), test.sni)
			assert.Equal(t, test.want, got)
		})
	}
	assert.NotContains(t, w.dns.questions(), "other.example.com", "nothing leaves through the names that Squid looks up")
	assert.NotContains(t, w.dns.questions(), "x.api.example.com")
	w.logged(t, app, fmt.Sprintf("CONNECT api.example.com:%d", w.tls), "tls=splice", "sni=api.example.com")
	w.logged(t, app, fmt.Sprintf("CONNECT api.example.com:%d", w.tls), "tls=terminate", "sni=evil.example.com")
	w.logged(t, app, "DENIED", "CONNECT other.example.com")
	assert.NotContains(t, w.log.String(), " 127.0.0.1 ", "health checks are not logged")
}

// TestOtherProtocols: an allowed tunnel carries TLS alone, and nothing of another protocol reaches the server.
func TestOtherProtocols(t *testing.T) {
	w := newWorld(t)
	for name, sent := range map[string]string{
		"SSH": "SSH-2.0-client\r\n", "HTTP": "GET / HTTP/1.1\r\nHost: sshd.example.com\r\n\r\n", "zeros": strings.Repeat("\x00", 600),
		"TLS of version 9": "\x16\x09\x09\x00\x05\x01\x00\x00\x01\x00",
	} {
		t.Run(name, func(t *testing.T) {
			conn, status := w.connect(t, app, fmt.Sprintf("sshd.example.com:%d", w.ssh))
			require.Equal(t, 200, status)
			send(conn, sent)
			require.NoError(t, conn.SetDeadline(time.Now().Add(5*time.Second)))
			answer, _ := io.ReadAll(conn)
			assert.NotContains(t, string(answer), "origin")
			select {
			case line := <-w.sshTouched:
				assert.Empty(t, line, "the server got bytes of the client")
			default:
			}
		})
	}
}

// TestPlainHTTP: http URLs of names with port 80 pass, and the Host header follows the URL.
func TestPlainHTTP(t *testing.T) {
	w := newWorld(t)
	ask := func(t *testing.T, from, request string) string {
		t.Helper()
		conn := w.dial(t, from)
		send(conn, request)
		r, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			return "reset"
		}
		defer func() { _ = r.Body.Close() }()
		body, _ := io.ReadAll(r.Body)
		return fmt.Sprint(r.StatusCode, " ", string(body))
	}
	get := func(url, host string) string {
		return fmt.Sprintf("GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", url, host)
	}
	port := func(host string, port int) string { return fmt.Sprintf("http://%s:%d/", host, port) }
	assert.Equal(t, "200 origin", ask(t, app, get(port("plain.example.com", w.plain), "evil.example.com")))
	served := <-w.plainServed
	assert.True(t, strings.HasPrefix(served, fmt.Sprintf("plain.example.com:%d ", w.plain)), "the server sees the URL's host: %s", served)
	assert.NotContains(t, served, app, "the server does not see the client's address")
	for name, request := range map[string]string{
		"a name with TLS alone":       get(port("api.example.com", w.tls), "api.example.com"),
		"a name with TLS, port 80":    get(port("api.example.com", w.plain), "api.example.com"),
		"a name that nobody declared": get(port("other.example.com", w.plain), "plain.example.com"),
		"an address":                  get(port("127.0.0.1", w.plain), "plain.example.com"),
		"an https URL":                get(fmt.Sprintf("https://api.example.com:%d/", w.tls), "api.example.com"),
		"an ftp URL":                  get(fmt.Sprintf("ftp://plain.example.com:%d/", w.plain), "plain.example.com"),
		"the proxy itself":            get(port("127.0.0.1", w.port)+"squid-internal-mgr/menu", "127.0.0.1"),
		"its manager":                 get("/squid-internal-mgr/menu", "127.0.0.1"),
		"a user in the URL":           get(fmt.Sprintf("http://plain.example.com@other.example.com:%d/", w.plain), "plain.example.com"),
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, "reset", ask(t, app, request)) })
	}
	assert.Equal(t, "reset", ask(t, web, get(port("plain.example.com", w.plain), "plain.example.com")), "the other tier")
	assert.Equal(t, "403 reset", ask(t, app, get(port("metadata.example.com", w.plain), "metadata.example.com")), "a private address")
	assert.Contains(t, ask(t, app, get("/", "plain.example.com")), "400 ", "no host in the URL")
	assert.Empty(t, w.plainServed, "nothing else reached the server")
}

// TestRebinding: a name that leads to a private address as soon as it has been checked does not get there, because the answer of the check
// holds for a minute, whatever DNS says about that.
func TestRebinding(t *testing.T) {
	w := newWorld(t)
	target := fmt.Sprintf("api.example.com:%d", w.tls)
	require.Equal(t, `origin "api.example.com"`, w.through(t, app, target, "api.example.com"))
	w.dns.set("api.example.com", "127.0.66.1")
	time.Sleep(1500 * time.Millisecond) // The answer was valid for one second.
	assert.Equal(t, `origin "api.example.com"`, w.through(t, app, target, "api.example.com"))
	w.logged(t, "127.0.0.1:", "tls=splice")
	assert.NotContains(t, w.log.String(), "127.0.66.1:")
}
