package template

import (
	"encoding/json"
	"slices"

	webplan "github.com/tierwall/tierwall/internal/plan/webacl"
	"github.com/tierwall/tierwall/internal/webacl"
)

// webACL makes the web ACL in front of a tier, with its IP sets, its logs and its association.
func (r *renderer) webACL(a webplan.ACL) {
	tier := a.Protection.Tier
	if a.Protection.CloudFront {
		r.refuse("template-cloudfront", "the web ACL of "+tier+" is for CloudFront",
			"such a web ACL is in a stack in us-east-1, beside the distribution", "use a CDK app, or protect the load balancer")
		return
	}
	choices := r.in.WebACLs[tier]
	path := r.in.webACLPath(tier)
	name := r.name(path, choices.Name)
	values := r.addressSets(a, path)
	for i, secret := range choices.Secrets {
		values[webplan.Secret(i).Reference()] = given(secret, "")
	}
	content := webacl.ACL{
		Name: name, Description: webacl.TierDescription(tier), Scope: webacl.Regional,
		DefaultAction:        &webacl.DefaultAction{Allow: &webacl.AllowAction{}},
		VisibilityConfig:     &webacl.Visibility{SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: name},
		CustomResponseBodies: choices.Bodies,
	}
	for _, rule := range a.Rules {
		content.Rules = append(content.Rules, rule.Rule)
	}
	r.put(path+"/Resource", "WAFv2::WebACL", filled(properties(content), values).(object))
	arn := r.attribute(path+"/Resource", "Arn")
	protected := given(choices.Resource, "")
	if choices.Application != "" {
		protected = r.ref(balancerPath(tier, choices.Application))
	}
	if protected != nil {
		r.put(path+"/Association", "WAFv2::WebACLAssociation", object{"ResourceArn": protected, "WebACLArn": arn})
	}
	r.webACLLogs(tier, path, name, arn, choices)
}

// addressSets makes the IP sets of a web ACL. It returns their ARNs by the references in the plan.
func (r *renderer) addressSets(a webplan.ACL, path string) map[string]any {
	out := map[string]any{}
	for _, s := range a.Sets {
		version := "IPV4"
		if s.IPv6 {
			version = "IPV6"
		}
		var blocks []any
		for _, b := range s.Blocks {
			blocks = append(blocks, r.block(b))
		}
		scope := path + "/" + s.ID
		r.put(scope+"/Resource", "WAFv2::IPSet", object{
			"Addresses": blocks, "IPAddressVersion": version, "Name": r.name(scope, ""), "Scope": webacl.Regional,
		})
		out[s.Reference()] = r.attribute(scope+"/Resource", "Arn")
	}
	return out
}

// webACLLogs makes the logging configuration of a web ACL.
func (r *renderer) webACLLogs(tier, path, name string, arn any, choices WebACL) {
	if choices.Log.None {
		return
	}
	var destination any
	delivered, access := false, accessPath
	if r.nests {
		access = tier + "/.." + accessPath // In the stack of the tier.
	}
	switch to := choices.Log; {
	case to.Bucket != nil:
		destination = to.bucketARN()
	case to.Stream != nil:
		destination = given(to.Stream, "")
	default:
		_, destination = r.logGroup(to, access, path+"/Logs", webacl.LogPrefix+name, choices.Retention, choices.Key)
		delivered = true
	}
	redacted := choices.Redacted
	if redacted == nil {
		redacted = webacl.SecretHeaders()
	}
	content := object{"ResourceArn": arn, "LogDestinationConfigs": []any{destination}}
	if len(redacted) > 0 {
		content["RedactedFields"] = properties(redacted)
	}
	if choices.LogFilter != nil {
		content["LoggingFilter"] = properties(choices.LogFilter)
	}
	made := r.put(path+"/Logging", "WAFv2::LoggingConfiguration", content)
	if delivered {
		r.dependsOn(made, access)
	}
}

// properties returns a part of a web ACL in CloudFormation's form.
func properties(part any) any {
	data, err := json.Marshal(part)
	if err != nil {
		panic(err) // It holds only texts, numbers and booleans.
	}
	var out any
	if err := json.Unmarshal(data, &out); err != nil {
		panic(err)
	}
	return out
}

// filled replaces what stands for values in the ARNs of sets and in the texts to search for.
func filled(part any, values map[string]any) any {
	switch v := part.(type) {
	case object:
		for name, inner := range v {
			text, isText := inner.(string)
			value, known := values[text]
			if isText && known && slices.Contains([]string{"Arn", "SearchString"}, name) {
				v[name] = value
			} else {
				v[name] = filled(inner, values)
			}
		}
	case []any:
		for i := range v {
			v[i] = filled(v[i], values)
		}
	}
	return part
}
