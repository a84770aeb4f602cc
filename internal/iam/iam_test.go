package iam_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/rapidtest"
)

// parse reads a valid policy.
func parse(t require.TestingT, text string) iam.Policy {
	p, diags := read(t, text)
	require.Empty(t, diags, text)
	return p
}

func read(t require.TestingT, text string) (iam.Policy, diag.List) {
	var document any
	require.NoError(t, json.Unmarshal([]byte(text), &document), text)
	return iam.Read(document)
}

func format(t require.TestingT, p iam.Policy) string {
	data, err := json.Marshal(p.Document(iam.Text))
	require.NoError(t, err)
	return string(data)
}

const ours = `{"Version":"2012-10-17","Statement":[
 {"Effect":"Allow","Principal":"*","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::uploads/*",
  "Condition":{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/app"},
    "StringEquals":{"aws:ResourceAccount":"111122223333"}}},
 {"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"},
 {"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::uploads/locked/*"}]}`

func TestEvaluate(t *testing.T) {
	t.Parallel()
	const app, other = "arn:aws:iam::111122223333:role/app", "arn:aws:iam::111122223333:role/other"
	own := map[string][]string{"aws:ResourceAccount": {"111122223333"}}
	for _, row := range []struct {
		who, action, resource string
		keys                  map[string][]string
		want                  iam.Decision
	}{
		{app, "s3:GetObject", "arn:aws:s3:::uploads/a", own, iam.Allowed},
		{app, "S3:getobject", "arn:aws:s3:::uploads/a", own, iam.Allowed},
		{app, "s3:GetObject", "arn:aws:s3:::uploads/a", nil, iam.Unknown},
		{app, "s3:GetObject", "arn:aws:s3:::uploads/a", map[string][]string{"AWS:resourceaccount": {"999999999999"}}, iam.Unmatched},
		{app, "s3:DeleteObject", "arn:aws:s3:::uploads/a", own, iam.Unmatched},
		{app, "s3:GetObject", "arn:aws:s3:::uploads", own, iam.Unmatched},
		{app, "s3:GetObject", "arn:aws:s3:::others/a", own, iam.Unmatched},
		{other, "s3:GetObject", "arn:aws:s3:::uploads/a", own, iam.Unmatched},
		{"", "s3:GetObject", "arn:aws:s3:::uploads/a", own, iam.Unmatched},
		{"", "s3:GetObject", "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/layer", nil, iam.Allowed},
		{"", "s3:PutObject", "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/layer", nil, iam.Unmatched},
		{app, "s3:PutObject", "arn:aws:s3:::uploads/locked/a", own, iam.Denied},
		{app, "s3:GetObject", "${Shop/Bucket.Arn}/a", own, iam.Unmatched}, // Nobody named it, so it is not uploads.
		{app, "s3:GetObject", "${Shop/Bucket.Arn, named uploads}/a", own, iam.Unknown},
		{app, "s3:GetObject", "${Parameter}/a", own, iam.Unknown},
	} {
		got := parse(t, ours).Evaluate(iam.Request{Principal: row.who, Action: row.action, Resource: row.resource, Keys: row.keys})
		assert.Equal(t, row.want, got.Decision, "%s %s %s %v: %s", row.who, row.action, row.resource, row.keys, got.Decision)
	}
	got := parse(t, ours).Evaluate(iam.Request{Principal: app, Action: "s3:GetObject", Resource: "arn:aws:s3:::uploads/a"})
	assert.Equal(t, []string{"aws:ResourceAccount"}, got.Unknown)
	assert.Equal(t, []int{0}, got.Statements)
}

