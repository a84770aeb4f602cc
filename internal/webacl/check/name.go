package check

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/webacl"
)

// The forms of texts (CloudFormation's schemas of AWS::WAFv2; API reference).
var (
	entityName  = lazyregexp.New(`^[0-9A-Za-z_-]{1,128}$`)
	metricName  = lazyregexp.New(`^[\w#:./-]{1,128}$`)
	description = lazyregexp.New(`^[a-zA-Z0-9=:#@/,.-][a-zA-Z0-9+=:#@/,.\s-]+[a-zA-Z0-9+=:#@/,.-]$`)
	bodyKey     = lazyregexp.New(`^[\w-]{1,128}$`)
	tokenDomain = lazyregexp.New(`^[\w./-]{1,253}$`)
)

const maxDescription = 256

func (c *checker) head(name, text string, v *webacl.Visibility) {
	if c.scope != webacl.Regional && c.scope != webacl.CloudFront && !webacl.IsToken(c.scope) {
		c.fail("scope", "the scope is unknown", fmt.Sprintf("got %q; allowed are REGIONAL and CLOUDFRONT", c.scope), "")
	}
	if name != "" {
		c.name("Name", name)
	}
	c.description(text)
	c.visibility(v)
}

func (c *checker) name(what, name string) {
	if !webacl.IsToken(name) && !entityName.MatchString(name) {
		c.failAt("name", what, "a name is not usable", fmt.Sprintf("got %.140q; allowed are 1 to 128 letters, digits, hyphens and underscores",
			name), "")
	}
}

func (c *checker) description(text string) {
	if text != "" && !webacl.IsToken(text) && (len(text) > maxDescription || !description.MatchString(text)) {
		c.failAt("description", "Description", "a description is not usable",
			fmt.Sprintf("got %.80q with %d characters; allowed are 3 to 256 letters, digits, spaces and +=:#@/-,. with no space at the ends", text,
				len(text)), "leave out brackets, quotes and underscores")
	}
}

func (c *checker) visibility(v *webacl.Visibility) {
	switch {
	case v == nil:
		c.failAt("metric", "VisibilityConfig", "there is no VisibilityConfig", "VisibilityConfig is required", "")
	case !webacl.IsToken(v.MetricName) && !metricName.MatchString(v.MetricName):
		c.failAt("metric", "VisibilityConfig.MetricName", "the name of a metric is not usable",
			fmt.Sprintf("got %.140q; allowed are 1 to 128 letters, digits and _#:./-", v.MetricName), "")
	case v.MetricName == "All" || v.MetricName == "Default_Action":
		c.failAt("metric", "VisibilityConfig.MetricName", "the name of a metric is reserved by AWS", fmt.Sprintf("got %q", v.MetricName),
			"choose another name")
	}
}
