package response_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/internal/cdktest/mistakes"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/proof"
	model "github.com/tierwall/tierwall/internal/response"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/loadbalancer"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/tiers/watch/response"
	"github.com/tierwall/tierwall/waf"
)

func TestMain(m *testing.M) { tierstest.Main(m) }

// shop declares a network with a load balancer and flows to and from the internet.
func shop(stack awscdk.Stack) (*tiers.Network, *tiers.EdgeTier, *tiers.WebTier, *tiers.AppTier) {
	n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"}})
	lb, web, app := tiers.NewEdgeTier(n, "LoadBalancer", nil), tiers.NewWebTier(n, "Web", nil), tiers.NewAppTier(n, "App", nil)
	lb.AllowFrom(tiers.Internet, tiers.HTTPS)
	lb.AllowTo(web, tiers.HTTPS)
	web.AllowTo(app, tiers.TCP(8080))
	app.AllowTo(tiers.CIDR("198.18.7.0/24"), tiers.HTTPS)
	return n, lb, web, app
}

// full makes a response with everything, a firewall and a web ACL that use it.
func full(stack awscdk.Stack, change ...func(*response.Props)) *response.Response {
	n, lb, web, app := shop(stack)
	app.AllowTo(tiers.Domain("api.example.com"), tiers.HTTPS)
	props := fullProps(stack)
	for _, c := range change {
		c(props)
	}
	r := response.New(n, props)
	threats := []*firewall.RuleGroup{r.RuleGroup(), r.DomainRuleGroup()}
	r.FlushIn(firewall.Inspect(n, &firewall.Props{Paths: firewall.Egress | firewall.Ingress, Threats: threats}))
	public := loadbalancer.NewApplication(lb, "Public", &loadbalancer.ApplicationProps{
		Certificates: []string{"arn:aws:acm:eu-west-1:123456789012:certificate/a1b2c3"}, To: loadbalancer.Target{Tier: web},
	})
	acl := waf.Protect(lb, "Protection", &waf.Props{
		Resource: waf.LoadBalancer(public.LoadBalancer()), Serves: waf.Serves{Hosts: []string{"shop.example.com"}},
	})
	acl.Add(waf.MatchRule{Name: "BlockedAtRunTime", Priority: 1, Statement: waf.IPSetMatch{Set: r.IPSet()}, Action: waf.Block})
	return r
}

// fullProps returns props with everything that a response can have.
func fullProps(stack awscdk.Stack) *response.Props {
	return &response.Props{
		Enforce: true, Isolate: true, Topic: awssns.NewTopic(stack, new("Topic"), nil), Allow: []string{"1.1.1.0/24", ".Mine.example.com"},
		OwnAddresses: []string{"5.5.5.5"},
		Alarms:       []response.Alarm{{Name: "logins", Dimension: "ClientIP", For: time.Hour}},
		WebACLRules: []response.WebACLRule{
			{Log: awslogs.NewLogGroup(stack, new("WebLog"), nil), WebACL: "shop", Rule: "honeypot", For: time.Hour},
		},
		Feeds: []response.Feed{{Name: "drop", URL: "https://www.spamhaus.org/drop/drop_v4.json", Form: response.SpamhausDROP},
			{Name: "hosts", URL: "https://urlhaus.abuse.ch/downloads/hostfile/", Form: response.HostsFile}},
	}
}

// requireAssumptions: a proof says what it takes of the sets that are filled at run time.
func requireAssumptions(t *testing.T, dir string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, proof.FileName))
	require.NoError(t, err)
	declared, err := proof.Decode(data)
	require.NoError(t, err)
	assembly, err := cfn.Load([]string{dir}, nil)
	require.NoError(t, err)
	report, err := proof.Prove(assembly, declared)
	require.NoError(t, err)
	assert.Empty(t, report.Diagnostics())
	text := strings.Join(report.Assumptions, "\n")
	assert.Contains(t, text, "lists of blocked addresses that are filled at run time hold no address that a declared flow needs")
	assert.Contains(t, text, "lists of blocked names that are filled at run time hold no name that a declared flow needs")
	assert.Contains(t, text, "IP sets that web ACLs block and the templates leave empty hold no client that a declared flow needs")
	assert.NotContains(t, text, "threat feeds")
}

type resource struct {
	Type           string
	Properties     map[string]any
	DependsOn      []string `json:",omitempty"`
	DeletionPolicy string   `json:",omitempty"`
}

func resources(t *testing.T, template []byte) map[string]resource {
	t.Helper()
	var parsed struct{ Resources map[string]resource }
	require.NoError(t, json.Unmarshal(template, &parsed))
	for id := range parsed.Resources {
		if !strings.HasPrefix(id, "NetworkResponse") {
			delete(parsed.Resources, id)
		}
	}
	return parsed.Resources
}

