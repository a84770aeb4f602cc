package endpoints

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"

	"github.com/tierwall/tierwall/internal/report"
)

// endpointProperties are those of an endpoint. Properties leaves out names; that of the service is none of the endpoint's own.
func endpointProperties(p *awsec2.CfnVPCEndpointProps) map[string]any {
	out := report.Properties(p)
	out["ServiceName"] = p.ServiceName
	return out
}

func anys(texts []*string) *[]any {
	out := make([]any, len(texts))
	for i := range texts {
		out[i] = texts[i]
	}
	return &out
}
