package plan

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
)

// AttachmentID returns the construct id of the attachment to a transit gateway. A VPC has at most one attachment to each transit gateway.
// If only a deployment knows the gateway, the id is made from its symbol without the path of the stage, so that it is the same in every
// stage.
func AttachmentID(gateway arch.Operand, stage string) string {
	if !gateway.Symbolic {
		return gateway.Text
	}
	symbol := gateway.Text
	if stage != "" {
		symbol = strings.TrimPrefix(symbol, stage+"/")
	}
	return fmt.Sprintf("Given-%x", sha256.Sum256([]byte(symbol)))[:len("Given-")+8]
}

// TransitGateways returns the transit gateways that the network's own VPC is attached to, by the ids of the attachments' constructs. stage
// is the path of the network's stage.
func (p *Plan) TransitGateways(stage string) map[string]arch.Gateway {
	out := map[string]arch.Gateway{}
	for _, route := range p.Routes {
		if route.Target == ToGateway && route.Gateway.Kind == arch.TransitGateway && !p.Model.Network.Wrapped {
			out[AttachmentID(route.Gateway.Operand, stage)] = route.Gateway
		}
	}
	return out
}
