package iam

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// Endpoint is the VPC endpoint that a policy belongs to.
type Endpoint struct {
	Service string // short name, "ecr.api"; empty if unknown
	Gateway bool
	// Partition, Region and Account are those of the endpoint; empty if unknown.
	Partition, Region, Account string
}

// Prefix returns the service prefix of the actions that go through the endpoint; empty if unknown.
func (e Endpoint) Prefix() string {
	if slices.Contains(catalog.GatewayServices(), e.Service) {
		return e.Service
	}
	found, _ := catalog.EndpointNamed(e.Service)
	return found.IAM
}

// Check checks the policy of an endpoint against what AWS publishes about such policies. Errors are what AWS rejects, and what allows
// nothing although it seems to. Findings are what allows more than anybody needs. The rest are warnings. Paths are those in the document:
// "Statement[1].Resource[0]".
//
// The rules: AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint policies", as of 2026-09; Service Authorization
// Reference, as in package catalog.
func (p Policy) Check(e Endpoint) diag.List {
	c := checker{endpoint: e, policy: p}
	c.support()
	c.size()
	c.breadth()
	sids := map[string]int{}
	for i, s := range p.Statements {
		c.at = fmt.Sprintf("Statement[%d]", i)
		if first, twice := sids[s.Sid]; s.Sid != "" && twice {
			c.fail(".Sid", "sid-twice", "two statements have the same Sid", fmt.Sprintf("%q is also that of Statement[%d]", s.Sid, first), "")
		}
		sids[s.Sid] = i
		if s.Sid != "" && !sid.MatchString(s.Sid) {
			c.fail(".Sid", "sid", "a Sid is not usable", fmt.Sprintf("got %q; allowed are letters and digits", s.Sid), "")
		}
		c.principal(s)
		c.actions(s)
		c.resources(s)
		for _, cond := range s.Conditions {
			c.condition(s, cond)
		}
		c.redundant(i, s)
	}
	return c.diags.Sorted()
}

var sid = lazyregexp.New(`^[A-Za-z0-9]*$`)

type checker struct {
	endpoint Endpoint
	policy   Policy
	at       string // of the statement
	diags    diag.List
}

func (c *checker) add(severity diag.Severity, path, rule, summary, detail, fix string) {
	c.diags.Add(diag.Diagnostic{Severity: severity, Rule: "policy-" + rule, Path: c.at + path, Summary: summary, Detail: detail, Fix: fix})
}

func (c *checker) fail(path, rule, summary, detail, fix string) {
	c.add(diag.Error, path, rule, summary, detail, fix)
}

func (c *checker) warn(path, rule, summary, detail, fix string) {
	c.add(diag.Warning, path, rule, summary, detail, fix)
}

func (c *checker) support() {
	if c.endpoint.Service == "" {
		return
	}
	switch catalog.PolicySupport(c.endpoint.Service) {
	case catalog.Unsupported:
		c.fail("", "unsupported", "endpoints of this service accept no policy",
			"AWS documents that endpoints of "+c.endpoint.Service+" accept none, and rejects the endpoint",
			"leave the policy out, and limit the endpoint by its security group")
	case catalog.UnknownSupport:
		c.warn("", "support-unknown", "it is unknown whether endpoints of this service accept a policy",
			"only AWS's API tells: aws ec2 describe-vpc-endpoint-services, VpcEndpointPolicySupported of "+c.endpoint.Service,
			"if it is false, leave the policy out, because AWS rejects the endpoint otherwise")
	}
}

func (c *checker) size() {
	size, exact := c.policy.Size()
	about := "has"
	if !exact {
		about = "has about"
	}
	switch {
	case size > MaxSize:
		c.fail("", "size", "the policy is too long",
			fmt.Sprintf("it %s %d characters without white space; allowed are %d, and AWS does not raise this limit", about, size, MaxSize),
			"name fewer resources, by a common prefix and a star, or move some tiers to a network with an endpoint of its own")
	case size > MaxSize*8/10:
		c.warn("", "size", "the policy is close to its limit",
			fmt.Sprintf("it %s %d characters without white space; allowed are %d", about, size, MaxSize), "")
	}
}

func (c *checker) breadth() {
	allows := slices.ContainsFunc(c.policy.Statements, func(s Statement) bool { return s.Effect == Allow })
	switch {
	case len(c.policy.Statements) > 0 && !allows:
		c.fail("", "deny-only", "the policy allows nothing", "it has only Deny statements, and everything that no statement allows is denied",
			"add Allow statements for what may pass")
	case c.policy.IsFullAccess() && !slices.ContainsFunc(c.policy.Statements, func(s Statement) bool { return s.Effect == Deny }):
		c.add(diag.Finding, "", "full-access", "the policy allows everybody everything",
			"like an endpoint without a policy: anyone's credentials can send anything to anyone's resources through it",
			"allow only the actions, resources and principals that are in use")
	}
}

