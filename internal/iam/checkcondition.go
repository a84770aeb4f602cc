package iam

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
)

// systemKeys are the global keys whose values are ids that AWS assigns (IAM User Guide, "AWS global condition context keys"; the
// PrivateLink guide excludes wildcards and numeric operators with them).
var systemKeys = []string{
	"aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:ResourceAccount", "aws:ResourceOrgID", "aws:ResourceOrgPaths",
	"aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths", "aws:SourceVpc", "aws:SourceVpce", "aws:VpceAccount", "aws:VpceOrgID",
	"aws:VpceOrgPaths",
	"aws:userid", "aws:SourceVpcArn", "aws:Ec2InstanceSourceVpc",
}

// pathKeys are the system keys whose values are paths, which may be given by a prefix.
var pathKeys = []string{"aws:PrincipalOrgPaths", "aws:ResourceOrgPaths", "aws:SourceOrgPaths", "aws:VpceOrgPaths"}

// globalKeys are all global keys, except those that end in a name that users choose.
var globalKeys = append([]string{
	"aws:AssumedRoot", "aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast", "aws:CurrentTime", "aws:Ec2InstanceSourcePrivateIPv4",
	"aws:EpochTime",
	"aws:FederatedProvider", "aws:MultiFactorAuthAge", "aws:MultiFactorAuthPresent", "aws:PrincipalArn", "aws:PrincipalIsAWSService",
	"aws:PrincipalServiceName",
	"aws:PrincipalServiceNamesList", "aws:PrincipalType", "aws:Referer", "aws:RequestedRegion", "aws:SecureTransport", "aws:SourceArn",
	"aws:SourceIdentity",
	"aws:SourceIp", "aws:TagKeys", "aws:TokenIssueTime", "aws:UserAgent", "aws:username", "aws:ViaAWSService", "aws:VpcSourceIp",
	"aws:ChatbotSourceArn",
	"aws:SignInSessionArn",
}, systemKeys...)

func (c *checker) condition(s Statement, cond Condition) {
	path := ".Condition." + cond.Operator + "." + cond.Key
	o, ok := operatorOf(cond.Operator)
	if !ok {
		c.fail(path, "operator", "there is no such condition operator", fmt.Sprintf("got %q", cond.Operator),
			`write it as in "StringEquals", "ArnLike", "ForAnyValue:StringLikeIfExists"`)
		return
	}
	c.key(path, cond.Key)
	if len(cond.Values) == 0 {
		c.fail(path, "condition-empty", "a condition has no values", "it never holds", "")
	}
	system := slices.ContainsFunc(systemKeys, func(k string) bool { return strings.EqualFold(k, cond.Key) })
	if system && strings.HasPrefix(o.base, "Numeric") {
		c.fail(path, "key-numeric", "an id is compared as a number", fmt.Sprintf("%s accepts no numeric operators in the policy of an endpoint",
			cond.Key), "use StringEquals")
	}
	for _, v := range cond.Values {
		c.value(path, o, cond.Key, v, system)
		c.valueType(path, o, cond, v)
		c.variables(path, v)
	}
	c.forAllValues(path, s, o, cond)
}

// valueType checks that a value has the type that its operator compares.
func (c *checker) valueType(path string, o operator, cond Condition, value string) {
	if kind, allowed := o.misfit(value); kind != "" {
		c.fail(path, "value", "a value never matches", fmt.Sprintf("%q is not a %s, which %s compares", value, kind, cond.Operator),
			"write "+allowed)
	}
	if role, session := RoleOf(value); session && strings.EqualFold(cond.Key, PrincipalArn) {
		c.fail(path, "principal-session", "a condition names a session",
			PrincipalArn+" is never the ARN of a session, but that of its role; got "+strconv.Quote(value),
			"name the role, "+role+", with its path; to match one session, compare aws:userid")
	}
}

// forAllValues warns about ForAllValues in a statement that allows, because it holds for requests without the key.
func (c *checker) forAllValues(path string, s Statement, o operator, cond Condition) {
	required := slices.ContainsFunc(s.Conditions, func(other Condition) bool {
		x, ok := operatorOf(other.Operator)
		there := x.base == "Null" && slices.Equal(other.Values,
			[]string{"false"}) || !x.exists && !x.negated && x.set != "ForAllValues" && x.base != "Null"
		return ok && strings.EqualFold(other.Key, cond.Key) && there
	})
	if o.set == "ForAllValues" && s.Effect == Allow && !required {
		c.warn(path, "for-all-absent", "a condition holds for requests without the key", "ForAllValues holds where "+cond.Key+" is absent",
			fmt.Sprintf(`add the condition {"Null": {%q: "false"}}`, cond.Key))
	}
}

