package iam

import (
	"maps"
	"slices"
	"strings"
)

// values returns the values of a key of the request, and whether they are known. A key that is present with an unknown value has the
// value "${key}".
func (e *evaluation) values(key string) (values []string, known bool) {
	for _, name := range slices.Sorted(maps.Keys(e.request.Keys)) {
		if strings.EqualFold(name, key) {
			return e.stated(key, e.request.Keys[name]), true
		}
	}
	lower := strings.ToLower(key)
	for _, follows := range []func(string) ([]string, bool){e.endpointKey, e.callerKey, e.resourceKey} {
		if values, known := follows(lower); known {
			return values, known
		}
	}
	return nil, false
}

// stated returns the values that the request states for a key. In aws:PrincipalArn it replaces a session by its role.
func (e *evaluation) stated(key string, values []string) []string {
	if !strings.EqualFold(key, PrincipalArn) {
		return values
	}
	var out []string
	for _, v := range values {
		c := callerOf(v)
		if c.assumed != "" {
			e.assumed[c.assumed] = true
		}
		out = append(out, c.principal)
	}
	return out
}

// The keys below are in lower case. When requests have them is in the IAM User Guide, "AWS global condition context keys".

// alwaysThere lists the keys that every request through an endpoint has.
var alwaysThere = []string{
	"aws:currenttime", "aws:epochtime", "aws:securetransport", "aws:requestedregion", "aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip",
}

// serviceKeys lists the keys of requests that an AWS service makes. Such requests do not come through the network's endpoints.
var serviceKeys = []string{
	"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths", "aws:principalservicename", "aws:principalservicenameslist",
	"aws:calledvia", "aws:calledviafirst", "aws:calledvialast",
}

// endpointKey derives keys from the endpoint that the request passes.
func (e *evaluation) endpointKey(key string) ([]string, bool) {
	switch {
	case key == "aws:sourceip", slices.Contains(serviceKeys, key):
		return nil, true
	case key == "aws:viaawsservice":
		return []string{"false"}, true
	case key == "aws:requestedregion" && e.request.Through.Region != "":
		return []string{e.request.Through.Region}, true
	case slices.Contains(alwaysThere, key):
		return present(key), true
	}
	return nil, false
}

// credentialKeys lists keys that requests without credentials lack. They also lack those that begin with aws:Principal.
var credentialKeys = []string{
	"aws:username", "aws:multifactorauthage", "aws:multifactorauthpresent", "aws:tokenissuetime", "aws:federatedprovider",
	"aws:sourceidentity", "aws:assumedroot", "aws:signinsessionarn", "aws:chatbotsourcearn", "aws:ec2instancesourcevpc",
	"aws:ec2instancesourceprivateipv4",
}

// principalTypes are the values of aws:PrincipalType.
var principalTypes = map[callerKind]string{anonymous: "Anonymous", role: "AssumedRole", user: "User", federatedUser: "FederatedUser",
	root: "Account"}

// callerKey derives keys from the caller.
func (e *evaluation) callerKey(key string) ([]string, bool) {
	c := e.caller
	if key == "aws:principaltype" && c.kind != unknownCaller {
		return []string{principalTypes[c.kind]}, true
	}
	if c.kind == anonymous {
		if key == "aws:userid" {
			return []string{"anonymous"}, true
		}
		return nil, strings.HasPrefix(key, "aws:principal") || slices.Contains(credentialKeys, key)
	}
	switch key {
	case "aws:principalarn":
		if c.assumed != "" {
			e.assumed[c.assumed] = true
		}
		return []string{c.principal}, true
	case "aws:principalaccount":
		return []string{accountOf(c.arn)}, true
	case "aws:principalisawsservice":
		return []string{"false"}, true
	case "aws:username":
		return one(c.kind == user, c.name), c.kind != unknownCaller
	case "aws:userid":
		return e.userID(), true
	case "aws:tokenissuetime":
		return present(key), c.kind == role || c.kind == federatedUser
	}
	return nil, false
}

// userID returns the value of aws:userid.
func (e *evaluation) userID() []string {
	account := accountOf(e.caller.arn)
	switch e.caller.kind {
	case root:
		return []string{account}
	case federatedUser:
		return []string{account + ":" + e.caller.name}
	}
	return present("aws:userid")
}

// withoutResourceAccount lists actions whose requests may lack aws:ResourceAccount.
var withoutResourceAccount = []string{
	"ebs:*", "ec2:*peering*", "ec2:*vpcendpointconnections", "ec2:copyimage", "ec2:copysnapshot", "ec2:createvolume", "events:putevents",
	"guardduty:accept*", "route53:*vpc*", "securityhub:accept*", "workspaces:*",
}

// resourceKey derives keys from the resource. Most ARNs name the account; those of buckets do not.
func (e *evaluation) resourceKey(key string) ([]string, bool) {
	if key != "aws:resourceaccount" || matchesAny(withoutResourceAccount, strings.ToLower(e.request.Action)) {
		return nil, false
	}
	fields := CutARN(e.request.Resource)
	if fields == nil || fields[4] == "" || fields[4] == "aws" || hasWildcard(fields[4]) {
		return nil, false
	}
	return []string{fields[4]}, true
}

func matchesAny(patterns []string, text string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matchesText(p, text) == yes })
}

// present returns the value of a key that is present with an unknown value.
func present(key string) []string { return []string{"${" + key + "}"} }

func one(is bool, value string) []string {
	if is {
		return []string{value}
	}
	return nil
}