// TestReferences: unknown values with the same name are equal, and the ARNs of two resources differ.
func TestReferences(t *testing.T) {
	t.Parallel()
	p := parse(t, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*",`+
		`"Action":"s3:GetObject","Resource":"${Shop/Bucket.Arn}/uploads/*",
		"Condition":{"ArnEquals":{"aws:PrincipalArn":"${Shop/Role.Arn}"}}}}`)
	for _, row := range []struct {
		who, resource string
		want          iam.Decision
	}{
		{"${Shop/Role.Arn}", "${Shop/Bucket.Arn}/uploads/a", iam.Allowed},
		{"${Shop/Role.Arn}", "${Shop/Bucket.Arn}/private/a", iam.Unmatched},
		{"${Shop/Role.Arn}", "${Shop/Other.Arn}/uploads/a", iam.Unmatched},
		{"${Shop/Role.Arn}", "arn:aws:s3:::literal/uploads/a", iam.Unmatched},
		{"${Shop/Role.Arn}", "${Parameter}/uploads/a", iam.Unknown},
		{"${Shop/Role.Arn}", "${Parameter}/private/a", iam.Unknown},
		{"${Parameter}", "${Shop/Bucket.Arn}/uploads/a", iam.Unknown},
		{"${Shop/Other.Arn}", "${Shop/Bucket.Arn}/uploads/a", iam.Unmatched},
		{"arn:aws:iam::111122223333:role/x", "${Shop/Bucket.Arn}/uploads/a", iam.Unmatched},
		{"", "${Shop/Bucket.Arn}/uploads/a", iam.Unmatched},
	} {
		got := p.Evaluate(iam.Request{Principal: row.who, Action: "s3:GetObject", Resource: row.resource})
		assert.Equal(t, row.want, got.Decision, "%s %s: %s", row.who, row.resource, got.Decision)
	}
}

// TestFieldsOfARNs: unknown values do not reach beyond colons, so two ARNs may certainly differ. An explanation names only what the
// decision depends on, and nothing from statements about other actions.
func TestFieldsOfARNs(t *testing.T) {
	t.Parallel()
	p := parse(t, `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:${AWS::Partition}:s3:::layers-${AWS::Region}/*"},
		{"Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::answers-euwest1/*"}]}`)
	for _, row := range []struct {
		action, resource string
		want             iam.Decision
		open             []string
	}{
		{"s3:PutObject", "arn:${AWS::Partition}:s3:::layers-${AWS::Region}/a", iam.Unmatched, nil},
		{"s3:PutObject", "arn:${AWS::Partition}:s3:::answers-euwest1/a", iam.Unknown, []string{"arn:aws:s3:::answers-euwest1/*"}},
		{"s3:PutObject", "arn:${AWS::Partition}:s3:::${Name}/a", iam.Unknown, []string{"arn:aws:s3:::answers-euwest1/*"}},
		{"s3:GetObject", "arn:aws:s3:::layers-eu-west-1/a", iam.Unknown, []string{"arn:${AWS::Partition}:s3:::layers-${AWS::Region}/*"}},
		{"s3:GetObject", "arn:${AWS::Partition}:sqs:${AWS::Region}::layers", iam.Unmatched, nil},
	} {
		got := p.Evaluate(iam.Request{Action: row.action, Resource: row.resource})
		assert.Equal(t, row.want, got.Decision, "%s %s", row.action, row.resource)
		assert.Equal(t, row.open, got.Unknown, "%s %s", row.action, row.resource)
	}
}

