package iam

import "strings"

// callerKind is the kind of principal that makes a request.
type callerKind int

const (
	anonymous callerKind = iota // without credentials of AWS
	role                        // by its own ARN or by that of a session
	user
	federatedUser // a session of GetFederationToken
	root
	unknownCaller // only a deployment knows its ARN
)

// caller is who makes a request.
type caller struct {
	kind callerKind
	arn  string // as the request states it
	// principal is what aws:PrincipalArn holds: for a session, the ARN of its role.
	principal string
	name      string // of the user, the role or the federated user
	// assumed is the assumption behind principal; empty if there is none.
	assumed string
}

// callerOf reads the kind and the names of a principal from its ARN (IAM User Guide, "AWS global condition context keys",
// aws:PrincipalArn).
func callerOf(arn string) caller {
	c := caller{kind: unknownCaller, arn: arn, principal: arn}
	fields := CutARN(arn)
	switch {
	case arn == "":
		return caller{}
	case fields == nil:
		return c
	}
	kind, rest, _ := strings.Cut(fields[5], "/")
	c.name = rest[strings.LastIndexByte(rest, '/')+1:]
	switch fields[2] + " " + kind {
	case "iam root":
		c.kind = root
	case "iam user":
		c.kind = user
	case "iam role":
		c.kind = role
	case "sts federated-user":
		c.kind = federatedUser
	case "sts assumed-role":
		c.kind = role
		c.name, _, _ = strings.Cut(rest, "/")
		c.principal = strings.Join([]string{fields[0], fields[1], "iam", fields[3], fields[4], "role/" + pathOf(c.name) + c.name}, ":")
		if pathOf(c.name) == "" {
			c.assumed = "the role " + c.name +
				" has no path, because the ARN of a session does not have it; if the role has a path, use the role's own ARN"
		}
	}
	return c
}

// IsCaller reports whether a principal with this ARN can make requests. The empty ARN is a caller without credentials.
func IsCaller(arn string) bool {
	return callerOf(arn).kind != unknownCaller || !isKnown(arn) && CutARN(arn) == nil
}

// RoleOf returns the role of a session by the session's ARN, and whether the ARN is one.
func RoleOf(arn string) (role string, isSession bool) {
	c := callerOf(arn)
	return c.principal, c.principal != c.arn
}

// pathOf returns the path of a role that AWS makes, as far as the role's name implies it. The ARN of a session lacks the path.
func pathOf(role string) string {
	switch {
	case strings.HasPrefix(role, "AWSReservedSSO_"):
		return "aws-reserved/sso.amazonaws.com/${path}"
	case strings.HasPrefix(role, "AWSServiceRoleFor"):
		return "aws-service-role/${path}"
	}
	return ""
}

// isCaller reports whether a name in Principal is the caller's (IAM User Guide, "AWS JSON policy elements: Principal").
func (e *evaluation) isCaller(p PrincipalName) truth {
	c := e.caller
	switch {
	case p.Name == "*" && (p.Kind == "*" || p.Kind == "AWS"):
		return yes
	case c.kind == anonymous:
		return no
	case p.Kind == "CanonicalUser": // An account, by an id that says not which.
		return e.dependsOn("Principal " + p.Name)
	case p.Kind != "AWS":
		return no
	case e.request.Through.Gateway:
		return e.isGatewayCaller(p.Name)
	case accountIn(p.Name) != "":
		return e.dependsOnName(p.Name, matchesText(accountIn(p.Name), accountOf(c.arn)))
	}
	return max(e.dependsOnName(p.Name, max(equalTexts(p.Name, c.arn), equalTexts(p.Name, c.principal))), e.isSession(p.Name))
}

// accountIn is the account that a principal's name stands for, by its number or its root user; empty if it stands for none.
func accountIn(name string) string {
	switch {
	case isAccount(name):
		return name
	case strings.HasSuffix(name, ":root"):
		return accountOf(name)
	}
	return ""
}

// dependsOnName notes that a decision depends on a name if it is not known whether the name is the caller's.
func (e *evaluation) dependsOnName(name string, is truth) truth {
	if is == maybe {
		return e.dependsOn("Principal " + name)
	}
	return is
}

// isSession compares a session in Principal with a request that names only the role: the request may be of that session.
func (e *evaluation) isSession(name string) truth {
	other := callerOf(name)
	_, session := RoleOf(name)
	named := session && other.name == e.caller.name && accountOf(name) == accountOf(e.caller.arn)
	if named && e.caller.kind == role && e.caller.arn == e.caller.principal {
		return e.dependsOn("the name of the role's session")
	}
	return no
}

// isGatewayCaller reads a name in the policy of a gateway endpoint. An account there means only its root user, and AWS asks for "*"
// instead of any other name (AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint policies").
func (e *evaluation) isGatewayCaller(name string) truth {
	c := e.caller
	switch account := accountIn(name); {
	case account == "" && max(equalTexts(name, c.arn), equalTexts(name, c.principal)) != no:
		return e.dependsOn("Principal, which must be * in the policy of a gateway endpoint")
	case account == "":
		return no
	case c.kind == root:
		return e.dependsOnName(name, matchesText(account, accountOf(c.arn)))
	case c.kind == unknownCaller && !isAttribute(part{c.arn, isOne(c.arn)}):
		return e.dependsOn("whether the caller is the root user")
	}
	return no
}

// dependsOn notes what a decision depends on.
func (e *evaluation) dependsOn(what string) truth {
	e.open[what] = true
	return maybe
}