// variables warns about variables in a policy of an older version, which has none.
func (c *checker) variables(path, text string) {
	if found := variable.FindString(text); found != "" && c.policy.Version != Version {
		c.warn(path, "variable-version", "a variable is read as text", fmt.Sprintf("%s is a variable only in policies of version %q",
			found, Version),
			fmt.Sprintf(`write "Version": %q`, Version))
	}
}

// key checks that AWS or the service has a condition key.
func (c *checker) key(path, key string) {
	prefix, _, ok := strings.Cut(key, ":")
	switch {
	case !ok:
		c.fail(path, "key", "a condition key has no service", fmt.Sprintf("got %q; write it as in %q", key, PrincipalArn), "")
	case strings.EqualFold(prefix, "aws"):
		if !isGlobal(key) {
			c.fail(path, "key-unknown", "there is no such global key", fmt.Sprintf("got %q", key), nearestKey(key))
		}
		if strings.EqualFold(key, "aws:SourceIp") {
			c.fail(path, "source-ip", "an endpoint does not know the caller's source address",
				"requests through an endpoint have no aws:SourceIp", "use aws:VpcSourceIp")
		}
	case c.endpoint.Prefix() != "" && !strings.EqualFold(prefix, c.endpoint.Prefix()) && !slices.Contains([]string{"saml",
		"cognito-identity.amazonaws.com", "iam", "sts", "ec2", "lambda", "kms"}, strings.ToLower(prefix)):
		c.warn(path, "key-elsewhere", "a condition key belongs to another service",
			fmt.Sprintf("requests through an endpoint of %s never have %s", c.endpoint.Service, key), "")
	}
}

// tagKeys are the prefixes of keys whose endings users choose.
var tagKeys = []string{"aws:PrincipalTag/", "aws:RequestTag/", "aws:ResourceTag/"}

func isGlobal(key string) bool {
	return slices.ContainsFunc(globalKeys, func(k string) bool { return strings.EqualFold(k, key) }) ||
		slices.ContainsFunc(tagKeys, func(p string) bool { return len(key) > len(p) && strings.EqualFold(key[:len(p)], p) })
}

// HasKey reports whether requests may have a key, as far as that is known; all global keys are known. If not, why says so or names the
// nearest key.
func HasKey(key string) (ok bool, why string) {
	prefix, _, hasColon := strings.Cut(key, ":")
	switch {
	case !hasColon:
		return false, fmt.Sprintf(": a key begins with a service, as in %q", PrincipalOrgID)
	case strings.EqualFold(prefix, "aws") && !isGlobal(key):
		if near := nearestKey(key); near != "" {
			why = "; " + near
		}
		return false, why
	}
	return true, ""
}

func nearestKey(key string) string {
	if found := catalog.Nearest(key, globalKeys); found != "" {
		return "the nearest one is " + found
	}
	return ""
}

// minimumRun is the minimum number of letters before or after each wildcard.
const minimumRun = 6

// value checks one value of a condition.
func (c *checker) value(path string, o operator, key, value string, system bool) {
	wild := hasWildcard(value)
	isPath := slices.ContainsFunc(pathKeys, func(k string) bool { return strings.EqualFold(k, key) })
	switch {
	case system && wild && !isPath:
		c.fail(path, "key-wildcard", "an id has a wildcard",
			fmt.Sprintf("AWS assigns %s, which accepts no wildcards in the policy of an endpoint; got %q", key, value), "name the ids")
	case wild && strings.HasPrefix(o.base, "StringLike") && shortRun(value) && value != "*":
		c.fail(path, "wildcard-short", "a wildcard has too few letters beside it",
			fmt.Sprintf("got %q; string operators need at least %d letters in a row before or after each wildcard", value,
				minimumRun), "write more of the name")
	case wild && strings.HasPrefix(o.base, "StringEquals"):
		c.warn(path, "wildcard-literal", "a wildcard is read as a letter", fmt.Sprintf("%q with %s matches only a literal star", value,
			o.base), "use StringLike or ArnLike")
	}
	if strings.HasPrefix(o.base, "Arn") {
		if problem := arnProblem(value); problem != "" && value != "*" {
			c.fail(path, "arn", "an ARN in a condition is not usable", problem, "")
		}
	}
}

// shortRun reports whether some wildcard of a value has fewer than six letters on both sides.
func shortRun(value string) bool {
	value = open(strings.ReplaceAll(value, "*", "\x00"))
	value = strings.NewReplacer("*", "xxxxxx", "\x00", "*").Replace(value) // Values that are known only at deployment count as long.
	for i := range len(value) {
		if value[i] != '*' && value[i] != '?' {
			continue
		}
		before := i >= minimumRun && !strings.ContainsAny(value[i-minimumRun:i], "*?")
		after := i+1+minimumRun <= len(value) && !strings.ContainsAny(value[i+1:i+1+minimumRun], "*?")
		if !before && !after {
			return true
		}
	}
	return false
}
