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

// Examine finds what fails, detaches or stops traffic for a while when the stacks of before are updated to those of after, and says
// what it cannot look into. Stacks and resources are the same by name and logical id. In which order stacks are deployed is
// not known: what two of them cannot hold together is a finding. A nil or empty before is a first deployment.
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

// update is what CloudFormation does to get from one state to the next.
type update struct {
	before, after *cfn.Assembly
	// old is what a resource of after was before, by stack and logical id; next is the other way round. Resources that
	// only one of the two has, or whose type changes, are in neither.
	former, next map[*cfn.Resource]*cfn.Resource
	// created are the resources of after that are created: new ones, and replacements of those in old.
	created map[*cfn.Resource]bool
	// replaced says which property makes a resource in old a fresh one.
	replaced map[*cfn.Resource]change
	// failing are the resources of after whose creation fails.
	failing map[*cfn.Resource]bool
	// ruleCache are the rules that groups and standalone rules hold, as far as they were asked for.
	ruleCache map[*cfn.Resource][]rule
	// nestedRead are the resources whose nested stacks were read.
	nestedRead map[*cfn.Resource]bool
	findings   diag.List
	unknown    diag.List
	assumed    map[string]bool
}

// change is a property that replaces its resource.
type change struct {
	property, from, to string
	// inherited says that it reads as before and only what it refers to is replaced.
	inherited bool
}

func newUpdate(before, after *cfn.Assembly) *update {
	u := &update{
		before: orEmpty(before), after: orEmpty(after),
		nestedRead: map[*cfn.Resource]bool{}, assumed: map[string]bool{},
		former: map[*cfn.Resource]*cfn.Resource{}, next: map[*cfn.Resource]*cfn.Resource{},
		created: map[*cfn.Resource]bool{}, replaced: map[*cfn.Resource]change{}, failing: map[*cfn.Resource]bool{}, ruleCache: map[*cfn.Resource][]rule{},
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
	for u.findReplacements() { //revive:disable-line:empty-block // A replacement may replace what refers to it.
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

// findReplacements finds what is replaced, given what is known to be, and reports whether there is more than before.
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

// replacedBy returns the first property whose change replaces b; one of its own goes before one that follows others.
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

// identities are the attributes that name a resource, as Ref does.
var identities = []string{
	"", "AllocationId", "Arn", "DhcpOptionsId", "FirewallArn", "FirewallPolicyArn", "GroupId", "Id", "InternetGatewayId", "ListenerArn",
	"LoadBalancerArn", "NatGatewayId", "NetworkAclId", "PrefixListId", "RouteTableId", "RuleGroupArn", "SubnetId", "VpcId",
}

// plainText is the text of a value; Ref and Fn::GetAtt of what names the same resource are the same.
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

// markedText is plain, with a mark for each resource referred to that the update creates: the physical resource is another one.
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

// isDeleted reports whether a resource of before is deleted in the clean-up, and whether its policy keeps the object in AWS.
func (u *update) isDeleted(b *cfn.Resource) (goes, retained bool) {
	switch r := u.next[b]; {
	case r == nil:
		return true, strings.HasPrefix(b.DeletionPolicy, "Retain")
	case u.created[r]:
		return true, strings.HasPrefix(r.UpdateReplacePolicy, "Retain")
	}
	return false, false
}

// differentConditions reports whether two resources may be there under different conditions only: no finding is about the two.
func differentConditions(a, b *cfn.Resource) bool {
	return a.Condition != "" && b.Condition != "" && a.Condition != b.Condition
}

// dependsOn reports whether r is updated after target, both of after, as it refers to it or depends on it.
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

// report adds a finding about r, of after if it is there. others are further resources that it is about.
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

// pathOf is the construct path, as far as it is a user's, or stack and logical id.
func pathOf(r *cfn.Resource) string {
	if r.Path == "" {
		return r.String()
	}
	return strings.TrimSuffix(r.Path, "/Resource")
}

// position is where a resource stands in its template.
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

// findTypeChanges finds logical ids whose type changes, which CloudFormation refuses.
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

// findLosses finds replacements that AWS accepts and that break something nevertheless. Those that only follow another
// replacement are part of that one.
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
			Summary: r.ID + " is replaced, as " + c.property + " changes from " + quote(c.from) + " to " + quote(c.to),
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

// findExportChanges finds values that another stack imports while they change or go.
func (u *update) findExportChanges() {
	stacks := map[string]*cfn.Stack{}
	for _, s := range u.after.Stacks {
		stacks[s.Name] = s
	}
	users := u.importers()
	for _, s := range u.before.Stacks {
		for _, name := range slices.Sorted(maps.Keys(s.Exports)) {
			by := slices.DeleteFunc(slices.Clone(users[s.Exports[name].String()]), func(r *cfn.Resource) bool { return topStack(r.Stack) == topStack(s) })
			if len(by) > 0 {
				u.reportExport(s, stacks[s.Name], name, by)
			}
		}
	}
}

// importers returns the resources of before that use a value of another stack, by the value's text.
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

// fromOtherStack reports whether a value is of another stack of the assembly: only an export and its import bring it there.
func fromOtherStack(v cfn.Value, s *cfn.Stack) bool {
	for ref := range v.References() {
		if ref.Kind == cfn.Reference && topStack(ref.Resource.Stack) != topStack(s) {
			return true
		}
	}
	return false
}

// topStack is the stack that a nested stack is deployed with.
func topStack(s *cfn.Stack) *cfn.Stack {
	for s.Parent != nil {
		s = s.Parent.Stack
	}
	return s
}

// reportExport reports an export of s that stacks import, if it changes or goes; now is s after the update, nil if it is gone.
func (u *update) reportExport(s, now *cfn.Stack, name string, by []*cfn.Resource) {
	value := s.Exports[name]
	if now == nil || u.exportsStill(s, now, value) {
		return // A stack that is not in the assembly any more is not deployed.
	}
	what, answer := "goes", "Cannot delete export "+name+" as it is in use by "+topStack(by[0].Stack).Name
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
		Fix:     "deploy twice: first keep the export (in CDK: stack.ExportValue) and let " + topStack(by[0].Stack).Name + " do without it, then change it",
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
