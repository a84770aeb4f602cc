package iam_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
)

// TestFits: a policy that follows AWS's documents has no diagnostics.
func TestFits(t *testing.T) {
	t.Parallel()
	s3 := iam.Endpoint{Service: "s3", Gateway: true, Partition: "aws", Region: "eu-west-1"}
	assert.Empty(t, parse(t, ours).Check(s3))
	for service, statement := range map[string]string{
		"ec2": `{"Effect":"Allow","Principal":"*","Action":["ec2:DescribeInstances","ec2:DescribeInstanceStatus"],"Resource":"*"}`,
		"secretsmanager": `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/app"},` +
			`"Action":"secretsmanager:GetSecretValue","Resource":"${Shop/Secret.Arn}"}`,
		"ecr.dkr": `{"Effect":"Allow","Principal":"*","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],` +
			`"Resource":"arn:aws:ecr:eu-west-1:111122223333:repository/app","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-abcdefghij"}}}`,
		"ssmmessages": `{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"ssmmessages:*","Resource":"*"}`,
		"s3": `{"Effect":"Allow","Principal":"*","Action":["s3:List*","s3:GetBucket*"],"Resource":["arn:aws:s3:::b",` +
			`"arn:aws:s3:::b/*"]}`,
		"kms": `{"Effect":"Allow","Principal":"*","Action":"kms:Decrypt",` +
			`"Resource":"arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/*",` +
			`"Condition":{"StringLike":{"aws:PrincipalTag/Team":"platform-*"}}}`,
		"sqs": `{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:*:*:orders",` +
			`"Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/app-*"}}}`,
	} {
		e := iam.Endpoint{Service: service, Partition: "aws", Region: "eu-west-1"}
		assert.Empty(t, lines(parse(t, `{"Version":"2012-10-17","Statement":[`+statement+`]}`).Check(e)), service)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	const role = `"Condition":{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/app"}}`
	get := func(more string) string {
		return `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"` + more + `}`
	}
	with := func(condition string) string { return get(`,"Condition":{` + condition + `}`) }
	for name, row := range map[string]struct {
		service, statements, rule, says string
		severity                        diag.Severity
	}{
		"no principal": {"s3", `{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`, "policy-principal",
			"no Principal", diag.Error},
		"principal of a gateway": {"s3",
			`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`,
			"policy-principal-gateway", "root user", diag.Error},
		"principal with a star": {"sqs",
			`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/*"},"Action":"sqs:SendMessage","Resource":"*"}`,
			"policy-principal", "wildcard", diag.Error},
		"principal that is a name": {"sqs", `{"Effect":"Allow","Principal":{"AWS":"app"},"Action":"sqs:SendMessage","Resource":"*"}`,
			"policy-principal", "neither an ARN", diag.Error},
		"everybody but": {"sqs", `{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"sqs:SendMessage","Resource":"*"}`,
			"policy-not-principal", "everybody except", diag.Finding},
		"deny only": {"s3", `{"Effect":"Deny","Principal":"*","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::b/*"}`,
			"policy-deny-only", "allows nothing", diag.Error},
		"everything": {"s3", `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`, "policy-full-access",
			"everybody everything", diag.Finding},
		"all of a service": {"s3", `{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}`, "policy-action-all",
			"all actions", diag.Warning},
		"unsupported": {"appstream.api", `{"Effect":"Allow","Principal":"*","Action":"appstream:DescribeFleets","Resource":"*"}`,
			"policy-unsupported", "accept no policy", diag.Error},
		"unknown support": {"airflow.api", `{"Effect":"Allow","Principal":"*","Action":"airflow:GetEnvironment","Resource":"*"}`,
			"policy-support-unknown", "it is unknown", diag.Warning},
		"wildcard in an account": {"s3", with(`"StringLike":{"aws:PrincipalAccount":"1111222233*"}`), "policy-key-wildcard",
			"accepts no wildcards", diag.Error},
		"wildcard in an org": {"s3", with(`"StringLike":{"aws:PrincipalOrgID":"o-abcdef?"}`), "policy-key-wildcard",
			"accepts no wildcards", diag.Error},
		"an id as a number": {"s3", with(`"NumericEquals":{"aws:ResourceAccount":"111122223333"}`), "policy-key-numeric", "numeric",
			diag.Error},
		"short wildcard": {"s3", with(`"StringLike":{"aws:PrincipalTag/Team":"web*"}`), "policy-wildcard-short", "at least 6",
			diag.Error},
		"short wildcards": {"s3", with(`"StringLike":{"aws:PrincipalTag/Team":"platform*a*b"}`), "policy-wildcard-short", "at least 6",
			diag.Error},
		"a star that is a letter": {"s3", with(`"StringEquals":{"aws:PrincipalTag/Team":"platform-*"}`), "policy-wildcard-literal",
			"a literal star", diag.Warning},
		"half an account": {"sqs",
			`{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:eu-west-1:1111*:q",` + role + `}`, "policy-arn",
			"never both", diag.Error},
		"half an account of a role": {"s3", with(`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::11112222333?:role/app"}`), "policy-arn",
			"never both", diag.Error},
		"no ARN": {"s3", `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"b/*",` + role + `}`,
			"policy-arn", "an ARN is", diag.Error},
		"an ARN of nothing": {"s3", `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::",` + role + `}`,
			"policy-arn", "no resource", diag.Error},
		"a service that is a star": {"s3", `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:*:::b/*",` + role +
			`}`, "policy-arn", "wildcard", diag.Error},
		"another partition": {"s3", `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws-cn:s3:::b/*",` + role +
			`}`, "policy-arn-partition", "aws-cn", diag.Error},
		"another Region": {"sqs",
			`{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:us-east-1:111122223333:q",` + role + `}`,
			"policy-arn-region", "us-east-1", diag.Error},
		"another service's ARN": {"s3",
			`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:sqs:eu-west-1:111122223333:q",` + role + `}`,
			"policy-resource-unfit", "s3:GetObject acts on", diag.Error},
		"a bucket for an object": {"s3", `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b",` + role + `}`,
			"policy-resource-unfit", "${ObjectName}", diag.Error},
		"one action does not fit": {"s3",
			`{"Effect":"Allow","Principal":"*","Action":["s3:GetObject","s3:ListBucket"],"Resource":"arn:aws:s3:::b/*",` + role + `}`,
			"policy-action-unfit", "ListBucket", diag.Error},
		"an ARN for what has none": {"ssm",
			`{"Effect":"Allow","Principal":"*","Action":"ssm:DescribeParameters","Resource":"arn:aws:ssm:eu-west-1:111122223333:parameter/a",` +
				role + `}`, "policy-resource-unfit", `Resource is "*"`, diag.Error},
		"no such action": {"s3", `{"Effect":"Allow","Principal":"*","Action":"s3:GetObjekt","Resource":"arn:aws:s3:::b/*",` + role +
			`}`, "policy-action-unknown", "s3:GetObject", diag.Error},
		"no such pattern": {"s3", `{"Effect":"Allow","Principal":"*","Action":"s3:Fetch*","Resource":"arn:aws:s3:::b/*",` + role + `}`,
			"policy-action-unknown", "s3:Fetch*", diag.Error},
		"no service": {"s3", `{"Effect":"Allow","Principal":"*","Action":"GetObject","Resource":"arn:aws:s3:::b/*",` + role + `}`,
			"policy-action", "s3:GetObject", diag.Error},
		"another service's action": {"sqs", `{"Effect":"Allow","Principal":"*","Action":"sns:Publish","Resource":"*",` + role + `}`,
			"policy-action-elsewhere", "goes through sns", diag.Error},
		"all but some actions": {"s3", `{"Effect":"Allow","Principal":"*","NotAction":"s3:DeleteObject","Resource":"arn:aws:s3:::b/*"}`,
			"policy-not-action", "all actions except", diag.Finding},
		"all but some resources": {"s3", `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","NotResource":"arn:aws:s3:::b/*"}`,
			"policy-not-resource", "all resources except", diag.Finding},
		"dead":  {"s3", get("") + `,` + get(`,`+role), "policy-dead", "Statement[0]", diag.Warning},
		"twice": {"s3", get("") + `,` + get(""), "policy-dead", "Statement[0]", diag.Warning},
		"dead behind a denial": {"s3", get(`,"Sid":"A"`) + `,{"Effect":"Deny","Principal":"*","Action":"s3:Get*","Resource":"*"}`,
			"policy-dead", "Statement[1]", diag.Warning},
		"Sids": {"s3", get(`,"Sid":"A"`) +
			`,{"Sid":"A","Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::b/*"}`, "policy-sid-twice",
			"Statement[0]", diag.Error},
		"a Sid with a hyphen": {"s3", get(`,"Sid":"a-b"`), "policy-sid", "letters and digits", diag.Error},
		"no such operator":    {"s3", with(`"StringEqual":{"aws:SourceVpc":"vpc-1"}`), "policy-operator", "StringEqual", diag.Error},
		"no such key": {"s3", with(`"StringEquals":{"aws:PrincipalOrgId2":"o-1"}`), "policy-key-unknown", "aws:PrincipalOrgID",
			diag.Error},
		"a key without service": {"s3", with(`"StringEquals":{"SourceVpc":"vpc-1"}`), "policy-key", "no service", diag.Error},
		"another service's key": {"s3", with(`"StringEquals":{"dynamodb:Select":"x"}`), "policy-key-elsewhere", "dynamodb:Select",
			diag.Warning},
		"the caller's address": {"s3", with(`"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}`), "policy-source-ip", "aws:VpcSourceIp", diag.Error},
		"no values":            {"s3", with(`"StringEquals":{"aws:SourceVpc":[]}`), "policy-condition-empty", "never holds", diag.Error},
		"a word for a number":  {"s3", with(`"NumericLessThan":{"s3:max-keys":"ten"}`), "policy-value", "is not a number", diag.Error},
		"a word for a date": {"s3", with(`"DateLessThan":{"aws:CurrentTime":"1 July 2026"}`), "policy-value", "is not a date",
			diag.Error},
		"a word for true":   {"s3", with(`"Bool":{"aws:SecureTransport":"yes"}`), "policy-value", "truth value", diag.Error},
		"a word for absent": {"s3", with(`"Null":{"aws:PrincipalOrgID":"absent"}`), "policy-value", `"true" or "false"`, diag.Error},
		"no block":          {"s3", with(`"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/33"}`), "policy-value", "is not a block", diag.Error},
		"no base64":         {"s3", with(`"BinaryEquals":{"s3:key":"?"}`), "policy-value", "base64", diag.Error},
		"a session": {"s3", with(`"ArnLike":{"aws:PrincipalArn":"arn:aws:sts::111122223333:assumed-role/app/*"}`),
			"policy-principal-session", "arn:aws:iam::111122223333:role/app", diag.Error},
		"a session as text": {"s3", with(`"StringEquals":{"aws:principalarn":"arn:aws:sts::111122223333:assumed-role/app/i-1"}`),
			"policy-principal-session", "aws:userid", diag.Error},
		"all of none": {"s3", with(`"ForAllValues:StringEquals":{"aws:TagKeys":"a"}`), "policy-for-all-absent",
			`{"Null": {"aws:TagKeys": "false"}}`, diag.Warning},
		"Null for all values": {"s3", with(`"ForAllValues:Null":{"aws:SourceVpc":"true"}`), "policy-operator", "ForAllValues:Null",
			diag.Error},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := parse(t, `{"Version":"2012-10-17","Statement":[`+row.statements+`]}`)
			diags := p.Check(iam.Endpoint{Service: row.service, Gateway: row.service == "s3", Partition: "aws", Region: "eu-west-1"})
			found := false
			for _, d := range diags {
				if d.Rule == row.rule && strings.Contains(d.Message(), row.says) {
					found = true
					assert.Equal(t, row.severity, d.Severity)
				}
			}
			assert.True(t, found, "got:\n%s", diags)
		})
	}
}

