package squid

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestSize: README.md of package proxy says how many names a proxy has room for: at least this many, for one client, with long names.
func TestSize(t *testing.T) {
	t.Parallel()
	c := Config{Port: 3128, Folder: "/tmp", Clients: []Client{{Name: "App", Addresses: []string{"10.0.48.0/22", "10.0.52.0/22"}}}}
	for i := range 180 {
		c.Clients[0].Allowed = append(c.Clients[0].Allowed, Host{Domain: fmt.Sprintf("service-%03d.eu-west-1.example.com", i), Ports: tcp(443)})
	}
	text, err := c.Text()
	assert.NoError(t, err)
	t.Logf("%d bytes", len(text))
}
