package upgrade

// wafType is a type of WAFv2: names are unique per scope, CLOUDFRONT or REGIONAL.
func wafType(fixed ...fixedProperty) typeFacts {
	return typeFacts{
		replacing: "Name Scope", fixed: fixed,
		loss: &loss{
			rule: "scope-changed", property: "Scope",
			detail: "what uses it is of the scope that it had: a web ACL takes only sets and rule groups of its own scope, a load balancer or API " +
				"only a web ACL of scope REGIONAL and a distribution only one of scope CLOUDFRONT; AWS refuses all else with " +
				"WAFInvalidParameterException",
			fix: "make the other one under a logical id of its own, in a stack of us-east-1 for CLOUDFRONT, move what uses this one over to it, " +
				"and remove this one",
		},
		keys: []key{{properties: "Scope Name", description: "the name {Name}", awsError: "WAFDuplicateItemException", uniqueIn: region}},
	}
}

var wafTypes = map[string]typeFacts{
	"AWS::WAFv2::WebACL": wafType(),
	"AWS::WAFv2::IPSet": wafType(fixedProperty{
		path: "IPAddressVersion", nameProperty: "Name",
		detail: "AWS sets the version of an IP set when it is made, has no call that changes it, and refuses addresses of the other one with " +
			"WAFInvalidParameterException",
	}),
	"AWS::WAFv2::RegexPatternSet": wafType(),
	"AWS::WAFv2::RuleGroup": wafType(fixedProperty{
		path: "Capacity", nameProperty: "Name",
		detail: "AWS sets the capacity of a rule group when it is made and has no call that changes it: the group keeps the one that it has, " +
			"and rules that exceed it are refused with WAFLimitsExceededException",
	}),
	"AWS::WAFv2::WebACLAssociation": {
		replacing: "ResourceArn WebACLArn",
		keys: []key{{properties: "ResourceArn", description: "the web ACL of {ResourceArn}",
			afterCleanup: "{ResourceArn} has no web ACL: nothing filters its requests"}},
	},
	"AWS::WAFv2::LoggingConfiguration": {
		replacing: "ResourceArn",
		keys:      []key{{properties: "ResourceArn", description: "the logging of {ResourceArn}", afterCleanup: "the web ACL logs nothing"}},
	},
}
