package endpoints

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"

	"github.com/tierwall/tierwall/internal/report"
)

// endpointProperties returns the properties that the proof compares with the template. report.Properties leaves out names of resources;
// ServiceName is not one, so it is added again.
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
