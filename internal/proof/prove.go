package proof

import (
	"errors"
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
)

// Prove compares the templates of an assembly with a declaration. The report holds the findings. The error says which parts of the
// declaration are not in the templates.
func Prove(a *cfn.Assembly, d *Declaration) (*Report, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	report := &Report{}
	top := reach.BuildWith(a, reach.Options{Distinct: tierGroups(a, d), GapsAside: true})
	var problems []error
	var networks []*network
	owned := claims{}
	for _, declared := range d.Networks {
		n, err := bind(a, top, declared, report, owned)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		networks = append(networks, n)
	}
	resources := declaredResources(a, d.Controls)
	for _, n := range networks {
		n.resources = resources
		if len(n.model.Tiers) == 0 {
			n.report.Notes = append(n.report.Notes, n.name()+" declares no tiers, so there is nothing to compare")
		}
		n.otherNetworks = slices.DeleteFunc(slices.Clone(networks), func(o *network) bool { return o == n })
		n.reportGaps()
		n.checkSubnetAddresses()
		n.comparePairs()
		n.compareWithOutside()
		n.compareGuests()
		n.checkMembers()
		n.compareImportedTiers()
		n.checkInspection()
		n.checkClientAddresses()
		n.checkWebEntries()
		n.checkWebRequests()
		n.checkNames()
		n.checkUndeclaredResources()
		n.checkOpenACLs()
		n.compareGroupRules()
		n.compareFirewallRules()
		n.compareACLEntries()
		problems = append(problems, n.checkRoutes(), n.compareGrants())
		n.noteUnlogged()
		n.notePods()
		n.checkLogged()
		n.reportFailures()
	}
	problems = append(problems, report.compareControls(a, d.Controls))
	for _, text := range append(slices.Clone(standingAssumptions), top.Assumptions...) {
		report.assume("%s", text)
	}
	report.speak(networks)
	report.sort()
	return report, errors.Join(problems...)
}

// standingAssumptions lists the assumptions of every proof.
var standingAssumptions = []string{
	reach.Unfiltered,
	"connections that are open when a rule is removed continue until they end (EC2 User Guide, connection tracking)",
	"account-wide settings outside these templates, such as VPC Block Public Access, change nothing",
	"nobody adds rules outside the templates",
	"no policy of Firewall Manager or Network Security Manager outside these templates adds rules to these controls or replaces them",
}

// speak makes the findings speak the language in which their networks were declared.
func (r *Report) speak(networks []*network) {
	for i := range r.Findings {
		for _, n := range networks {
			if n.name() == r.Findings[i].Network {
				r.Findings[i].dialect = n.model.Network.Dialect
			}
		}
	}
}

// assume adds an assumption.
func (r *Report) assume(format string, args ...any) {
	r.Assumptions = append(r.Assumptions, fmt.Sprintf(format, args...))
}

// assumeOnce records an assumption that several things rest on.
func (r *Report) assumeOnce(text string) {
	if !slices.Contains(r.Assumptions, text) {
		r.Assumptions = append(r.Assumptions, text)
	}
}
