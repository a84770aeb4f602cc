package check

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tierwall/tierwall/internal/webacl"
)

var bodyLimits = []string{"CLOUDFRONT", "API_GATEWAY", "COGNITO_USER_POOL", "APP_RUNNER_SERVICE", "VERIFIED_ACCESS_INSTANCE"}

func (c *checker) association(a *webacl.AssociationConfig) {
	if a == nil {
		return
	}
	for _, kind := range slices.Sorted(maps.Keys(a.RequestBody)) {
		where := "AssociationConfig.RequestBody." + kind
		if kind == "ALB" || kind == "APPLICATION_LOAD_BALANCER" || kind == "APPSYNC" {
			c.failAt("body-limit", where, "the limit of bodies cannot be changed for this kind of resource",
				"load balancers and AppSync always have 8 KB", "leave it out")
			continue
		}
		if c.enum("body-limit", where, kind, bodyLimits...) && (kind == "CLOUDFRONT") != (c.scope == webacl.CloudFront) &&
			!webacl.IsToken(c.scope) {
			c.failAt("body-limit", where, "the limit of bodies is for another scope", fmt.Sprintf("got %s in scope %s", kind, c.scope), "")
		}
		c.enum("body-limit", where+".DefaultSizeInspectionLimit", a.RequestBody[kind].DefaultSizeInspectionLimit, "KB_16", "KB_32", "KB_48",
			"KB_64")
	}
}
