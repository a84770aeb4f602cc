package reach

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach/address"
)

// gatewayService is the service of a gateway endpoint. Routes to the endpoint are routes to the service's prefix list, which no template
// names.
type gatewayService struct {
	name, region string // region is empty if it is known only at deployment
	lists        map[string]string
}

// gatewayService reads the service of an endpoint: "com.amazonaws.eu-west-1.s3".
func (t *Topology) gatewayService(r *cfn.Resource) *gatewayService {
	full := r.Get("ServiceName").String()
	s := &gatewayService{name: full[strings.LastIndex(full, ".")+1:], lists: t.serviceLists}
	if region := strings.TrimSuffix(strings.TrimPrefix(full, "com.amazonaws."), "."+s.name); !strings.Contains(region, "$") {
		s.region = region
	}
	return s
}

// is reports whether a list is the service's prefix list.
func (s *gatewayService) is(list string) bool {
	if s.lists[s.name] == list {
		return true
	}
	id, ok := catalog.PrefixList(s.name, s.region)
	return ok && id == list
}

// list returns the id of the service's prefix list if it is known, otherwise the given name.
func (s *gatewayService) list(name string) string {
	if id := s.lists[s.name]; id != "" {
		return id
	}
	if id, ok := catalog.PrefixList(s.name, s.region); ok {
		return id
	}
	return name
}

// isOther reports whether a list is surely not the service's prefix list.
func (s *gatewayService) isOther(list string) bool {
	if s == nil {
		return true
	}
	_, ok := catalog.PrefixList(s.name, s.region)
	other, known := catalog.PrefixListService(list, s.region)
	return ok && strings.HasPrefix(list, "pl-") || known && other != s.name
}

// IsByGatewayEndpoint reports whether packets from a class to another end leave by a gateway endpoint.
func (t *Topology) IsByGatewayEndpoint(from, to End) bool {
	return t.path(from.Location.Subnet, to.seenFrom(from)).end.Kind == GatewayEndpoint
}

// AssumeList takes a list for the prefix list of a service with a gateway endpoint, such as "s3". It has no effect on lists that the
// catalogue knows.
func (t *Topology) AssumeList(service string, list Peer) {
	if list.List == "" || t.serviceLists[service] == list.List {
		return
	}
	t.serviceLists[service] = list.List
	t.memo.matrix = nil
	if !catalog.IsPrefixListOf(list.List, service) {
		t.assume("%s is the prefix list of %s, as was declared", list.List, service)
	}
}

// isServiceList reports whether a list is the prefix list of an AWS service with a gateway endpoint, in some Region. Such a list holds
// only addresses of the internet that belong to the service.
func isServiceList(list string) bool {
	return catalog.IsPrefixListOf(list, "s3") || catalog.IsPrefixListOf(list, "dynamodb")
}

// isPublicList reports whether a list is one of AWS that holds only addresses of the internet.
func isPublicList(list string) bool {
	return isServiceList(list) || catalog.IsCloudFrontPrefixList(list)
}

// isForeignName reports whether a list stands for a domain name outside AWS. Such a name is taken not to be S3 or DynamoDB itself. A
// bucket that is a web site under a name of its own is reached through the gateway endpoint.
func isForeignName(list string) bool {
	isAWS := func(suffix string) bool { return strings.HasSuffix(list, suffix) }
	return address.IsDomain(list) && !slices.ContainsFunc([]string{".amazonaws.com", ".amazonaws.com.cn", ".api.aws"}, isAWS)
}

// areApart reports whether two different lists surely have no address in common.
func areApart(a, b string) bool {
	one, other := isServiceList(a), isServiceList(b)
	return one && other || one && isForeignName(b) || other && isForeignName(a)
}