var hash = regexp.MustCompile(`[0-9a-f]{64}`)

// golden compares the resources of the response with a file. The hash of the function is not in it.
func golden(t *testing.T, template []byte) {
	t.Helper()
	got, err := json.MarshalIndent(resources(t, template), "", "  ")
	require.NoError(t, err)
	got = hash.ReplaceAll(got, []byte("HASH"))
	file := filepath.Join("testdata", strings.ReplaceAll(t.Name(), "/", "_")+".json")
	if flag.Lookup("update").Value.String() == "true" {
		require.NoError(t, os.MkdirAll("testdata", 0o750))
		require.NoError(t, os.WriteFile(file, append(got, '\n'), 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.JSONEq(t, string(want), string(got))
}

// TestResponse: the resources of a response with everything and of one with nothing, and proofs of their networks.
func TestResponse(t *testing.T) {
	t.Run("default", func(t *testing.T) {
		stack := tierstest.Stack(t)
		n, _, _, _ := shop(stack)
		response.New(n, nil)
		golden(t, tierstest.Template(t, stack))
		tierstest.RequireExact(t, stack)
	})
	t.Run("everything", func(t *testing.T) {
		stack := tierstest.Stack(t)
		r := full(stack)
		template := tierstest.Template(t, stack)
		golden(t, template)
		tierstest.RequireExact(t, stack)
		requireConfig(t, template)
		requireAssumptions(t, *awscdk.Stage_Of(stack).Outdir())
		assert.NotNil(t, r.Table())
		assert.NotNil(t, r.DeadLetters())
		assert.NotNil(t, r.LogGroup())
	})
}

// config returns the configuration in the function's environment, as the function reads it.
func config(t *testing.T, template []byte) model.Config {
	t.Helper()
	for _, r := range resources(t, template) {
		if r.Type != "AWS::Lambda::Function" {
			continue
		}
		variables, ok := r.Properties["Environment"].(map[string]any)["Variables"].(map[string]any)
		require.True(t, ok)
		c, err := model.ReadConfig([]byte(text(variables["RESPONSE"])))
		require.NoError(t, err)
		return c
	}
	t.Fatal("no function")
	return model.Config{}
}

// text returns a value of a template as text, with XX for what only a deployment knows.
func text(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	m, _ := v.(map[string]any)
	join, ok := m["Fn::Join"].([]any)
	if !ok {
		return "XX"
	}
	var b strings.Builder
	for _, part := range join[1].([]any) {
		b.WriteString(text(part))
	}
	return b.String()
}

// requireConfig: the function reads what the construct writes. The network and what its flows name are never blocked.
func requireConfig(t *testing.T, template []byte) {
	t.Helper()
	c := config(t, template)
	assert.True(t, c.Enforce && c.Isolate)
	assert.Len(t, c.Rules, 6)
	assert.Equal(t, 100, c.PerHour)
	assert.Equal(t, "[10.0.0.0/16 198.18.7.0/24]", fmt.Sprint(c.Networks))
	assert.Equal(t, "[1.1.1.0/24]", fmt.Sprint(c.Allowed))
	assert.Equal(t, []string{"CLOUDFRONT", "ROUTE53_HEALTHCHECKS"}, c.AWSServices)
	assert.Equal(t, []string{"api.example.com", "shop.example.com"}, c.Names)
	assert.Equal(t, []string{".mine.example.com"}, c.AllowedNames)
	require.Len(t, c.Feeds, 2)
	assert.Equal(t, 720, c.Feeds[0].Minutes)
}

// TestConfigOfNothing: props can switch off what is on by default.
func TestConfigOfNothing(t *testing.T) {
	stack := tierstest.Stack(t)
	n, _, _, _ := shop(stack)
	response.New(n, &response.Props{AWSServices: []string{}, Findings: []response.Finding{}})
	c := config(t, tierstest.Template(t, stack))
	assert.False(t, c.Enforce || c.Isolate)
	assert.Empty(t, c.Rules)
	assert.Empty(t, c.AWSServices)
}

// TestLeastPrivilege: the function may change network interfaces only if it may isolate, and nothing is open to all resources but
// descriptions.
func TestLeastPrivilege(t *testing.T) {
	for isolate, want := range map[bool]int{true: 1, false: 0} {
		stack := tierstest.Stack(t)
		n, _, _, _ := shop(stack)
		response.New(n, &response.Props{Isolate: isolate})
		template := tierstest.Template(t, stack)
		assert.Equal(t, want, strings.Count(string(template), "ec2:ModifyNetworkInterfaceAttribute"))
		for _, r := range resources(t, template) {
			if r.Type != "AWS::IAM::Policy" {
				continue
			}
			for _, s := range r.Properties["PolicyDocument"].(map[string]any)["Statement"].([]any) {
				statement := s.(map[string]any)
				if statement["Resource"] == "*" {
					assert.Regexp(t, `^ec2:Describe`, statement["Action"])
				}
				assert.NotContains(t, fmt.Sprint(statement["Action"]), "*")
			}
		}
	}
}

// TestSetsHaveNoTags: a change of a tag would make CloudFormation write the empty set of the template.
func TestSetsHaveNoTags(t *testing.T) {
	stack := tierstest.Stack(t)
	n, _, _, _ := shop(stack)
	response.New(n, nil)
	awscdk.Tags_Of(stack).Add(new("team"), new("shop"), nil)
	found := 0
	for _, r := range resources(t, tierstest.Template(t, stack)) {
		switch r.Type {
		case "AWS::WAFv2::IPSet":
			found++
			assert.NotContains(t, r.Properties, "Tags")
			assert.NotContains(t, r.Properties, "Description")
		case "AWS::EC2::PrefixList":
			assert.NotContains(t, r.Properties, "Entries")
		}
	}
	assert.Equal(t, 2, found)
}

func TestMistakes(t *testing.T) {
	var all mistakes.Cases
	for want, change := range map[string]func(*response.Props){
		"lasts 0 minutes":                      func(p *response.Props) { p.Findings = []response.Finding{{Type: "*"}} },
		"lasts -1 minutes":                     func(p *response.Props) { p.Findings = []response.Finding{{Type: "*", For: time.Second}} },
		"but isolation is off":                 func(p *response.Props) { p.Isolate, p.Findings = false, response.DefaultFindings() },
		"a block in Allow is not valid":        func(p *response.Props) { p.Allow = []string{"1.1.1.1"} },
		"an entry of Allow is not valid":       func(p *response.Props) { p.Allow = []string{"*.example.com"} },
		"the name of an AWS service":           func(p *response.Props) { p.AWSServices = []string{"cloudfront"} },
		"has no log group":                     func(p *response.Props) { p.WebACLRules[0].Log = nil },
		"the name of a web ACL or of its rule": func(p *response.Props) { p.WebACLRules[0].Rule = `x" ?"` },
		"is not a plain https address":         func(p *response.Props) { p.Feeds[0].URL = "http://x/" },
		`has the form ""`:                      func(p *response.Props) { p.Feeds[0].Form = "" },
		"the limit for new blocks is -1":       func(p *response.Props) { p.PerHour = -1 },
		"the configuration of the response is": func(p *response.Props) {
			for i := range 400 {
				p.Allow = append(p.Allow, fmt.Sprintf("1.%d.%d.0/24", i/256, i%256))
			}
		},
	} {
		all.Add(want, func(s awscdk.Stack) {
			n, _, _, _ := shop(s)
			props := fullProps(s)
			change(props)
			response.New(n, props)
		}, want)
	}
	all.Add("stays empty", func(s awscdk.Stack) { full(s, func(p *response.Props) { p.Feeds = p.Feeds[:1] }) }, "stays empty")
	all.Add("two", func(s awscdk.Stack) {
		n, _, _, _ := shop(s)
		response.New(n, nil)
		response.New(n, nil)
	}, "the id Response is taken")
	all.Add("names", func(s awscdk.Stack) {
		n, _, _, _ := shop(s)
		response.New(n, &response.Props{Feeds: []response.Feed{{Name: "x", URL: "https://x.example/", Form: response.DomainList}}})
	}, "a feed of domain names blocks nothing")
	all.Require(t, "response_test.go:")
	assert.Panics(t, func() { response.New(nil, nil) })
}

// TestArchive: the archive has an executable for arm64 that needs no library, with the bit that lets Lambda run it, and its pinned hash.
func TestArchive(t *testing.T) {
	archive, err := os.ReadFile("bootstrap.zip")
	require.NoError(t, err)
	pinned, err := os.ReadFile("bootstrap.sha256")
	require.NoError(t, err)
	sum := sha256.Sum256(archive)
	assert.Equal(t, strings.TrimSpace(string(pinned)), hex.EncodeToString(sum[:]))
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	require.NoError(t, err)
	require.Len(t, z.File, 1)
	assert.Equal(t, "bootstrap", z.File[0].Name)
	assert.Equal(t, os.FileMode(0o755), z.File[0].Mode())
	f, err := z.File[0].Open()
	require.NoError(t, err)
	executable, err := io.ReadAll(f)
	require.NoError(t, err)
	e, err := elf.NewFile(bytes.NewReader(executable))
	require.NoError(t, err)
	assert.Equal(t, elf.EM_AARCH64, e.Machine)
	libraries, err := e.ImportedLibraries()
	require.NoError(t, err)
	assert.Empty(t, libraries)
}