func (c *checker) principal(s Statement) {
	p := s.Principal
	switch {
	case p.Missing:
		c.fail("", "principal", "a statement has no Principal", "the policy of an endpoint is a resource policy",
			`write "Principal": "*" with a condition on `+PrincipalArn)
		return
	case p.Not && s.Effect == Allow:
		c.add(diag.Finding, ".NotPrincipal", "not-principal", "a statement allows everybody except those it names",
			"everybody includes other companies and anonymous callers", "name who is allowed")
	case c.endpoint.Gateway && !p.IsEverybody():
		c.fail(".Principal", "principal-gateway", "the policy of a gateway endpoint names a principal",
			"its Principal must be \"*\"; an account there means only that account's root user",
			`write "Principal": "*" with the condition {"ArnEquals": {"`+PrincipalArn+`": [...]}}`)
	}
	for _, n := range p.Names {
		if n.Kind == "AWS" && n.Name != "*" && hasWildcard(n.Name) {
			c.fail(".Principal", "principal", "a principal has a wildcard",
				fmt.Sprintf("got %q; a principal is one ARN, an account, or \"*\"", n.Name), "write \"*\" with a condition on "+PrincipalArn)
		}
		if n.Kind == "AWS" && isKnown(n.Name) && n.Name != "*" && !isAccount(n.Name) && CutARN(n.Name) == nil {
			c.fail(".Principal", "principal", "a principal is neither an ARN nor an account", fmt.Sprintf("got %q", n.Name), "")
		}
	}
}

// actions checks that all actions exist and go through the endpoint.
func (c *checker) actions(s Statement) {
	if s.NotAction && s.Effect == Allow {
		c.add(diag.Finding, ".NotAction", "not-action", "a statement allows all actions except some",
			"it also allows every action that AWS adds later", "name the actions that are allowed")
	}
	prefix := c.endpoint.Prefix()
	for i, a := range s.Actions {
		path := fmt.Sprintf(".Action[%d]", i)
		service, _, hasColon := strings.Cut(a, ":")
		switch found := catalog.Actions(a); {
		case a == "*":
		case !hasColon:
			c.fail(path, "action", "an action has no service", fmt.Sprintf("got %q; write it as in \"s3:GetObject\"", a), "")
		case len(found) == 0:
			fix := ""
			if near := catalog.NearestAction(a); near != "" {
				fix = "the nearest one is " + near
			}
			c.fail(path, "action-unknown", "there is no such action", fmt.Sprintf("%q is not in the Service Authorization Reference", a), fix)
		case prefix != "" && !overlaps(strings.ToLower(service), prefix):
			fix := ""
			if through := catalog.EndpointsOf(service); len(through) > 0 {
				fix = fmt.Sprintf("it goes through %s", strings.Join(through, " or "))
			}
			c.fail(path, "action-elsewhere", "an action belongs to another service",
				fmt.Sprintf("%q never goes through an endpoint of %s, whose actions begin with %s:", a, c.endpoint.Service, prefix), fix)
		case strings.HasSuffix(a, ":*") && s.Effect == Allow && !s.NotAction && slices.Contains(s.Resources, "*") && !c.bounded(s):
			c.warn(path, "action-all", "a statement allows all actions of a service on all resources",
				fmt.Sprintf("%q stands for %d actions", a, len(found)), "name those in use")
		}
	}
}

// bounded reports whether a statement is limited to some principals or by conditions.
func (c *checker) bounded(s Statement) bool {
	return len(s.Conditions) > 0 || !s.Principal.IsEverybody()
}

// resources checks the form of ARNs, and that some action acts on resources of their types.
func (c *checker) resources(s Statement) {
	if s.NotResource && s.Effect == Allow {
		c.add(diag.Finding, ".NotResource", "not-resource", "a statement allows all resources except some",
			"they include the resources of other owners", "name the resources that are in use")
	}
	for i, r := range s.Resources {
		path := fmt.Sprintf(".Resource[%d]", i)
		if r == "*" {
			continue
		}
		if problem := arnProblem(r); problem != "" {
			c.fail(path, "arn", "a resource's ARN is not usable", problem, "")
			continue
		}
		c.variables(path, r)
		c.partitionAndRegion(path, r)
		c.resourceFits(path, s, r)
	}
	c.unmatchedActions(s)
}

var account = lazyregexp.New(`^(\d{12}|\*|aws|)$`)