// TestForAllValuesWithKey: there is no warning about ForAllValues if the statement requires the key or denies.
func TestForAllValuesWithKey(t *testing.T) {
	t.Parallel()
	for _, rest := range []string{
		`"Effect":"Allow","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"a"},"Null":{"aws:tagkeys":"false"}}`,
		`"Effect":"Allow","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"a"},"ForAnyValue:StringEquals":{"aws:TagKeys":"a"}}`,
		`"Effect":"Deny","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"a"}}`,
	} {
		p := parse(t, `{"Version":"2012-10-17","Statement":[{`+rest+`,"Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}`)
		assert.NotContains(t, lines(p.Check(iam.Endpoint{Service: "s3"})), "policy-for-all-absent", rest)
	}
}

// TestVariablesOfOldPolicies: variables in old policies are text, which is surely a mistake.
func TestVariablesOfOldPolicies(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]bool{"2012-10-17": false, "2008-10-17": true} {
		p := parse(t, `{"Version":"`+version+`","Statement":[{"Effect":"Allow","Principal":"*",`+
			`"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username}/*",
			"Condition":{"StringEquals":{"aws:PrincipalTag/team":"${aws:username}"}}}]}`)
		assert.Equal(t, want, strings.Count(p.Check(iam.Endpoint{Service: "s3"}).String(), "a variable is read as text") == 2, version)
	}
}