func TestPrincipals(t *testing.T) {
	t.Parallel()
	const role = "arn:aws:iam::111122223333:role/app"
	for principal, want := range map[string]iam.Decision{
		`"*"`: iam.Allowed, `{"AWS":"*"}`: iam.Allowed, `{"AWS":"111122223333"}`: iam.Allowed,
		`{"AWS":"arn:aws:iam::111122223333:root"}`: iam.Allowed,
		`{"AWS":"` + role + `"}`:                   iam.Allowed, `{"AWS":["arn:aws:iam::111122223333:role/b","` + role + `"]}`: iam.Allowed,
		`{"AWS":"999999999999"}`: iam.Unmatched, `{"AWS":"arn:aws:iam::111122223333:role/b"}`: iam.Unmatched,
		`{"Service":"ec2.amazonaws.com"}`: iam.Unmatched,
		`{"AWS":"${AWS::AccountId}"}`:     iam.Unknown,
	} {
		p := parse(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":`+principal+`,"Action":"*","Resource":"*"}]}`)
		assert.Equal(t, want,
			p.Evaluate(iam.Request{Principal: role, Action: "sqs:SendMessage", Resource: "arn:aws:sqs:eu-west-1:111122223333:q"}).Decision,
			principal)
	}
}

func TestConditions(t *testing.T) {
	t.Parallel()
	keys := map[string][]string{"aws:SourceVpc": {"vpc-1"}, "aws:PrincipalIsAWSService": {"false"}, "aws:CalledVia": {"a", "b"},
		"aws:PrincipalOrgID": {}, "aws:VpcSourceIp": {"10.0.1.5"},
		"aws:PrincipalTag/Team": {"Web-Shop"}}
	for condition, want := range map[string]iam.Decision{
		`"StringEquals":{"aws:SourceVpc":"vpc-1"}`:                          iam.Allowed,
		`"StringEquals":{"aws:SourceVpc":["vpc-2","vpc-1"]}`:                iam.Allowed,
		`"StringEquals":{"aws:SourceVpc":"vpc-2"}`:                          iam.Unmatched,
		`"StringNotEquals":{"aws:SourceVpc":"vpc-2"}`:                       iam.Allowed,
		`"StringNotEquals":{"aws:SourceVpc":["vpc-2","vpc-1"]}`:             iam.Unmatched,
		`"StringLike":{"aws:PrincipalTag/Team":"Web-*"}`:                    iam.Allowed,
		`"StringLike":{"aws:PrincipalTag/Team":"web-*"}`:                    iam.Unmatched,
		`"StringEqualsIgnoreCase":{"aws:PrincipalTag/Team":"web-shop"}`:     iam.Allowed,
		`"StringNotLike":{"aws:PrincipalTag/Team":"Web-*"}`:                 iam.Unmatched,
		`"StringEquals":{"aws:PrincipalOrgID":"o-1"}`:                       iam.Unmatched,
		`"StringNotEquals":{"aws:PrincipalOrgID":"o-1"}`:                    iam.Allowed,
		`"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-1"}`:               iam.Allowed,
		`"Null":{"aws:PrincipalOrgID":"true"}`:                              iam.Allowed,
		`"Null":{"aws:SourceVpc":"true"}`:                                   iam.Unmatched,
		`"Bool":{"aws:PrincipalIsAWSService":"false"}`:                      iam.Allowed,
		`"Bool":{"aws:PrincipalIsAWSService":true}`:                         iam.Unmatched,
		`"ForAnyValue:StringEquals":{"aws:CalledVia":"b"}`:                  iam.Allowed,
		`"ForAllValues:StringEquals":{"aws:CalledVia":"b"}`:                 iam.Unmatched,
		`"ForAllValues:StringEquals":{"aws:CalledVia":["a","b","c"]}`:       iam.Allowed,
		`"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o"}`:            iam.Allowed,
		`"ForAnyValue:StringEquals":{"aws:PrincipalOrgID":"o"}`:             iam.Unmatched,
		`"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/16"}`:                     iam.Allowed,
		`"NotIpAddress":{"aws:VpcSourceIp":"10.0.0.0/16"}`:                  iam.Unmatched,
		`"IpAddress":{"aws:VpcSourceIp":"10.0.1.5"}`:                        iam.Allowed,
		`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/app"}`:          iam.Allowed,
		`"ArnLike":{"aws:PrincipalArn":"arn:aws:*:app"}`:                    iam.Unmatched,
		`"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::1:role/app"}`:     iam.Allowed,
		`"StringEquals":{"aws:PrincipalAccount":"111122223333"}`:            iam.Allowed,
		`"StringEquals":{"aws:RequestedRegion":"eu-west-1"}`:                iam.Unknown,
		`"NumericLessThan":{"aws:SourceVpc":"5"}`:                           iam.Unmatched,
		`"StringEquals":{"aws:SourceVpc":"${Shop/Vpc}"}`:                    iam.Unknown,
		`"Sometimes":{"aws:SourceVpc":"x"}`:                                 iam.Unknown,
		`"DateEquals":{"aws:SourceVpc":"vpc-1"}`:                            iam.Unmatched,
		`"StringEquals":{"aws:SourceVpc":"vpc-1","aws:PrincipalOrgID":"o"}`: iam.Unmatched,
	} {
		p := parse(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",`+
			`"Action":"*","Resource":"*","Condition":{`+condition+`}}]}`)
		got := p.Evaluate(iam.Request{Principal: "arn:aws:iam::111122223333:role/app", Action: "s3:ListBucket", Resource: "arn:aws:s3:::b",
			Keys: keys})
		assert.Equal(t, want, got.Decision, "%s: %s", condition, got.Decision)
	}
}

// draw makes policies and requests from few words, so that they match often.
var (
	actions   = []string{"s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:Get*", "s3:*", "sqs:SendMessage"}
	resources = []string{"arn:aws:s3:::a", "arn:aws:s3:::a/*", "arn:aws:s3:::a/b", "arn:aws:s3:::*", "*", "${Shop/B.Arn}/x", "${Shop/B.Arn}/*",
		"arn:aws:sqs:eu-west-1:111122223333:q"}
	roles = []string{"arn:aws:iam::111122223333:role/a", "arn:aws:iam::111122223333:role/b", "${Shop/R.Arn}"}
)

func some(t *rapid.T, from []string, name string) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(from), 1, 3, rapid.ID).Draw(t, name)
}

