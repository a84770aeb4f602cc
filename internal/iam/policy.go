package iam

import "slices"

// Policy is a policy document.
type Policy struct {
	Version    string // "2012-10-17"; AWS reads empty as "2008-10-17"
	Statements []Statement
}

// Version is the version of the policy language that documents state.
const Version = "2012-10-17"

// Effect is what a statement does with the requests that it matches.
type Effect string

// The effects.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// Statement is one statement. Of Actions and Resources, the Not fields say that it matches all others.
type Statement struct {
	Sid         string
	Effect      Effect
	Principal   Principal
	Actions     []string // "s3:GetObject", with * and ?
	NotAction   bool
	Resources   []string // ARNs, with * and ?
	NotResource bool
	Conditions  []Condition // all must hold; by Operator and Key
}

// Principal says whom a statement is about.
type Principal struct {
	// Missing says that the statement names no principal, like the statements of roles.
	Missing bool
	// Not says that the statement is about everybody else.
	Not bool
	// Names have the kinds "AWS", "Service", "Federated" and "CanonicalUser". The kind "*" has only the name "*", which is anybody.
	Names []PrincipalName
}

// PrincipalName is one principal.
type PrincipalName struct{ Kind, Name string }

// Everybody is the principal "*".
func Everybody() Principal { return Principal{Names: []PrincipalName{{"*", "*"}}} }

// IsEverybody reports whether the principal is "*", either alone or for the kind AWS.
func (p Principal) IsEverybody() bool {
	return !p.Missing && !p.Not && slices.ContainsFunc(p.Names, func(n PrincipalName) bool {
		return n.Name == "*" && (n.Kind == "*" || n.Kind == "AWS")
	})
}

// Condition is one condition: the key has one of the values, or whatever the operator says.
type Condition struct {
	Operator string // "StringEquals", "ForAnyValue:StringLike", "ArnEqualsIfExists"
	Key      string // "aws:PrincipalArn"
	Values   []string
}

// FullAccess returns the policy of an endpoint that states none.
func FullAccess() Policy {
	return Policy{Version: "2008-10-17",
		Statements: []Statement{{Effect: Allow, Principal: Everybody(), Actions: []string{"*"}, Resources: []string{"*"}}}}
}

// IsFullAccess reports whether some statement allows everybody everything.
func (p Policy) IsFullAccess() bool {
	return slices.ContainsFunc(p.Statements, func(s Statement) bool {
		return s.Effect == Allow && s.Principal.IsEverybody() && len(s.Conditions) == 0 && !s.NotAction && !s.NotResource &&
			slices.Contains(s.Actions, "*") && slices.Contains(s.Resources, "*")
	})
}

// The global keys that the package and its callers use.
const (
	PrincipalArn     = "aws:PrincipalArn"
	PrincipalAccount = "aws:PrincipalAccount"
	PrincipalOrgID   = "aws:PrincipalOrgID"
	ResourceAccount  = "aws:ResourceAccount"
	ResourceOrgID    = "aws:ResourceOrgID"
	SourceVpc        = "aws:SourceVpc"
	SourceVpce       = "aws:SourceVpce"
	IsAWSService     = "aws:PrincipalIsAWSService"
	ViaAWSService    = "aws:ViaAWSService"
)

// clone copies a statement with its lists.
func (s Statement) clone() Statement {
	s.Actions, s.Resources, s.Conditions = slices.Clone(s.Actions), slices.Clone(s.Resources), slices.Clone(s.Conditions)
	s.Principal.Names = slices.Clone(s.Principal.Names)
	return s
}