func TestUnreadable(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		`[]`: "not an object", `{}`: "no Statement", `{"Statement":[]}`: "no statement",
		`{"Version":"2013-01-01","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`: "2013-01-01",
		`{"Statement":["x"]}`: "not an object",
		`{"Statement":{"Effect":"allow","Principal":"*","Action":"*","Resource":"*"}}`:                        "allowed are Allow and Deny",
		`{"Statement":{"Effect":"Allow","Principal":"me","Action":"*","Resource":"*"}}`:                       `got "me"`,
		`{"Statement":{"Effect":"Allow","Principal":{"Role":"*"},"Action":"*","Resource":"*"}}`:               "kind of principal",
		`{"Statement":{"Effect":"Allow","Principal":[],"Action":"*","Resource":"*"}}`:                         "neither a text nor an object",
		`{"Statement":{"Effect":"Allow","Principal":{},"Action":"*","Resource":"*"}}`:                         "names nobody",
		`{"Statement":{"Effect":"Allow","Principal":"*","Actions":"*","Resource":"*"}}`:                       "no such element",
		`{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","NotAction":"s3:x","Resource":"*"}}`:     "Action and NotAction",
		`{"Statement":{"Principal":"*","Action":"*","Resource":"*"}}`:                                         "no Effect",
		`{"Statement":{"Effect":"Allow","Principal":"*","Resource":"*"}}`:                                     "names no action",
		`{"Statement":{"Effect":"Allow","Principal":"*","Action":"*"}}`:                                       "names no resource",
		`{"Statement":{"Effect":"Allow","Principal":"*","Action":{},"Resource":"*"}}`:                         "a text or a list of texts",
		`{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":"x"}}`:        "conditions are not an object",
		`{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"Bool":1}}}`: "names no key",
		`{"Policy":1,"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`:             "allowed are Version",
	} {
		_, diags := read(t, text)
		assert.Contains(t, diags.String(), says, text)
	}
}

