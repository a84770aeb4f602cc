package review

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// checks lists what looks at the deployed network, and reports to those who ask.
func (in Input) checks() Topic {
	t := Topic{
		Title: "Checks of what is deployed",
		Do: "analyse access scopes with \"aws ec2 start-network-insights-access-scope-analysis\", and look at resources that are not compliant " +
			"with rules",
	}
	if in.Controls == nil {
		t.Unknown = noTemplates
		return t
	}
	for _, path := range slices.Sorted(maps.Keys(in.Controls.Scopes)) {
		if !in.isOfNetwork(path) {
			continue
		}
		why := "the template does not say what a finding means"
		if meaning := in.Controls.Scopes[path]; meaning != "" {
			why = "a finding means: " + meaning
		}
		t.Items = append(t.Items, Item{What: "access scope " + path, Why: why})
	}
	rules := 0
	for _, path := range in.Controls.Rules {
		if in.isOfNetwork(path) {
			rules++
		}
	}
	if rules > 0 {
		t.Items = append(t.Items, Item{
			What: fmt.Sprintf("%d rules of AWS Config", rules),
			Why:  "a resource that is not compliant was changed outside of CloudFormation",
		})
	}
	return t
}

// isOfNetwork reports whether a resource with a path belongs to the network.
func (in Input) isOfNetwork(path string) bool {
	return strings.HasPrefix(path, in.Model.Network.Path+"/")
}
