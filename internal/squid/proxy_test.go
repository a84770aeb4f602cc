package squid

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// needSquid skips a test without a Squid that can read the names of TLS. In CI, the test fails instead.
func needSquid(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short leaves out what needs Squid")
	}
	version, err := exec.Command("squid", "-v").Output()
	missing := ""
	switch {
	case err != nil:
		missing = "squid is not installed; Debian has it as squid-openssl"
	case !bytes.Contains(version, []byte("--with-openssl")):
		missing = "squid is built without OpenSSL; Debian has one with it as squid-openssl"
	case os.Getuid() != 0:
		missing = "the test's DNS server needs port 53 of the loopback interface, so root"
	}
	if missing == "" {
		return
	}
	if os.Getenv("TIERWALL_CI") != "" {
		t.Fatal(missing + ", and TIERWALL_CI forbids to skip")
	}
	t.Skip(missing)
}

// proxy is a running Squid.
type proxy struct {
	port int
	log  *buffer
}

// buffer is a log that two goroutines share.
type buffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// asUser makes a command run without root's rights, as the container does. Its folder belongs to that user.
func asUser(t *testing.T, folder string, cmd *exec.Cmd) {
	t.Helper()
	u, err := user.Lookup("proxy")
	require.NoError(t, err)
	uid, err := strconv.Atoi(u.Uid)
	require.NoError(t, err)
	gid, err := strconv.Atoi(u.Gid)
	require.NoError(t, err)
	require.NoError(t, os.Chown(folder, uid, gid))
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}

// start runs a real Squid with the text of c. The servers of the tests are on the loopback interface, so of their block only
// 127.0.66.0/24 counts as private; further changes are pairs of texts.
func start(t *testing.T, c Config, nameserver string, changes ...string) *proxy {
	t.Helper()
	needSquid(t)
	folder, err := os.MkdirTemp("", "tierwall-squid-")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(folder) })
	c.Port, c.Folder = freePort(t), folder
	text, err := c.Text()
	require.NoError(t, err)
	require.Contains(t, text, " 127.0.0.0/8 ")
	changes = append(changes, " 127.0.0.0/8 ", " 127.0.66.0/24 ")
	for i := 0; i < len(changes); i += 2 {
		require.Contains(t, text, changes[i])
		text = strings.ReplaceAll(text, changes[i], changes[i+1])
	}
	if nameserver != "" {
		text += "dns_nameservers " + nameserver + "\nhosts_file none\n"
	}
	p := &proxy{port: c.Port, log: &buffer{}}
	cmd := exec.Command("bash", "-c", Script(folder))
	cmd.Env = append(os.Environ(), Variable+"="+text)
	asUser(t, folder, cmd)
	cmd.Dir, cmd.Stdout, cmd.Stderr = folder, p.log, p.log
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s\n%s", text, p.log)
		}
	})
	require.Eventually(t, func() bool {
		return exec.Command("bash", "-c", Check(c.Port)).Run() == nil
	}, 30*time.Second, 50*time.Millisecond, "Squid did not start")
	return p
}

func (p *proxy) address() string { return fmt.Sprintf("127.0.0.1:%d", p.port) }

// dial connects to the proxy from an address of a client.
func (p *proxy) dial(t *testing.T, from string) net.Conn {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: 10 * time.Second}
	conn, err := d.Dial("tcp", p.address())
	require.NoError(t, err)
	require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// logged waits for a line of the access log that has all of the texts.
func (p *proxy) logged(t *testing.T, texts ...string) {
	t.Helper()
	require.Eventually(t, func() bool {
	lines:
		for line := range strings.Lines(p.log.String()) {
			for _, text := range texts {
				if !strings.Contains(line, text) {
					continue lines
				}
			}
			return true
		}
		return false
	}, 10*time.Second, 20*time.Millisecond, "no line of the log has %q:\n%s", texts, p.log)
}

// send writes a text. If the other side is gone, the test sees that when it reads.
func send(w io.Writer, text string) { _, _ = io.WriteString(w, text) }

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

// selfSigned returns a certificate and its key in PEM.
func selfSigned(t *testing.T, names ...string) (certificate, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: names, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	require.NoError(t, err)
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})
}

// serve accepts connections on every address until the test ends. It returns the port.
func serve(t *testing.T, answer func(net.Conn)) int {
	t.Helper()
	l, err := net.Listen("tcp", ":0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				answer(conn)
			}()
		}
	}()
	return l.Addr().(*net.TCPAddr).Port
}

// serveTLS answers every TLS connection with the server name that the client sent, under a certificate for "origin".
func serveTLS(t *testing.T) int {
	t.Helper()
	certificate, key := selfSigned(t, "origin")
	pair, err := tls.X509KeyPair(certificate, key)
	require.NoError(t, err)
	return serve(t, func(conn net.Conn) {
		secure := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{pair}})
		if secure.Handshake() == nil {
			send(secure, fmt.Sprintf("origin %q", secure.ConnectionState().ServerName))
			_ = secure.CloseWrite()
		}
	})
}