func drawPolicy(t *rapid.T, deny bool) iam.Policy {
	p := iam.Policy{Version: iam.Version}
	for range rapid.IntRange(1, 8).Draw(t, "statements") {
		s := iam.Statement{Effect: iam.Allow, Principal: iam.Everybody(), Actions: some(t, actions, "actions"),
			Resources: some(t, resources, "resources")}
		if deny && rapid.IntRange(0, 4).Draw(t, "deny") == 0 {
			s.Effect = iam.Deny
		}
		if rapid.Bool().Draw(t, "limited") {
			s.Conditions = append(s.Conditions, iam.Condition{Operator: "ArnEquals", Key: iam.PrincipalArn, Values: some(t, roles, "roles")})
		}
		if rapid.IntRange(0, 2).Draw(t, "owned") == 0 {
			s.Conditions = append(s.Conditions, iam.Condition{Operator: "StringEquals", Key: iam.ResourceAccount, Values: []string{"111122223333"}})
		}
		p.Statements = append(p.Statements, s)
	}
	return p
}

// requests returns all requests that the words can form.
func requests() []iam.Request {
	var out []iam.Request
	for _, action := range []string{"s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:DeleteObject", "sqs:SendMessage"} {
		for _, resource := range []string{"arn:aws:s3:::a", "arn:aws:s3:::a/b", "arn:aws:s3:::a/c", "arn:aws:s3:::z", "${Shop/B.Arn}/x",
			"${Shop/B.Arn}/y", "${Shop/C.Arn}/y", "arn:aws:sqs:eu-west-1:111122223333:q"} {
			for _, who := range append([]string{""}, roles...) {
				for _, keys := range []map[string][]string{nil, {iam.ResourceAccount: {"111122223333"}}, {iam.ResourceAccount: {"9"}},
					{iam.ResourceAccount: {}}} {
					out = append(out, iam.Request{Principal: who, Action: action, Resource: resource, Keys: keys})
				}
			}
		}
	}
	return out
}

var allRequests = flag.Bool("requests", false, "TestMinimise evaluates all requests; without, every seventh")

// TestMinimise: the minimised policy decides the same, and the order of the statements does not matter.
func TestMinimise(t *testing.T) {
	t.Parallel()
	all := requests()
	if !*allRequests {
		for i := range len(all) / 7 {
			all[i] = all[7*i]
		}
		all = all[:len(all)/7]
	}
	rapid.Check(t, func(t *rapid.T) {
		p := drawPolicy(t, true)
		small := p.Minimise()
		before, _ := p.Size()
		after, _ := small.Size()
		if after > before {
			t.Fatalf("%s\ngrew to\n%s", format(t, p), format(t, small))
		}
		for _, r := range all {
			if a, b := p.Evaluate(r).Decision, small.Evaluate(r).Decision; a != b {
				t.Fatalf("%s\nbecame\n%s\n%v: %s, then %s", format(t, p), format(t, small), r, a, b)
			}
		}
		if again := small.Minimise(); format(t, again) != format(t, small) {
			t.Fatalf("%s\nbecame\n%s\nand then\n%s", format(t, p), format(t, small), format(t, again))
		}
		turned := iam.Policy{Version: p.Version, Statements: slices.Clone(p.Statements)}
		slices.Reverse(turned.Statements)
		if allowsOnly(p) && format(t, turned.Minimise()) != format(t, small) {
			t.Fatalf("the order of statements counts:\n%s\n%s", format(t, turned.Minimise()), format(t, small))
		}
	})
}

// TestMinimiseAgain: if merged lists cover a part of themselves, two statements become equal and are merged.
func TestMinimiseAgain(t *testing.T) {
	t.Parallel()
	p := parse(t, `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::a"},
		{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"arn:aws:s3:::a"},
		{"Effect":"Allow","Principal":"*","Action":["s3:PutObject","sqs:SendMessage"],"Resource":"arn:aws:s3:::b"},
		{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b"}]}`)
	assert.Equal(t, `{"Statement":[{"Action":["s3:*","sqs:SendMessage"],"Effect":"Allow","Principal":"*","Resource":["arn:aws:s3:::a",`+
		`"arn:aws:s3:::b"]}],`+
		`"Version":"2012-10-17"}`, format(t, p.Minimise()))
}

func allowsOnly(p iam.Policy) bool {
	return !slices.ContainsFunc(p.Statements, func(s iam.Statement) bool { return s.Effect == iam.Deny })
}

