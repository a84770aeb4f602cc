package alarms

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/alarm"
	"github.com/tierwall/tierwall/internal/arch"
)

// Selector selects the network activity events of one service that a trail records.
type Selector struct {
	Source    string         // "sqs.amazonaws.com"
	Endpoints []arch.Operand // the ids of the VPC endpoints
}

// recorded are services whose calls CloudTrail is known to record as network activity, by the names of their VPC endpoints (AWS CloudTrail
// User Guide, "Logging network activity events"). AWS adds services from time to time.
var recorded = []string{"dynamodb", "ec2", "ecs", "events", "kms", "lambda", "monitoring", "s3", "secretsmanager", "sns", "sqs", "ssm"}

// selectors returns what a trail must record, and says which endpoints it cannot.
func (b *builder) selectors() []Selector {
	var out []Selector
	var silent []string
	for _, e := range b.Plan.VPCEndpoints {
		id := alarm.Symbol(EndpointID + endpointKey(e.EndpointKey))
		source := e.Service + ".amazonaws.com"
		i := slices.IndexFunc(out, func(s Selector) bool { return s.Source == source })
		switch {
		case e.Imported: // The gap of the alarm says so.
		case !slices.Contains(recorded, e.Service):
			silent = append(silent, e.Service)
		case i >= 0:
			out[i].Endpoints = append(out[i].Endpoints, id)
		default:
			out = append(out, Selector{source, []arch.Operand{id}})
		}
	}
	if len(silent) > 0 {
		b.gap("CloudTrail is not known to record calls that these VPC endpoints deny: " + strings.Join(silent, ", ") + ".")
	}
	return out
}

// endpointKey is the key of an endpoint in a symbol. A gateway endpoint has a slash in front.
func endpointKey(e arch.EndpointKey) string {
	if e.Gateway {
		return "/" + e.Service
	}
	return e.Service
}