// arnProblem says what is wrong with an ARN pattern of a policy; empty if nothing is.
func arnProblem(arn string) string {
	fields := CutARN(arn)
	switch {
	case fields == nil && isKnown(arn):
		return fmt.Sprintf("got %q; an ARN is arn:partition:service:region:account:resource", arn)
	case fields == nil:
		return "" // Its beginning is known only at deployment.
	case fields[0] != "arn" && isKnown(fields[0]):
		return fmt.Sprintf("got %q; an ARN begins with arn:", arn)
	case isKnown(fields[2]) && (fields[2] == "" || hasWildcard(fields[2])):
		return fmt.Sprintf("got %q; its service may not be a wildcard", arn)
	case isKnown(fields[4]) && !account.MatchString(fields[4]):
		return fmt.Sprintf("got %q, with the account %q; allowed is an account's 12 digits or one wildcard, never both together", arn, fields[4])
	case fields[5] == "":
		return fmt.Sprintf("got %q; it names no resource", arn)
	}
	return ""
}

// partitionAndRegion checks the partition and the Region of an ARN against the endpoint's.
func (c *checker) partitionAndRegion(path, arn string) {
	fields := CutARN(arn)
	if fields == nil {
		return
	}
	if p := c.endpoint.Partition; p != "" && matchesText(fields[1], p) == no {
		c.fail(path, "arn-partition", "a resource is in another partition",
			fmt.Sprintf("%q is in %q, and the endpoint is in %q", arn, fields[1], p), "")
	}
	if r := c.endpoint.Region; r != "" && fields[3] != "" && matchesText(fields[3], r) == no {
		c.fail(path, "arn-region", "a resource is in another Region",
			fmt.Sprintf("%q is in %q, and the endpoint leads to the service in %q", arn, fields[3], r), "")
	}
}

// resourceFits checks that some action of a statement acts on a resource.
func (c *checker) resourceFits(path string, s Statement, arn string) {
	if s.NotAction {
		return
	}
	var wants []string
	for _, pattern := range s.Actions {
		for _, a := range catalog.Actions(pattern) {
			if IsFor(a, arn) {
				return
			}
			if len(wants) < 4 {
				wants = append(wants, a.Name)
			}
		}
	}
	if len(wants) == 0 {
		return // None of them exists, which is already reported.
	}
	more := ""
	if len(wants) > 3 {
		wants, more = wants[:3], ", ..."
	}
	c.fail(path, "resource-unfit", "no action of the statement acts on such a resource",
		fmt.Sprintf("%s%s on %q", strings.Join(wants, ", "), more, arn), Fitting(wants[0]))
}

// IsFor reports whether an action acts on resources that an ARN pattern may match.
func IsFor(a catalog.Action, arn string) bool {
	prefix, _, _ := strings.Cut(a.Name, ":")
	return slices.ContainsFunc(a.Resources, func(r string) bool {
		form, ok := catalog.ResourceARN(prefix, r)
		return !ok || overlapsARN(form, arn) && !(isWholeName(form) && hasPath(arn))
	})
}

// isWholeName reports whether an ARN's form ends in one name, like those of buckets, queues and topics. Such names have no slashes.
func isWholeName(form string) bool {
	fields := CutARN(form)
	return fields != nil && isOne(fields[5])
}

// hasPath reports whether the resource in an ARN certainly has a slash.
func hasPath(arn string) bool {
	rest := arn
	if fields := CutARN(arn); fields != nil {
		rest = fields[5]
	}
	return slices.ContainsFunc(parts(rest), func(p part) bool { return !p.unknown && strings.Contains(p.text, "/") })
}

// Fitting says which resources an action acts on.
func Fitting(action string) string {
	a, _ := catalog.ActionNamed(action)
	if len(a.Resources) == 0 {
		return action + ` acts on no resource: its Resource is "*"`
	}
	prefix, _, _ := strings.Cut(action, ":")
	var forms []string
	for _, r := range a.Resources {
		form, _ := catalog.ResourceARN(prefix, r)
		forms = append(forms, form)
	}
	return action + " acts on " + strings.Join(forms, " or ")
}

// unmatchedActions reports single actions that act on none of a statement's resources.
func (c *checker) unmatchedActions(s Statement) {
	if s.NotAction || s.NotResource || slices.Contains(s.Resources, "*") {
		return
	}
	for i, name := range s.Actions {
		a, ok := catalog.ActionNamed(name)
		if !ok || slices.ContainsFunc(s.Resources, func(arn string) bool { return IsFor(a, arn) }) {
			continue
		}
		if len(s.Actions) > 1 { // A single action is reported as an error of its resources.
			c.fail(fmt.Sprintf(".Action[%d]", i), "action-unfit", "an action acts on none of the statement's resources", name+" never matches",
				Fitting(name))
		}
	}
}

// redundant warns about statements that decide nothing, because another statement already decides.
func (c *checker) redundant(i int, s Statement) {
	for j, other := range c.policy.Statements {
		if i == j || other.Effect == Allow && s.Effect == Deny || !covers(other, s) {
			continue
		}
		if covers(s, other) && s.Effect == other.Effect && j > i {
			continue // They are the same, and the later one is reported.
		}
		c.warn("", "dead", "a statement decides nothing", fmt.Sprintf("Statement[%d] %s matches everything that it matches", j, other.compact()),
			"remove it")
		return
	}
}
