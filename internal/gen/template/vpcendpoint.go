package template

import (
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/plan"
)

// vpcEndpoint makes a VPC endpoint of the network.
func (r *renderer) vpcEndpoint(e plan.VPCEndpoint) {
	if e.Imported {
		return
	}
	scope, properties := endpointScope(e), r.gatewayEndpoint(e)
	if !e.Gateway {
		properties = r.interfaceEndpoint(e)
	}
	properties["VpcId"], properties["Tags"] = r.vpcID(), tags("Name", r.path(scope))
	if e.Policy != nil {
		properties["PolicyDocument"] = e.Policy.Document(r.text)
	}
	r.put(scope+"/Resource", "EC2::VPCEndpoint", properties)
}

func (r *renderer) gatewayEndpoint(e plan.VPCEndpoint) object {
	var tables []any
	for _, s := range e.Subnets {
		tables = append(tables, r.ref(tablePath(s.Key)))
	}
	return object{
		"VpcEndpointType": "Gateway", "ServiceName": join("com.amazonaws.", r.endpointRegion(), "."+e.Service),
		"RouteTableIds": append(tables, r.existingTables(e.Tiers)...),
	}
}

func (r *renderer) interfaceEndpoint(e plan.VPCEndpoint) object {
	var subnets []any
	for _, s := range e.Subnets {
		subnets = append(subnets, r.ref(subnetPath(s.Key)))
	}
	if r.in.Existing != nil {
		subnets = append(subnets, givenAll(r.in.Existing.Subnets[""])...)
	}
	properties := object{
		"VpcEndpointType": "Interface", "SubnetIds": subnets, "SecurityGroupIds": []any{r.groupID(e.Tier)}, "PrivateDnsEnabled": true,
	}
	if service, ok := catalog.EndpointNamed(e.Service); ok {
		properties["ServiceName"] = r.serviceName(service)
	}
	return properties
}

// regionHole stands for a Region that only a deployment knows.
const regionHole = "${AWS::Region}"

// serviceName is the name of an endpoint service.
func (r *renderer) serviceName(service catalog.Endpoint) any {
	if region, ok := r.endpointRegion().(string); ok {
		return service.ServiceName(region)
	}
	return r.text(service.ServiceName(regionHole))
}

// endpointRegion is the Region in the names of endpoint services. For a wrapped VPC it has always been that of the stack.
func (r *renderer) endpointRegion() any {
	if region := r.network.Region(); r.own && region != "" {
		return region
	}
	return object{"Ref": "AWS::Region"}
}

// existingTables are the route tables of tiers in a wrapped VPC, each once.
func (r *renderer) existingTables(tiers []string) []any {
	if r.in.Existing == nil {
		return nil
	}
	var out []any
	seen := map[string]bool{}
	for _, tier := range tiers {
		for _, id := range givenAll(r.in.Existing.RouteTables[tier]) {
			key := string(r.value(id).Expression)
			if !seen[key] {
				out = append(out, id)
			}
			seen[key] = true
		}
	}
	return out
}

// endpointScope is the path of an endpoint's construct.
func endpointScope(e plan.VPCEndpoint) string {
	if e.Gateway {
		return "Gateway-" + e.Service
	}
	return e.Tier + "/Endpoint"
}
