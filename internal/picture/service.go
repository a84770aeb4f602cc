package picture

import (
	"fmt"
	"strings"
	"sync"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/traffic"
)

// maxServices is how many services a label lists. It counts the rest.
const maxServices = 2

// Services names traffic briefly: "https", "mysql, tcp/8080", "https, ssh, 3 more".
func Services(s traffic.Set) string {
	names := names()
	parts := strings.Split(s.String(), ", ")
	for i, part := range parts {
		if name, ok := names[part]; ok {
			parts[i] = name
		}
	}
	if more := len(parts) - maxServices; more > 1 {
		parts = append(parts[:maxServices:maxServices], fmt.Sprintf("%d more", more))
	}
	return strings.Join(parts, ", ")
}

// names are the names of services of one port, as sets of traffic are written.
var names = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for _, name := range arch.WellKnown() {
		ports, err := arch.ParseService(name)
		if err == nil && len(ports) == 1 {
			if _, taken := out[ports[0].String()]; !taken {
				out[ports[0].String()] = name
			}
		}
	}
	return out
})