// TestTooLong: the limit is exactly AWS's.
func TestTooLong(t *testing.T) {
	t.Parallel()
	policy := func(length int) iam.Policy {
		p := iam.Policy{Version: iam.Version,
			Statements: []iam.Statement{{Effect: iam.Allow, Principal: iam.Everybody(), Actions: []string{"sqs:SendMessage"}}}}
		for i := 0; ; i++ {
			p.Statements[0].Resources = append(p.Statements[0].Resources, fmt.Sprintf("arn:aws:sqs:eu-west-1:111122223333:queue-%04d", i))
			if size, exact := p.Size(); size > length-60 {
				require.True(t, exact)
				last := &p.Statements[0].Resources[i]
				*last += strings.Repeat("x", length-size)
				return p
			}
		}
	}
	sqs := iam.Endpoint{Service: "sqs"}
	assert.Equal(t, "policy-size : the policy is close to its limit\n", lines(policy(iam.MaxSize).Check(sqs)))
	assert.Equal(t, "policy-size : the policy is too long\n", lines(policy(iam.MaxSize+1).Check(sqs)))
	assert.Empty(t, lines(policy(iam.MaxSize*8/10).Check(sqs)))
}

// FuzzRead: whatever is read can be checked, evaluated and minimised without a panic, and reading it again gives the same policy.
func FuzzRead(f *testing.F) {
	f.Add(ours)
	f.Add(`{"Statement":{"Effect":"Deny","NotPrincipal":{"Service":["a"]},"NotAction":"*","NotResource":["arn:aws:s3:::${x}/*"],` +
		`"Condition":{"ForAnyValue:StringLikeIfExists":{"a:b":[true,1]}}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		var document any
		if unmarshal(text, &document) != nil {
			return
		}
		p, diags := iam.Read(document)
		p.Check(iam.Endpoint{Service: "s3", Gateway: true, Partition: "aws", Region: "eu-west-1"})
		p.Evaluate(iam.Request{Principal: "arn:aws:iam::111122223333:role/app", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k"})
		p.Beyond(p)
		if len(diags) > 0 {
			return
		}
		again := parse(t, format(t, p))
		if format(t, again) != format(t, p) {
			t.Fatalf("%s\nreads as\n%s", format(t, p), format(t, again))
		}
		p.Minimise()
	})
}
