package iam

import "slices"

// Policy is a policy document.
type Policy struct {
	Version    string // "2012-10-17"; empty is what AWS takes for "2008-10-17"
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

// Principal is who a statement is about.
type Principal struct {
	// Missing says that the statement names none, as those of roles.
	Missing bool
	// Not says that it is everybody else.
	Not bool
	// Names are by kind, "AWS", "Service", "Federated" or "CanonicalUser"; of the kind "*" there is one name, "*": anybody.
	Names []PrincipalName
}

// PrincipalName is one principal.
type PrincipalName struct{ Kind, Name string }

// Everybody is the principal "*".
func Everybody() Principal { return Principal{Names: []PrincipalName{{"*", "*"}}} }

// IsEverybody reports whether the principal is "*", alone or as that of AWS accounts.
func (p Principal) IsEverybody() bool {
	return !p.Missing && !p.Not && slices.ContainsFunc(p.Names, func(n PrincipalName) bool { return n.Name == "*" && (n.Kind == "*" || n.Kind == "AWS") })
}

// Condition is one condition: the key has one of the values, or as the operator says.
type Condition struct {
	Operator string // "StringEquals", "ForAnyValue:StringLike", "ArnEqualsIfExists"
	Key      string // "aws:PrincipalArn"
	Values   []string
}

// FullAccess is the policy that an endpoint has without one of its own.
func FullAccess() Policy {
	return Policy{Version: "2008-10-17", Statements: []Statement{{Effect: Allow, Principal: Everybody(), Actions: []string{"*"}, Resources: []string{"*"}}}}
}

// IsFullAccess reports whether some statement allows everybody everything.
func (p Policy) IsFullAccess() bool {
	return slices.ContainsFunc(p.Statements, func(s Statement) bool {
		return s.Effect == Allow && s.Principal.IsEverybody() && len(s.Conditions) == 0 && !s.NotAction && !s.NotResource &&
			slices.Contains(s.Actions, "*") && slices.Contains(s.Resources, "*")
	})
}

// Names are the global keys that the package, and what it makes, use.
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
