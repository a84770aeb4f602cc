package cedar

import (
	"fmt"
	"strings"
)

// Reference is the name of the trust provider in policies: its PolicyReferenceName. The trust data of a request is in context.people.
const Reference = "people"

// Policy says who may reach one application.
type Policy struct {
	// Host is the domain name of the application, in lower case.
	Host string
	// Claim is the claim that lists a person's groups, for a provider that speaks OpenID Connect. If it is empty, the provider is IAM
	// Identity Center, which has a record with the ids of the groups as keys.
	Claim string
	// Permissions each let people in. Without any, the policy lets nobody in.
	Permissions []Permission
}

// Permission lets the members of some groups reach an application.
type Permission struct {
	// Reason becomes a comment; empty writes none.
	Reason string
	// Groups are ids of groups in IAM Identity Center, or values of the claim. A member of any of them is let in.
	Groups []string
	// Paths are prefixes of paths. "/admin/" allows "/admin" and everything below it. None allows every path.
	Paths []string
}

// Text returns the policy in Cedar. Check must have found no error.
func (p Policy) Text() string {
	if len(p.Permissions) == 0 {
		return "// Nobody is allowed.\nforbid(principal, action, resource);\n"
	}
	statements := make([]string, len(p.Permissions))
	for i, permission := range p.Permissions {
		statements[i] = p.statement(permission)
	}
	return strings.Join(statements, "\n")
}

func (p Policy) statement(permission Permission) string {
	conditions := []string{
		"context has http_request",
		"context.http_request has hostname",
		"context.http_request.hostname == " + quote(p.Host),
		"context has " + Reference,
		p.membership(permission.Groups),
	}
	if len(permission.Paths) > 0 {
		conditions = append(conditions, "context.http_request has path")
		for _, pattern := range ambiguous {
			conditions = append(conditions, fmt.Sprintf("!(context.http_request.path like %s)", quote(pattern)))
		}
		conditions = append(conditions, below(permission.Paths))
	}
	comment := ""
	if permission.Reason != "" {
		comment = "// " + oneLine(permission.Reason) + "\n"
	}
	return comment + "permit(principal, action, resource)\nwhen {\n  " + strings.Join(conditions, " &&\n  ") + "\n};\n"
}

// membership returns the condition that a person is a member of any of the groups.
func (p Policy) membership(groups []string) string {
	claim := p.Claim
	if claim == "" {
		claim = "groups"
	}
	members := make([]string, len(groups))
	for i, group := range groups {
		of := fmt.Sprintf("context.%s[%s]", Reference, quote(claim))
		if p.Claim == "" {
			members[i] = of + " has " + quote(group)
		} else {
			members[i] = of + ".contains(" + quote(group) + ")"
		}
	}
	return fmt.Sprintf("context.%s has %s &&\n  %s", Reference, quote(claim), anyOf(members))
}

// ambiguous are the patterns of paths that a server may read as another path: one with ".." leads out of a prefix, and behind a percent
// sign may stand a dot or a slash. A permission with paths lets nobody in with such a path.
var ambiguous = []string{"*..*", "*%*", `*\*`}

// below returns the condition that the path of the request is one of the prefixes, or below it. AWS documents the path without a slash in
// front ("app/images"), and HTTP has one, so the condition allows both: they are the same path.
func below(paths []string) string {
	var forms []string
	for _, prefix := range paths {
		bare := strings.Trim(prefix, "/")
		for _, form := range []string{bare, "/" + bare} {
			forms = append(forms, "context.http_request.path == "+quote(form), "context.http_request.path like "+quote(form+"/*"))
		}
	}
	return anyOf(forms)
}

func anyOf(conditions []string) string {
	if len(conditions) == 1 {
		return conditions[0]
	}
	return "(" + strings.Join(conditions, " ||\n    ") + ")"
}
