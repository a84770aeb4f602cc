package squid

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestMutants breaks the configuration in one place at a time, and requires that the connection which that place stops then reaches a
// server. It holds that the refusals of the other tests come from the rules, and not from the set-up.
func TestMutants(t *testing.T) {
	for name, test := range map[string]struct {
		changes   []string
		from      string
		host, sni string
		port      func(*world) int
	}{
		"no check of names in TLS": {[]string{" name3 sni3 ", " name3 "}, app, "api.example.com", "evil.example.com", nil},
		"no check of tiers in http_access": {
			[]string{"http_access allow connect client", "http_access allow connect all #", "ssl_bump splice client", "ssl_bump splice all #"},
			nobody, "api.example.com", "api.example.com", nil,
		},
		"no check of addresses":               {[]string{" !private", ""}, app, "private.example.com", "private.example.com", nil},
		"no check of the network's addresses": {[]string{" 127.0.77.0/24", ""}, app, "own.example.com", "own.example.com", nil},
		"no check of IPv6 addresses":          {[]string{" ::1/128 ", " "}, app, "six.example.com", "six.example.com", nil},
		"no check of ports": {[]string{" port1 name3", " name3"}, app, "api.example.com", "api.example.com",
			func(w *world) int { return w.other }},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, test.changes...)
			port := w.tls
			if test.port != nil {
				port = test.port(w)
			}
			got := w.through(t, test.from, fmt.Sprintf("%s:%d", test.host, port), test.sni)
			assert.Equal(t, fmt.Sprintf("origin %q", test.sni), got)
		})
	}
}
