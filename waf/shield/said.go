package shield

import (
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/calls"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/report"
)

// record keeps the protection in the network that has its load balancer, in the terms of architecture.yaml, for the command "tierwall
// export".
func (p *Protection) record(props *Props, at diag.Position) {
	said := document.Shield{Response: strings.ToLower(string(props.Response)), HealthCheck: props.HealthCheck, Name: props.Name}
	for _, s := range report.Sources(p) {
		n, ok := s.(interface {
			Calls() *calls.Calls
			InFile(text string) (said string, ok bool)
		})
		if !ok {
			continue
		}
		check, known := n.InFile(props.HealthCheck)
		said.HealthCheck = check
		if !n.Calls().Shield(props.Resource, *p.Node().Path(), said, at) {
			continue
		}
		if !known || arch.IsToken(said.Name) {
			n.Calls().Cannot(at, "the health check or name of a protection by Shield is known only to CDK; call shield.Protect in workloads.go")
		}
		return
	}
}
