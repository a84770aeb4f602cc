package catalog

import (
	"maps"
	"slices"
	"strings"
)

// Endpoint is a service with an interface endpoint.
type Endpoint struct {
	Name string // AWS's short name: "secretsmanager", "ecr.api"
	Port int
	// IAM is the prefix of the actions that use the endpoint, such as "ecr". It is empty if there are none.
	IAM string
	// Global says that the full name contains no Region.
	Global bool
	prefix string
}

// ServiceName returns the full name in a Region: "com.amazonaws.eu-west-1.secretsmanager". If the Region is a token or
// empty, the name is that of the standard partition.
func (e Endpoint) ServiceName(region string) string {
	prefix := e.prefix
	if prefix == "" {
		prefix = regionalPrefix(e.Name, region)
	}
	if e.Global {
		return prefix + "." + e.Name
	}
	suffix := ""
	if e.Name == "transcribe" && strings.HasPrefix(region, "cn-") {
		suffix = ".cn"
	}
	return prefix + "." + region + "." + e.Name + suffix
}

// partitionPrefixes lists the prefixes of names in Regions outside the standard partition, for the services that have
// such names.
var partitionPrefixes = []struct{ region, prefix string }{
	{"cn-", "cn.com.amazonaws"}, {"eusc-", "eu.amazonaws"}, {"us-iso-", "gov.ic.c2s"}, {"us-isob-", "gov.sgov.sc2s"},
	{"us-isof-", "gov.ic.hci.csp"}, {"eu-isoe-", "uk.adc-e.cloud"},
}

func regionalPrefix(name, region string) string {
	if slices.Contains(loaded().Prefixes[region], name) {
		for _, p := range partitionPrefixes {
			if strings.HasPrefix(region, p.region) {
				return p.prefix
			}
		}
	}
	return "com.amazonaws"
}

// EndpointNamed returns the service with a short name, such as "ecr.api".
func EndpointNamed(name string) (Endpoint, bool) {
	fields, ok := loaded().Endpoints[name]
	if !ok {
		return Endpoint{}, false
	}
	e := Endpoint{Name: name, Port: int(fields[1].(float64)), IAM: iamPrefix(name), Global: len(fields) > 2}
	e.prefix, _ = fields[0].(string)
	return e, true
}

// iamPrefix returns the prefix of the actions of a service, or "" if it is unknown.
func iamPrefix(name string) string {
	name = strings.TrimSuffix(name, "-fips")
	if alias, ok := iamPrefixes()[name]; ok {
		return alias
	}
	if _, ok := loaded().Services[name]; ok {
		return name
	}
	return ""
}

// Endpoints returns the short names of all services with interface endpoints, sorted.
func Endpoints() []string { return slices.Sorted(maps.Keys(loaded().Endpoints)) }

// NearestEndpoint returns the short name that is most similar to a misspelt one, or "" if none is similar.
func NearestEndpoint(name string) string { return Nearest(name, Endpoints()) }

// EndpointsOf returns, sorted, the short names of the services that actions with an IAM prefix may use, without FIPS
// endpoints.
func EndpointsOf(iam string) []string {
	return slices.DeleteFunc(Endpoints(), func(name string) bool { return strings.HasSuffix(name, "-fips") || iamPrefix(name) != iam })
}

// GatewayServices returns the services with gateway endpoints. These are routes and have no interfaces.
func GatewayServices() []string { return []string{"dynamodb", "s3", "s3express"} }

// ShortName returns the short name in a full name of any Region, such as "com.amazonaws.eu-west-1.ecr.api". It returns
// the whole text if it is not a name of AWS.
func ShortName(full string) string {
	if strings.Contains(full, ".vpce-svc-") {
		return full // The service belongs to another account.
	}
	for _, prefix := range []string{"com.amazonaws.", "cn.com.amazonaws.", "aws.api.", "aws.sagemaker.", "eu.amazonaws.", "gov.ic.c2s.",
		"gov.sgov.sc2s.", "gov.ic.hci.csp.", "uk.adc-e.cloud."} {
		rest, ok := strings.CutPrefix(full, prefix)
		if !ok {
			continue
		}
		if e, ok := loaded().Endpoints[rest]; ok && len(e) > 2 {
			return rest
		}
		if _, short, ok := strings.Cut(rest, "."); ok {
			return strings.TrimSuffix(short, ".cn")
		}
	}
	return full
}