// TestBeyond: if nothing is beyond another policy, the other policy allows everything that the policy allows.
func TestBeyond(t *testing.T) {
	t.Parallel()
	all := slices.DeleteFunc(requests(), func(r iam.Request) bool { // What nobody can ask for.
		bucket, queue := r.Resource == "arn:aws:s3:::a" || r.Resource == "arn:aws:s3:::z", strings.HasPrefix(r.Resource, "arn:aws:sqs")
		return (r.Action == "s3:ListBucket") != bucket || (r.Action == "sqs:SendMessage") != queue
	})
	none := 0
	rapid.Check(t, func(t *rapid.T) {
		p, q := drawPolicy(t, false), drawPolicy(t, true)
		if rapid.Bool().Draw(t, "more") {
			q.Statements = append(q.Statements, p.Statements...)
		}
		beyond := p.Beyond(q)
		if len(beyond) == 0 {
			none++
		}
		for _, r := range all {
			if len(beyond) == 0 && p.Evaluate(r).Decision == iam.Allowed && q.Evaluate(r).Decision != iam.Allowed {
				t.Fatalf("%s\nand\n%s\n%v", format(t, p), format(t, q), r)
			}
		}
		if allowsOnly(q) && len(p.Beyond(p)) > 0 {
			t.Fatalf("a policy is beyond itself: %s", format(t, p))
		}
	})
	assert.GreaterOrEqual(t, none, rapidtest.Checks()/20)
}

// TestEvaluatesAsDefined compares the evaluator with a literal implementation of the definition, for known requests.
func TestEvaluatesAsDefined(t *testing.T) {
	t.Parallel()
	known := slices.DeleteFunc(requests(), func(r iam.Request) bool { return r.Keys == nil || strings.Contains(r.Resource+r.Principal, "${") })
	rapid.Check(t, func(t *rapid.T) {
		p := drawPolicy(t, true)
		for i, s := range p.Statements {
			p.Statements[i].Resources = slices.DeleteFunc(s.Resources, func(r string) bool { return strings.Contains(r, "${") })
		}
		for _, r := range known {
			var allow, deny bool
			for _, s := range p.Statements {
				if !defined(s, r) {
					continue
				}
				allow, deny = allow || s.Effect == iam.Allow, deny || s.Effect == iam.Deny
			}
			want := iam.Unmatched
			if deny {
				want = iam.Denied
			} else if allow {
				want = iam.Allowed
			}
			if got := p.Evaluate(r); got.Decision != want && !(got.Decision == iam.Unknown && unknownRole(p)) {
				t.Fatalf("%s\n%v: got %s, want %s", format(t, p), r, got.Decision, want)
			}
		}
	})
}

// unknownRole reports whether a policy names a role that is known only at deployment, which may be any role.
func unknownRole(p iam.Policy) bool {
	return slices.ContainsFunc(p.Statements, func(s iam.Statement) bool {
		return slices.ContainsFunc(s.Conditions, func(c iam.Condition) bool { return slices.Contains(c.Values, "${Shop/R.Arn}") })
	})
}

func defined(s iam.Statement, r iam.Request) bool {
	glob := func(patterns []string, text string) bool {
		return slices.ContainsFunc(patterns, func(p string) bool {
			prefix, star := strings.CutSuffix(p, "*")
			return p == text || star && strings.HasPrefix(text, prefix)
		})
	}
	for _, c := range s.Conditions {
		value := r.Principal
		if c.Key == iam.ResourceAccount {
			value = strings.Join(r.Keys[c.Key], "")
		}
		if value == "" || !slices.Contains(c.Values, value) {
			return false
		}
	}
	return glob(s.Actions, r.Action) && glob(s.Resources, r.Resource)
}

func TestSize(t *testing.T) {
	t.Parallel()
	p := parse(t, ours)
	size, exact := p.Size()
	assert.True(t, exact)
	assert.Equal(t, len(format(t, p)), size)
	p.Statements[0].Resources = []string{"${Shop/Bucket.Arn}/*"}
	other, exact := p.Size()
	assert.False(t, exact)
	assert.Equal(t, size-len("arn:aws:s3:::uploads")+128, other)
}

// A test prints what it gets where that is easier to read.
func lines(diags diag.List) string {
	var b strings.Builder
	for _, d := range diags {
		fmt.Fprintf(&b, "%s %s: %s\n", d.Rule, d.Path, d.Summary)
	}
	return b.String()
}

func unmarshal(text string, into any) error { return json.Unmarshal([]byte(text), into) }
