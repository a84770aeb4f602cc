package upgrade

// wafNamed is a type of WAFv2: names are unique per scope, CLOUDFRONT or REGIONAL.
func wafNamed() kind {
	return kind{
		replacing: "Name Scope",
		keys:      []key{{of: "Scope Name", what: "the name {Name}", answer: "WAFDuplicateItemException", within: region}},
	}
}

var wafKinds = map[string]kind{
	"AWS::WAFv2::WebACL":          wafNamed(),
	"AWS::WAFv2::IPSet":           wafNamed(),
	"AWS::WAFv2::RegexPatternSet": wafNamed(),
	"AWS::WAFv2::RuleGroup":       wafNamed(),
	"AWS::WAFv2::WebACLAssociation": {
		replacing: "ResourceArn WebACLArn",
		keys:      []key{{of: "ResourceArn", what: "the web ACL of {ResourceArn}", adopts: "{ResourceArn} has no web ACL: nothing filters its requests"}},
	},
	"AWS::WAFv2::LoggingConfiguration": {
		replacing: "ResourceArn",
		keys:      []key{{of: "ResourceArn", what: "the logging of {ResourceArn}", adopts: "the web ACL logs nothing"}},
	},
}
