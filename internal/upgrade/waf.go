package upgrade

// wafType returns the facts about a type of WAFv2. Its names are unique per scope, CLOUDFRONT or REGIONAL.
func wafType(fixed ...fixedProperty) typeFacts {
	return typeFacts{
		replacing: "Name Scope", fixed: fixed,
		loss: &loss{
			rule: "scope-changed", property: "Scope",
			detail: "the resources that use it have the old scope: a web ACL accepts only sets and rule groups of its own scope, a load " +
				"balancer or API " +
				"only a web ACL of scope REGIONAL and a distribution only one of scope CLOUDFRONT; AWS rejects everything else with " +
				"WAFInvalidParameterException",
			fix: "create a second resource with another logical id, in a stack of us-east-1 for CLOUDFRONT, move everything that uses this one " +
				"to it, " +
				"and remove this one",
		},
		keys: []key{{properties: "Scope Name", description: "the name {Name}", awsError: "WAFDuplicateItemException", uniqueIn: region}},
	}
}

func wafTypes() map[string]typeFacts {
	return map[string]typeFacts{
		"AWS::WAFv2::WebACL": wafType(),
		"AWS::WAFv2::IPSet": wafType(fixedProperty{
			path: "IPAddressVersion", nameProperty: "Name",
			detail: "AWS fixes the version of an IP set when it is created, and rejects addresses of the other version with " +
				"WAFInvalidParameterException",
		}),
		"AWS::WAFv2::RegexPatternSet": wafType(),
		"AWS::WAFv2::RuleGroup": wafType(fixedProperty{
			path: "Capacity", nameProperty: "Name",
			detail: "AWS fixes the capacity of a rule group when it is created: the group keeps its capacity, " +
				"and rules that exceed it are rejected with WAFLimitsExceededException",
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
}
