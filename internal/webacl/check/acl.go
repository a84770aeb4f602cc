package check

import "github.com/tierwall/tierwall/internal/webacl"

// ACL reports what AWS rejects in a web ACL, and warns about what AWS accepts but is probably a mistake. reserved is the part of the
// budget, in WCU, that Shield Advanced will use.
func ACL(a webacl.ACL, refs webacl.References, reserved int) []webacl.Problem {
	c := &checker{acl: true, scope: a.Scope, bodies: a.CustomResponseBodies, refs: refs}
	c.head(a.Name, a.Description, a.VisibilityConfig)
	c.defaultAction(a.DefaultAction)
	c.responseBodies()
	c.immunity("CaptchaConfig", a.CaptchaConfig, minCaptcha)
	c.immunity("ChallengeConfig", a.ChallengeConfig, minChallenge)
	c.association(a.AssociationConfig)
	c.protection(a.DataProtectionConfig)
	c.tokenDomains(a.TokenDomains)
	c.rules(a.Rules)
	c.labels(a.Rules)
	c.order(a)
	c.budget("web ACL", a.Cost(refs), reserved)
	return c.found
}
