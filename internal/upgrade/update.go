package upgrade

import (
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// Check returns the findings of [Examine].
func Check(before, after *cfn.Assembly) diag.List { return Examine(before, after).Findings }

// Examine finds what fails, detaches or interrupts traffic when the stacks of before are updated to those of after. It
// also reports changes that it cannot analyse. Stacks are matched by name, and resources by logical id. Deployment
// order of stacks is unknown, so a key that two stacks cannot both hold is reported. A nil or empty before means a
// first deployment.
func Examine(before, after *cfn.Assembly) Result {
	u := newUpdate(before, after)
	u.findTypeChanges()
	u.findCycles()
	u.findCollisions()
	u.findOverlaps()
	u.findLosses()
	u.findFixedChanges()
	u.findPrefixListResizes()
	u.findBalancerMoves()
	u.findGatewayExchanges()
	u.findGaps()
	u.findRevokedEquals()
	u.findAddedEquals()
	u.findEgressChanges()
	u.findACLsBeforeEntries()
	u.checkEntries()
	u.checkRuleQuotas()
	u.checkRouteQuotas()
	u.checkGroupQuotas()
	u.checkInspection()
	u.findExportChanges()
	u.findUnknowns()
	return Result{Findings: u.findings.Sorted(), Unknown: u.unknown.Sorted(), Assumptions: u.assumptions()}
}

// update holds what CloudFormation does to get from one state to the next.
type update struct {
	before, after *cfn.Assembly
	// former maps a resource of the state after to the same resource before, by stack and logical id; next is the
	// inverse. Resources that exist in only one state, or whose type changes, are in neither.
	former, next map[*cfn.Resource]*cfn.Resource
	// created marks the resources of the state after that are created: new ones and replacements.
	created map[*cfn.Resource]bool
	// replaced holds the property whose change replaces a resource.
	replaced map[*cfn.Resource]change
	// failing marks the resources of the state after whose creation fails.
	failing map[*cfn.Resource]bool
	// ruleCache holds the rules of groups and standalone rules that were read so far.
	ruleCache map[*cfn.Resource][]rule
	// nestedRead marks the resources of nested stacks whose templates were read.
	nestedRead map[*cfn.Resource]bool
	findings   diag.List
	unknown    diag.List
	assumed    map[string]bool
}

// change is a property whose change replaces its resource.
type change struct {
	property, from, to string
	// inherited says that the property itself is unchanged, and only a resource that it refers to is replaced.
	inherited bool
}

func newUpdate(before, after *cfn.Assembly) *update {
	u := &update{
		before: orEmpty(before), after: orEmpty(after),
		nestedRead: map[*cfn.Resource]bool{}, assumed: map[string]bool{},
		former: map[*cfn.Resource]*cfn.Resource{}, next: map[*cfn.Resource]*cfn.Resource{},
		created: map[*cfn.Resource]bool{}, replaced: map[*cfn.Resource]change{}, failing: map[*cfn.Resource]bool{},
		ruleCache: map[*cfn.Resource][]rule{},
	}
	u.readNested()
	stacks := map[string]*cfn.Stack{}
	for _, s := range u.before.Stacks {
		stacks[s.Name] = s
	}
	for r := range resources(u.after) {
		if b := formerResource(stacks[r.Stack.Name], r); b != nil && b.Type == r.Type {
			u.former[r], u.next[b] = b, r
		} else {
			u.created[r] = true
		}
	}
	for u.findReplacements() { //revive:disable-line:empty-block // A replacement may cause replacements of resources that refer to it.
	}
	return u
}

func orEmpty(a *cfn.Assembly) *cfn.Assembly {
	if a == nil {
		return &cfn.Assembly{}
	}
	return a
}

func resources(a *cfn.Assembly) func(func(*cfn.Resource) bool) {
	return func(yield func(*cfn.Resource) bool) {
		for _, s := range a.Stacks {
			for _, r := range s.Resources {
				if !yield(r) {
					return
				}
			}
		}
	}
}

func formerResource(s *cfn.Stack, r *cfn.Resource) *cfn.Resource {
	if s == nil {
		return nil
	}
	b, _ := s.Resource(r.ID)
	return b
}

// findReplacements finds resources that are replaced, given those that are known to be. It reports whether it found
// more.
func (u *update) findReplacements() bool {
	more := false
	for r := range resources(u.after) {
		b := u.former[r]
		if b == nil || u.created[r] {
			continue
		}
		if c, ok := u.replacedBy(b, r); ok {
			u.created[r], u.replaced[r], more = true, c, true
		}
	}
	return more
}

// replacedBy returns the property whose change replaces b. A change of the property itself takes precedence over an
// inherited one.
func (u *update) replacedBy(b, r *cfn.Resource) (change, bool) {
	var first change
	for property := range strings.FieldsSeq(allTypes[r.Type].replacing) {
		property, only, limited := strings.Cut(property, ">")
		from, to := b.Get(property), r.Get(property)
		if u.markedText(from) == u.markedText(to) || limited && to.Text != only {
			continue
		}
		c := change{property, from.String(), to.String(), plainText(from) == plainText(to)}
		if first.property == "" || first.inherited && !c.inherited {
			first = c
		}
	}
	return first, first.property != ""
}

// identities lists the attributes that identify a resource, as Ref does.
var identities = []string{
	"", "AllocationId", "Arn", "DhcpOptionsId", "FirewallArn", "FirewallPolicyArn", "GroupId", "Id", "InternetGatewayId", "ListenerArn",
	"LoadBalancerArn", "NatGatewayId", "NetworkAclId", "PrefixListId", "RouteTableId", "RuleGroupArn", "SubnetId", "VpcId",
}

// plainText returns the text of a value. Ref and an attribute that identifies the same resource have the same text.
func plainText(v cfn.Value) string {
	switch {
	case v.Kind == cfn.Reference && slices.Contains(identities, v.Text):
		return v.Resource.String()
	case v.Kind == cfn.List:
		items := make([]string, len(v.Items))
		for i, item := range v.Items {
			items[i] = plainText(item)
		}
		return "[" + strings.Join(items, ", ") + "]"
	case v.Kind == cfn.Text && (strings.EqualFold(v.Text, "true") || strings.EqualFold(v.Text, "false")):
		return strings.ToLower(v.Text)
	}
	return v.String()
}

// markedText is plainText with a mark for each referenced resource that the update creates, because the physical
// resource changes.
func (u *update) markedText(v cfn.Value) string {
	t := plainText(v)
	if v.Kind == cfn.Text {
		return t
	}
	for ref := range v.References() {
		if ref.Kind == cfn.Reference && u.created[ref.Resource] {
			t += " new " + ref.Resource.String()
		}
	}
	return t
}

// isDeleted reports whether a resource of the state before is deleted in the clean-up, and whether its policy retains
// the object in AWS.
func (u *update) isDeleted(b *cfn.Resource) (goes, retained bool) {
	switch r := u.next[b]; {
	case r == nil:
		return true, strings.HasPrefix(b.DeletionPolicy, "Retain")
	case u.created[r]:
		return true, strings.HasPrefix(r.UpdateReplacePolicy, "Retain")
	}
	return false, false
}

// differentConditions reports whether two resources exist under different conditions. Findings about such a pair are
// not certain.
func differentConditions(a, b *cfn.Resource) bool {
	return a.Condition != "" && b.Condition != "" && a.Condition != b.Condition
}

// dependsOn reports whether r is updated after target, because it refers to it or depends on it. Both are of the state
// after.
func dependsOn(r, target *cfn.Resource) bool {
	seen := map[*cfn.Resource]bool{}
	var visit func(*cfn.Resource) bool
	visit = func(r *cfn.Resource) bool {
		if r == target {
			return true
		}
		if seen[r] {
			return false
		}
		seen[r] = true
		for ref := range r.References() {
			if ref.Kind == cfn.Reference && visit(ref.Resource) {
				return true
			}
		}
		for _, id := range r.DependsOn {
			if d, ok := r.Stack.Resource(id); ok && visit(d) {
				return true
			}
		}
		return false
	}
	return visit(r)
}

// report adds a finding about r, which is of the state after if it exists there. others are further resources that it
// concerns.
func (u *update) report(rule string, r *cfn.Resource, d diag.Diagnostic, others ...*cfn.Resource) {
	d.Severity, d.Rule = diag.Finding, rule
	u.assumeExists(append(others, r)...)
	if d.Subject == "" {
		d.Subject = r.String()
	}
	d.Path = pathOf(r)
	d.At = append([]diag.Position{u.position(r)}, d.At...)
	for _, o := range others {
		if at := u.position(o); !slices.Contains(d.At, at) {
			d.At = append(d.At, at)
		}
	}
	u.findings.Add(d)
}

// pathOf returns the construct path without the last part that CDK adds, or the stack and logical id.
func pathOf(r *cfn.Resource) string {
	if r.Path == "" {
		return r.String()
	}
	return strings.TrimSuffix(r.Path, "/Resource")
}

// position returns the line of a resource in its template.
func (u *update) position(r *cfn.Resource) diag.Position {
	return u.line(r, r.Line)
}

func (u *update) line(r *cfn.Resource, line int) diag.Position {
	dir := u.before.Dir
	if slices.Contains(u.after.Stacks, r.Stack) {
		dir = u.after.Dir
	}
	return diag.Position{File: path.Join(filepath.ToSlash(dir), filepath.ToSlash(r.Stack.File)), Line: line}
}

// findTypeChanges finds logical ids whose type changes, which CloudFormation rejects.
func (u *update) findTypeChanges() {
	stacks := map[string]*cfn.Stack{}
	for _, s := range u.before.Stacks {
		stacks[s.Name] = s
	}
	for r := range resources(u.after) {
		b := formerResource(stacks[r.Stack.Name], r)
		if b == nil || b.Type == r.Type {
			continue
		}
		u.failing[r] = true
		u.report("type-changed", r, diag.Diagnostic{
			Summary: "the type of " + r.ID + " changes from " + b.Type + " to " + r.Type,
			Detail:  "CloudFormation answers \"Update of resource type is not permitted\" and changes nothing",
			Fix:     "give the resource of the other type a logical id of its own",
		}, b)
	}
}

// findLosses finds replacements that AWS accepts but that break something. Inherited replacements are part of the
// replacement that causes them.
func (u *update) findLosses() {
	occupants := u.occupants()
	u.findSubnetsInUse(occupants)
	for r := range resources(u.after) {
		c, ok := u.replaced[r]
		known := allTypes[r.Type].loss
		if !ok || known == nil || c.inherited || u.failing[r] || known.property != "" && known.property != c.property {
			continue
		}
		loss := *known
		switch r.Type {
		case subnetType:
			loss = u.subnetLoss(r, loss, occupants[u.former[r]])
		case "AWS::EC2::VPC":
			loss = u.networkLoss(r, loss, occupants)
		}
		u.report(loss.rule, r, diag.Diagnostic{
			Summary: r.ID + " is replaced because " + c.property + " changes from " + quote(c.from) + " to " + quote(c.to),
			Detail:  loss.detail, Fix: loss.fix,
		}, u.former[r])
	}
}

func quote(s string) string {
	switch {
	case s == "AWS::NoValue":
		return "nothing"
	case strings.HasPrefix(s, "\""):
		return s
	}
	return "\"" + s + "\""
}

// findExportChanges finds exported values that change or disappear while another stack imports them.
func (u *update) findExportChanges() {
	stacks := map[string]*cfn.Stack{}
	for _, s := range u.after.Stacks {
		stacks[s.Name] = s
	}
	users := u.importers()
	for _, s := range u.before.Stacks {
		for _, name := range slices.Sorted(maps.Keys(s.Exports)) {
			by := slices.DeleteFunc(slices.Clone(users[s.Exports[name].String()]),
				func(r *cfn.Resource) bool { return topStack(r.Stack) == topStack(s) })
			if len(by) > 0 {
				u.reportExport(s, stacks[s.Name], name, by)
			}
		}
	}
}

// importers returns the resources of the state before that use a value of another stack, by the value's text.
func (u *update) importers() map[string][]*cfn.Resource {
	users := map[string][]*cfn.Resource{}
	for r := range resources(u.before) {
		for v := range r.References() {
			if t := v.String(); fromOtherStack(v, r.Stack) && !slices.Contains(users[t], r) {
				users[t] = append(users[t], r)
			}
		}
	}
	return users
}

// fromOtherStack reports whether a value comes from another stack of the assembly, through an export and an import.
func fromOtherStack(v cfn.Value, s *cfn.Stack) bool {
	for ref := range v.References() {
		if ref.Kind == cfn.Reference && topStack(ref.Resource.Stack) != topStack(s) {
			return true
		}
	}
	return false
}

// topStack returns the top-level stack that contains s.
func topStack(s *cfn.Stack) *cfn.Stack {
	for s.Parent != nil {
		s = s.Parent.Stack
	}
	return s
}

// reportExport reports an export of s that stacks import, if it changes or disappears; now is s after the update, or
// nil.
func (u *update) reportExport(s, now *cfn.Stack, name string, by []*cfn.Resource) {
	value := s.Exports[name]
	if now == nil || u.exportsStill(s, now, value) {
		return // A stack that is no longer in the assembly is not deployed.
	}
	what, answer := "disappears", "Cannot delete export "+name+" as it is in use by "+topStack(by[0].Stack).Name
	if _, ok := now.Exports[name]; ok {
		what, answer = "changes", "Cannot update export "+name+" as it is in use by "+topStack(by[0].Stack).Name
	}
	var names []string
	for _, r := range by {
		names = append(names, r.String())
	}
	d := diag.Diagnostic{
		Subject: s.Name + ":" + name,
		Summary: "the export " + name + " of " + s.Name + " " + what + " while " + strings.Join(names, ", ") + " imports it",
		Detail:  "CloudFormation answers \"" + answer + "\" and rolls " + s.Name + " back",
		Fix: "deploy twice: first keep the export (in CDK: stack.ExportValue) and let " + topStack(by[0].Stack).Name +
			" stop using it, then change it",
	}
	d.Severity, d.Rule, d.Path = diag.Finding, "export-in-use", s.Name
	d.At = []diag.Position{{File: path.Join(filepath.ToSlash(u.after.Dir), filepath.ToSlash(now.File)), Line: 1}, u.position(by[0])}
	u.findings.Add(d)
}

// exportsStill reports whether an export with that value of s stays as it is: it may be the one that is imported.
func (u *update) exportsStill(s, now *cfn.Stack, value cfn.Value) bool {
	for name, v := range s.Exports {
		if v.String() != value.String() {
			continue
		}
		if after, ok := now.Exports[name]; ok && u.markedText(after) == plainText(v) {
			return true
		}
	}
	return false
}
