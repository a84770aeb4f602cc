package check

import "github.com/tierwall/tierwall/internal/webacl"

// ACL returns all that AWS refuses about a web ACL, and as warnings what it takes and nobody wants. reserved is the WCU that others
// will take of the budget, as Shield Advanced does.
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
