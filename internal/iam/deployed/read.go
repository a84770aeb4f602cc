// Package deployed reads VPC endpoints and their policies from templates, and checks them.
package deployed

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
)

// Endpoint is a VPC endpoint of the templates.
type Endpoint struct {
	Resource *cfn.Resource
	VPC      cfn.Value
	// Service is the short name of the service, "ecr.api", or the whole name if the service is not AWS's.
	Service string
	Region  string // the service's; empty if unknown
	Gateway bool
	// PrivateDNS says that the service's own DNS name leads to the interface endpoint.
	PrivateDNS bool
	// Stated says that the template states a policy. Otherwise Policy is AWS's default, which allows everything.
	Stated bool
	Policy iam.Policy
	// Unknown says why the policy, or the presence of the endpoint, is unknown; empty if both are known.
	Unknown string
	// Problems say what is wrong with the form of the policy.
	Problems diag.List

	full string // the service's whole name
	ipv6 bool   // the VPC has IPv6 addresses
}

// Through returns the endpoint that the policy is checked for, and that requests go through.
func (d Endpoint) Through() iam.Endpoint {
	return iam.Endpoint{Service: d.Service, Gateway: d.Gateway, Region: d.Region}
}

// IsAWS reports whether the endpoint leads to an AWS service of the catalogue.
func (d Endpoint) IsAWS() bool {
	_, ok := catalog.EndpointNamed(d.Service)
	return ok || d.Gateway && slices.Contains(catalog.GatewayServices(), d.Service)
}

// Read returns the gateway and interface endpoints of an assembly in the order of its templates.
func Read(a *cfn.Assembly) []Endpoint {
	var out []Endpoint
	ipv6 := withIPv6(a)
	for r := range a.OfType("AWS::EC2::VPCEndpoint") {
		kind := r.Get("VpcEndpointType")
		gateway := kind.IsMissing() || kind.String() == "Gateway"
		if gateway || kind.String() == "Interface" {
			d := read(r, gateway)
			d.ipv6 = ipv6[d.VPC.String()]
			out = append(out, d)
		}
	}
	return out
}

func read(r *cfn.Resource, gateway bool) Endpoint {
	d := Endpoint{Resource: r, VPC: r.Get("VpcId"), Gateway: gateway}
	d.full = Text(r.Get("ServiceName"))
	d.Service = catalog.ShortName(d.full)
	if region := regionIn(d.full, d.Service); !strings.Contains(region, "$") {
		d.Region = region
	}
	if region, ok := r.Get("ServiceRegion").Literal(); ok {
		d.Region = region
	}
	d.PrivateDNS, _ = r.Get("PrivateDnsEnabled").Bool()
	if macros := append(slices.Clone(r.Stack.Macros), r.Rewritten); macros[0] != "" {
		d.Unknown = "the macro " + macros[0] + " may replace it at deployment"
	}
	if r.Condition != "" {
		d.Unknown = "condition " + r.Condition + " is known only at deployment"
	}
	document := r.Get("PolicyDocument")
	if document.IsMissing() {
		d.Policy = iam.FullAccess()
		return d
	}
	d.Stated = true
	value, unknown := plain(document)
	if unknown != "" {
		d.Unknown = cmp.Or(d.Unknown, unknown)
	}
	if text, ok := value.(string); ok && json.Unmarshal([]byte(text), &value) != nil {
		d.Unknown = cmp.Or(d.Unknown, "the policy is known only at deployment")
		return d
	}
	d.Policy, d.Problems = iam.Read(value)
	return d
}

// regionIn returns the Region in the full name of a service: "eu-west-1" of "com.amazonaws.eu-west-1.ecr.api". It is empty if the name has
// none.
func regionIn(full, short string) string {
	front, ok := strings.CutSuffix(strings.TrimSuffix(full, ".cn"), "."+short)
	i := strings.LastIndexByte(front, '.')
	if !ok || i < 0 || !strings.Contains(front[i:], "-") {
		return ""
	}
	return front[i+1:]
}

// PolicyOf reads a policy document as far as possible.
func PolicyOf(document cfn.Value) iam.Policy {
	value, _ := plain(document)
	p, _ := iam.Read(value)
	return p
}

// plain returns a value as decoded from JSON, of maps, lists and texts. unknown says which part a condition decides at deployment.
func plain(v cfn.Value) (value any, unknown string) {
	switch v.Kind {
	case cfn.Missing:
		return nil, ""
	case cfn.List:
		out := []any{}
		for _, item := range v.Items {
			one, why := plain(item)
			unknown = cmp.Or(unknown, why)
			if one != nil {
				out = append(out, one)
			}
		}
		return out, unknown
	case cfn.Map:
		out := map[string]any{}
		for _, field := range v.Fields {
			one, why := plain(field.Value)
			unknown = cmp.Or(unknown, why)
			if one != nil {
				out[field.Name] = one
			}
		}
		return out, unknown
	case cfn.Choice:
		first, _ := plain(v.Items[0])
		return first, "condition " + v.Text + " is known only at deployment"
	}
	return Text(v), ""
}

// Text returns a value as texts of policies write it: "${Shop/Bucket.Arn}/*".
func Text(v cfn.Value) string {
	switch {
	case v.Kind == cfn.Text:
		return v.Text
	case v.IsJoined():
		return strings.ReplaceAll(v.Text, "${!", "${")
	}
	return "${" + strings.NewReplacer("{", "(", "}", ")").Replace(v.String()+named(v)) + "}"
}

// named marks the ARN of a resource that states its name, because the ARN may be written out elsewhere.
func named(v cfn.Value) string {
	if v.Kind != cfn.Reference || v.Text != "Arn" {
		return ""
	}
	for _, property := range v.Resource.Properties {
		if strings.HasSuffix(property.Name, "Name") {
			return ", named " + property.String()
		}
	}
	return ""
}

// Find returns the endpoints that a user may mean by a name: the short name of the service, or a name of the resource.
func Find(all []Endpoint, name string) []Endpoint {
	return slices.DeleteFunc(slices.Clone(all), func(d Endpoint) bool { return name != d.Service && !d.Resource.IsNamed(name) })
}
