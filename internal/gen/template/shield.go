package template

// Shield is the protection of a load balancer by Shield Advanced.
type Shield struct {
	ID             string // of its construct in the stack
	Tier, Balancer string // the ids of the load balancer and its tier
	Response       string // Count or Block; empty does not respond to attacks
	HealthCheck    any    // the ARN of a health check, or an expression for it; nil is none
	Name           string // empty makes one from the stack's name and ID
}

// shield protects a load balancer. AWS accepts a response only after the web ACL is associated.
func (r *renderer) shield(s Shield) {
	properties := object{"Name": r.name("/"+s.ID, s.Name), "ResourceArn": r.ref(balancerPath(s.Tier, s.Balancer))}
	if s.HealthCheck != nil {
		properties["HealthCheckArns"] = []any{given(s.HealthCheck, "")}
	}
	if s.Response != "" {
		properties["ApplicationLayerAutomaticResponseConfiguration"] = object{"Status": "ENABLED", "Action": object{s.Response: object{}}}
	}
	made := r.put("/"+s.ID+"/Resource", "Shield::Protection", properties)
	if s.Response != "" {
		r.dependsOn(made, r.in.webACLPath(s.Tier)+"/Association")
	}
}
