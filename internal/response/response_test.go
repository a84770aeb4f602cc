package response

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/netip"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var now = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func testConfig() Config {
	return Config{
		Account: "111122223333", Region: "eu-west-1", Enforce: true, Isolate: true, PerHour: 100,
		Rules: []Rule{
			{Type: "Backdoor:EC2/*", Severity: 7, Action: Isolate, Minutes: 1440}, {Type: "UnauthorizedAccess:EC2/SSHBruteForce",
				Action: Block, Minutes: 60},
			{Type: "Recon:EC2/PortProbe*", Severity: 2, Action: Block, Minutes: 1440},
			{Type: "*", Severity: 4, Action: Block, Minutes: 60},
		},
		Alarms:      []AlarmRule{{Name: "logins", Dimension: "ClientIP", Minutes: 30}},
		WebACLRules: []WebACLRule{{WebACL: "shop", Rule: "honeypot", Minutes: 15}},
		Networks:    []netip.Prefix{netip.MustParsePrefix("10.0.0.0/16"), netip.MustParsePrefix("8.8.4.0/24")},
		Allowed:     []netip.Prefix{netip.MustParsePrefix("1.1.1.0/24")},
	}
}

func event(source, kind, detail string) []byte {
	return fmt.Appendf(nil, `{"version":"0","id":"e","source":%q,"detail-type":%q,"account":"111122223333","region":"eu-west-1","detail":%s}`,
		source, kind, detail)
}

func guardDuty(kind string, severity float64, role, more, action string) []byte {
	return event("aws.guardduty", "GuardDuty Finding",
		fmt.Sprintf(`{"id":"f1","type":%q,"severity":%g,"accountId":"111122223333","region":"eu-west-1",
		"updatedAt":"2026-11-28T11:50:00.123Z","resource":{"resourceType":"Instance","instanceDetails":{"instanceId":"i-0123456789abcdef0",
		"networkInterfaces":[{"vpcId":"vpc-0123456789abcdef0","networkInterfaceId":"eni-1"}]}},
		"service":{"resourceRole":%q,"eventLastSeen":"2026-11-28T11:45:00Z"%s,"action":%s}}`, kind, severity, role, more, action))
}

const (
	inbound = `{"actionType":"NETWORK_CONNECTION","networkConnectionAction":{"connectionDirection":"INBOUND",
		"remoteIpDetails":{"ipAddressV4":"9.9.9.9"}}}`
	outbound = `{"actionType":"NETWORK_CONNECTION","networkConnectionAction":{"connectionDirection":"OUTBOUND",
		"remoteIpDetails":{"ipAddressV4":"9.9.9.9"}}}`
	probes = `{"portProbeAction":{"portProbeDetails":[{"remoteIpDetails":{"ipAddressV4":"9.9.9.1"}},
		{"remoteIpDetails":{"ipAddressV4":"9.9.9.2","ipAddressV6":"2a00::1"}}]}}`
	brute = "UnauthorizedAccess:EC2/SSHBruteForce"
)

// TestRead: what each form of event asks for.
func TestRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		event []byte
		want  []string
		why   string
	}{
		"inbound": {guardDuty(brute, 2, "TARGET", "", inbound), []string{"block 9.9.9.9/32 until 12:45"}, ""},
		"every probe": {guardDuty("Recon:EC2/PortProbeUnprotectedPort", 2, "TARGET", "", probes),
			[]string{"block 9.9.9.1/32 until 11:45", "block 9.9.9.2/32 until 11:45", "block 2a00::1/128 until 11:45"}, ""},
		"API call": {guardDuty("Recon:IAMUser/X", 5, "TARGET", "",
			`{"awsApiCallAction":{"remoteIpDetails":{"ipAddressV4":"9.9.9.9"}}}`), []string{"block 9.9.9.9/32 until 12:45"}, ""},
		"API call of AWS": {guardDuty("Recon:IAMUser/X", 5, "TARGET", "", `{"awsApiCallAction":{"domainDetails":{"domain":"x"}}}`), nil,
			"the finding names no address that came in"},
		"login": {guardDuty("CredentialAccess:RDS/X", 5, "TARGET", "",
			`{"rdsLoginAttemptAction":{"remoteIpDetails":{"ipAddressV4":"9.9.9.9"}}}`), []string{"block 9.9.9.9/32 until 12:45"}, ""},
		"kubernetes": {guardDuty("Discovery:Kubernetes/X", 5, "TARGET", "",
			`{"kubernetesApiCallAction":{"remoteIpDetails":{"ipAddressV4":"9.9.9.9"}}}`), []string{"block 9.9.9.9/32 until 12:45"}, ""},
		"outbound": {guardDuty(brute, 2, "TARGET", "", outbound), nil, "the finding names no address that came in"},
		"we attack": {guardDuty(brute, 2, "ACTOR", "", outbound), nil,
			`the role of the resource is "ACTOR": only the far end of an attack on a target is blocked`},
		"runtime": {guardDuty(brute, 2, "", "", inbound), nil,
			`the role of the resource is "": only the far end of an attack on a target is blocked`},
		"isolate": {guardDuty("Backdoor:EC2/C&CActivity.B", 8, "ACTOR", "", outbound),
			[]string{"isolate i-0123456789abcdef0 until 11:45"}, ""},
		"isolate no target": {guardDuty("Backdoor:EC2/C&CActivity.B", 8, "TARGET", "", outbound), nil,
			`the role of the resource is "TARGET": only an instance that acts is isolated`},
		"too mild": {guardDuty("Backdoor:EC2/C&CActivity.B", 6.9, "ACTOR", "", outbound), nil, "its severity 6.9 is below 7"},
		"archived": {guardDuty(brute, 2, "TARGET", `,"archived":true`, inbound), nil, "the finding is archived"},
		"sample":   {guardDuty(brute, 2, "TARGET", `,"additionalInfo":{"sample":true}`, inbound), nil, "the finding is a sample"},
		"sample in text": {guardDuty(brute, 2, "TARGET", `,"additionalInfo":{"value":"{\"sample\":true}","type":"default"}`, inbound),
			nil, "the finding is a sample"},
		"no address": {guardDuty(brute, 2, "TARGET", "",
			`{"networkConnectionAction":{"connectionDirection":"INBOUND","remoteIpDetails":{"ipAddressV4":"9.9.9.9.9"}}}`),
			nil, "it is no address"},
		"zone": {guardDuty(brute, 2, "TARGET", "",
			`{"networkConnectionAction":{"connectionDirection":"INBOUND","remoteIpDetails":{"ipAddressV6":"2a00::1%eth0"}}}`),
			nil, "it is no address"},
		"alarm": {event("aws.cloudwatch", "CloudWatch Alarm State Change",
			`{"alarmName":"logins","state":{"value":"ALARM","timestamp":"2026-11-28T11:59:00.000+0000"},
			"configuration":{"metrics":[{"metricStat":{"metric":{"dimensions":{"ClientIP":"9.9.9.9"}}}}]}}`),
			[]string{"block 9.9.9.9/32 until 12:29"}, ""},
		"alarm is over": {event("aws.cloudwatch", "CloudWatch Alarm State Change",
			`{"alarmName":"logins","state":{"value":"OK","timestamp":"2026-11-28T11:59:00.000+0000"}}`),
			nil, "the alarm is not one of those that block, or it did not go off"},
		"other alarm": {event("aws.cloudwatch", "CloudWatch Alarm State Change", `{"alarmName":"x","state":{"value":"ALARM"}}`),
			nil, "the alarm is not one of those that block, or it did not go off"},
		"alarm without address": {event("aws.cloudwatch", "CloudWatch Alarm State Change",
			`{"alarmName":"logins","state":{"value":"ALARM","timestamp":"2026-11-28T11:59:00.000+0000"}}`),
			nil, "no metric of the alarm has the dimension ClientIP"},
		"other": {event("aws.ec2", "EC2 Instance State-change Notification", `{}`), nil,
			`events of the kind "EC2 Instance State-change Notification" lead to nothing`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := testConfig().Read(c.event, now)
			require.NoError(t, err)
			var got []string
			for _, x := range out.Candidates {
				got = append(got, fmt.Sprintf("%s %s until %s", x.Action, x.Subject(), x.Expires.Format("15:04")))
			}
			assert.Equal(t, c.want, got)
			if c.why == "" {
				assert.Empty(t, out.Skips)
			} else if assert.NotEmpty(t, out.Skips) {
				assert.Equal(t, c.why, out.Skips[0].Why)
			}
		})
	}
}

func TestReadOldAndFuture(t *testing.T) {
	t.Parallel()
	read := func(at time.Time) Outcome {
		out, err := testConfig().Read(guardDuty(brute, 2, "TARGET", "", inbound), at)
		require.NoError(t, err)
		return out
	}
	assert.Contains(t, read(now.Add(time.Hour)).Skips[0].Why, "too old")
	assert.Contains(t, read(now.Add(-time.Hour)).Skips[0].Why, "in the future")
	assert.Len(t, read(now).Candidates, 1)
}

// TestIsolatesHere: an instance of another account, Region or VPC that nobody knows is not isolated.
func TestIsolatesHere(t *testing.T) {
	t.Parallel()
	here := string(guardDuty("Backdoor:EC2/X", 8, "ACTOR", "", outbound))
	for _, change := range [][2]string{
		{`"accountId":"111122223333"`, `"accountId":"444455556666"`}, {`"region":"eu-west-1",
		"updatedAt"`, `"region":"eu-west-2","updatedAt"`}, {`"vpcId":"vpc-0123456789abcdef0"`, `"vpcId":""`},
		{"i-0123456789abcdef0", "i-;reboot"},
	} {
		there := strings.Replace(here, change[0], change[1], 1)
		require.NotEqual(t, here, there)
		out, err := testConfig().Read([]byte(there), now)
		require.NoError(t, err)
		assert.Empty(t, out.Candidates, change[1])
		assert.Len(t, out.Skips, 1)
	}
}

// TestMappedAddress: an IPv4 address in the form of IPv6 is the IPv4 address, so that no guard for IPv4 is passed by.
func TestMappedAddress(t *testing.T) {
	t.Parallel()
	mapped := strings.Replace(inbound, `"ipAddressV4":"9.9.9.9"`, `"ipAddressV6":"::ffff:9.9.9.9"`, 1)
	out, err := testConfig().Read(guardDuty(brute, 2, "TARGET", "", mapped), now)
	require.NoError(t, err)
	require.Len(t, out.Candidates, 1)
	assert.Equal(t, "9.9.9.9/32", out.Candidates[0].Subject())
}

func TestMalformed(t *testing.T) {
	t.Parallel()
	for name, text := range map[string][]byte{
		"nothing": nil, "text": []byte("hello"), "list": []byte("[]"), "no source": []byte("{}"), "cut off": guardDuty(brute, 2, "TARGET",
			"", inbound)[:200],
		"no id": event("aws.guardduty", "GuardDuty Finding", `{"type":"x"}`), "no time": event("aws.guardduty", "GuardDuty Finding",
			`{"id":"f","type":"x"}`),
		"no object": event("aws.guardduty", "GuardDuty Finding", `[1]`),
		"alarm's time": event("aws.cloudwatch", "CloudWatch Alarm State Change",
			`{"alarmName":"logins","state":{"value":"ALARM","timestamp":"x"}}`),
		"alarm's shape": event("aws.cloudwatch", "CloudWatch Alarm State Change", `{"alarmName":7}`),
		"large":         bytes.Repeat([]byte(" "), maxEvent+1),
	} {
		_, err := testConfig().Read(text, now)
		assert.Error(t, err, name)
	}
}

func zipped(t testing.TB, text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return b.Bytes()
}

func TestReadLogs(t *testing.T) {
	t.Parallel()
	record := func(acl, rule, client string) string {
		message, _ := json.Marshal(fmt.Sprintf(`{"timestamp":%d,
			"webaclId":"arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/%s/1","terminatingRuleId":%q,
			"nonTerminatingMatchingRules":[{"ruleId":"counted"}],"httpRequest":{"clientIp":%q}}`, now.UnixMilli(), acl, rule, client))
		return fmt.Sprintf(`{"id":"1","message":%s}`, message)
	}
	out, err := testConfig().ReadLogs(zipped(t, `{"messageType":"DATA_MESSAGE","logEvents":[`+record("shop", "honeypot", "9.9.9.9")+","+
		record("other", "honeypot", "9.9.9.8")+","+record("shop", "counted", "9.9.9.7")+","+record("shop", "honeypot",
		"nobody")+`,{"message":"x"}]}`), now)
	require.NoError(t, err)
	require.Len(t, out.Candidates, 1)
	assert.Equal(t, "block#9.9.9.9#waf:shop/honeypot", out.Candidates[0].Key())
	assert.Len(t, out.Skips, 2)
	out, err = testConfig().ReadLogs(zipped(t, `{"messageType":"CONTROL_MESSAGE","logEvents":[`+record("shop", "honeypot",
		"9.9.9.9")+`]}`), now)
	require.NoError(t, err)
	assert.Empty(t, out.Candidates)
	for _, bad := range [][]byte{nil, []byte("x"), zipped(t, "x"), zipped(t, "[]"), zipped(t, "{}")[:5]} {
		_, err := testConfig().ReadLogs(bad, now)
		assert.Error(t, err)
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	good := testConfig()
	assert.Empty(t, good.Problems())
	text, err := json.Marshal(good)
	require.NoError(t, err)
	again, err := ReadConfig(text)
	require.NoError(t, err)
	assert.Equal(t, good, again)
	for want, change := range map[string]func(*Config){
		"the limit for new blocks is 0 per hour": func(c *Config) { c.PerHour = 0 },
		"is no type of findings":                 func(c *Config) { c.Rules[0].Type = "*x*" },
		`has the action "drop"`:                  func(c *Config) { c.Rules[0].Action = "drop" },
		"but isolation is off":                   func(c *Config) { c.Isolate = false },
		"has the severity 11":                    func(c *Config) { c.Rules[0].Severity = 11 },
		"lasts 0 minutes":                        func(c *Config) { c.Rules[0].Minutes = 0 },
		"an alarm has no name":                   func(c *Config) { c.Alarms[0].Name = "" },
		"a rule of a web ACL lacks a name":       func(c *Config) { c.WebACLRules[0].Rule = "" },
		"is no block in CIDR notation":           func(c *Config) { c.Allowed = []netip.Prefix{netip.MustParsePrefix("1.1.1.1/24")} },
		"a feed has the name":                    func(c *Config) { c.Feeds = []FeedSource{{Name: "a b"}} },
		"is not a plain https address":           func(c *Config) { c.Feeds = []FeedSource{{Name: "a", URL: "http://x"}} },
		`has the form "x"`:                       func(c *Config) { c.Feeds = []FeedSource{{Name: "a", URL: "https://x/", Form: "x"}} },
		"is fetched every 1 minutes": func(c *Config) {
			c.Feeds = []FeedSource{{Name: "a", URL: "https://x/", Form: "plain",
				Minutes: 1}}
		},
	} {
		bad := testConfig()
		change(&bad)
		if all := bad.Problems(); assert.Len(t, all, 1, want) {
			assert.Contains(t, all[0], want)
		}
	}
	good.Feeds = []FeedSource{{Name: "a", URL: "https://user:secret@x/", Form: "plain", Minutes: 60}}
	require.Len(t, good.Problems(), 1)
	assert.NotContains(t, good.Problems()[0], "secret")
	_, err = ReadConfig([]byte(`{"Perhour":1,"X":2}`))
	assert.ErrorContains(t, err, "not valid")
}

func TestGuard(t *testing.T) {
	t.Parallel()
	g := NewGuard(testConfig(), []netip.Prefix{netip.MustParsePrefix("5.5.5.5/32")}, []netip.Prefix{netip.MustParsePrefix("13.32.0.0/15")})
	for _, a := range []string{"10.0.3.4", "10.1.0.1", "8.8.4.4", "5.5.5.5", "1.1.1.9", "13.33.0.1", "127.0.0.1", "169.254.169.254", "0.0.0.0",
		"255.255.255.255", "224.0.0.1", "::1", "fe80::1", "fd00::1", "ff02::1", "2001:db8::5", "4000::1", "::ffff:9.9.9.9", "64:ff9b::1"} {
		assert.NotEmpty(t, g.Why(netip.MustParseAddr(a)), a)
	}
	for _, a := range []string{"9.9.9.9", "8.8.8.8", "1.1.2.1", "2a00::1", "2600::1"} {
		assert.Empty(t, g.Why(netip.MustParseAddr(a)), a)
	}
}

// block returns a record that the sets must hold.
func block(address string, expires time.Duration) Record {
	r, _ := Record{}.Merge(Candidate{Action: Block, Finding: "f", Address: netip.MustParseAddr(address), At: now,
		Expires: now.Add(expires)}, false)
	r.Admitted = now
	return r
}

func prefixes(all ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, s := range all {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

func TestProject(t *testing.T) {
	t.Parallel()
	g := NewGuard(testConfig(), nil, nil)
	later := block("9.9.9.3", 3*time.Hour)
	records := []Record{block("9.9.9.9", time.Hour), later, block("9.9.9.2", 2*time.Hour), block("2a00::1", time.Hour), block("10.0.0.1",
		time.Hour),
		block("9.9.9.7", -time.Hour)}
	dry, undone, waits := block("9.9.9.70", time.Hour), block("9.9.9.71", time.Hour), block("9.9.9.72", time.Hour)
	dry.DryRun, undone.Undone, waits.Admitted = true, now, time.Time{}
	records = append(records, dry, undone, waits)
	feeds := []FeedBlocks{{"big", prefixes("20.0.0.0/24", "20.0.2.0/24", "20.0.4.0/24", "20.0.6.0/24")}, {"own", prefixes("8.8.4.0/23",
		"2a01::/32")}}

	p := Project(records, feeds, g, SetLimits{Size: 4}, now)
	assert.Equal(t, prefixes("8.8.5.0/24", "9.9.9.2/31", "9.9.9.9/32"), p.Blocks)
	assert.Equal(t, []string{"big"}, p.LeftOut)
	assert.Empty(t, p.Crowded)

	p = Project(records, nil, g, SetLimits{Size: 2}, now)
	assert.Equal(t, prefixes("9.9.9.2/31"), p.Blocks, "what expires first is left out")
	require.Len(t, p.Crowded, 1)
	assert.Equal(t, "9.9.9.9/32", p.Crowded[0].Subject)

	p = Project(records, feeds, g, SetLimits{Size: 10, IPv6: true}, now)
	assert.Equal(t, prefixes("2a00::1/128", "2a01::/32"), p.Blocks)
	assert.Empty(t, Project(nil, nil, g, SetLimits{Size: 10}, now).Blocks)
	assert.Equal(t, prefixes("192.0.2.1/32"), Project(nil, nil, g, SetLimits{Size: 10, NeverEmpty: true}, now).Blocks)
	assert.Equal(t, prefixes("2001:db8::1/128"), Project(nil, nil, g, SetLimits{Size: 10, NeverEmpty: true, IPv6: true}, now).Blocks)
	assert.True(t, Equal(prefixes("1.0.0.0/8", "2.0.0.0/8"), prefixes("2.0.0.0/8", "1.0.0.0/8")))
	assert.False(t, Equal(prefixes("1.0.0.0/8"), prefixes("1.0.0.0/9")))
}

// TestProjectHoldsNothingProtected: whatever the records and the feeds say, no address that the guard protects is in a set, and no set is
// too large.
func TestProjectHoldsNothingProtected(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		addr := rapid.Custom(func(t *rapid.T) netip.Addr {
			b := rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "bytes")
			return netip.AddrFrom4([4]byte{b[0] & 15, b[1] & 3, b[2], b[3]})
		})
		blocks := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) netip.Prefix {
			return netip.PrefixFrom(addr.Draw(t, "address"), rapid.IntRange(8, 32).Draw(t, "bits")).Masked()
		}), 0, 6)
		c := Config{Networks: blocks.Draw(t, "own")}
		g := NewGuard(c, nil, nil)
		var records []Record
		for _, a := range rapid.SliceOf(addr).Draw(t, "blocked") {
			records = append(records, block(a.String(), time.Hour))
		}
		size := rapid.IntRange(1, 40).Draw(t, "size")
		p := Project(records, []FeedBlocks{{"f", blocks.Draw(t, "feed")}}, g, SetLimits{Size: size}, now)
		if len(p.Blocks) > size {
			t.Fatalf("%d blocks, %d fit", len(p.Blocks), size)
		}
		for _, b := range p.Blocks {
			for _, own := range c.Networks {
				if b.Overlaps(own) {
					t.Fatalf("%s is in %s", b, own)
				}
			}
		}
		for _, r := range records {
			in := slices.ContainsFunc(p.Blocks, func(b netip.Prefix) bool { return b.Contains(r.Prefix().Addr()) })
			out := slices.ContainsFunc(p.Crowded, func(c Record) bool { return c.Subject == r.Subject })
			if !in && !out && g.Why(r.Prefix().Addr()) == "" {
				t.Fatalf("%s is lost", r.Subject)
			}
		}
	})
}

// TestMergeInAnyOrder: findings that come repeatedly and in any order make the same record.
func TestMergeInAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		candidates := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Candidate {
			at := now.Add(time.Duration(rapid.IntRange(-50, 50).Draw(t, "minute")) * time.Minute)
			return Candidate{Action: Isolate, Instance: "i-1", Finding: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "finding"),
				Reason: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "reason"), At: at,
				Expires: at.Add(time.Duration(rapid.IntRange(1, 90).Draw(t, "minutes")) * time.Minute)}
		}), 1, 6).Draw(t, "candidates")
		all := func(list []Candidate) Record {
			var r Record
			for _, c := range list {
				r, _ = r.Merge(c, false)
			}
			return r
		}
		want := all(candidates)
		again := rapid.Permutation(slices.Concat(candidates, candidates)).Draw(t, "order")
		assert.Equal(t, want, all(again))
		_, changed := want.Merge(candidates[0], false)
		assert.False(t, changed)
	})
}

// TestMergeAfterTheEnd: a finding that was undone does not come back; one that ended comes back if it is seen later.
func TestMergeAfterTheEnd(t *testing.T) {
	t.Parallel()
	c := Candidate{Action: Block, Finding: "f", Address: netip.MustParseAddr("9.9.9.9"), At: now, Expires: now.Add(time.Hour)}
	r, _ := Record{}.Merge(c, false)
	r.Version, r.Admitted, r.Announced, r.Closed = 3, now, now, now.Add(time.Hour)
	_, changed := r.Merge(c, false)
	assert.False(t, changed, "the same finding comes late")
	later := c
	later.At, later.Expires = now.Add(2*time.Hour), now.Add(3*time.Hour)
	again, changed := r.Merge(later, false)
	assert.True(t, changed)
	assert.True(t, again.Admitted.IsZero() && again.Closed.IsZero() && again.Announced.IsZero())
	r.Undone = now
	_, changed = r.Merge(later, false)
	assert.False(t, changed, "a person undid it")

	dry, _ := Record{}.Merge(c, true)
	dry.Version, dry.Announced = 1, now
	enforced, changed := dry.Merge(c, false)
	assert.True(t, changed && !enforced.DryRun && enforced.Announced.IsZero())
	_, changed = enforced.Merge(c, true)
	assert.False(t, changed, "what is blocked stays so")

	isolated, _ := Record{}.Merge(Candidate{Action: Isolate, Finding: "f", Instance: "i-1", At: now, Expires: now.Add(time.Hour)}, false)
	isolated.Version, isolated.Undone, isolated.Interfaces = 1, now, []Interface{{ID: "eni-1"}}
	other := Candidate{Action: Isolate, Finding: "g", Instance: "i-1", At: now, Expires: now.Add(time.Hour)}
	_, changed = isolated.Merge(other, false)
	assert.False(t, changed, "the groups come back first")
	isolated.Closed = now
	fresh, changed := isolated.Merge(other, false)
	assert.True(t, changed && fresh.Undone.IsZero() && fresh.Interfaces == nil)
}

func TestAdmit(t *testing.T) {
	t.Parallel()
	var records []Record
	for i := range 5 {
		r := block(fmt.Sprintf("9.9.9.%d", i), time.Hour)
		r.First, r.Admitted = now.Add(-time.Duration(i)*time.Minute), time.Time{}
		records = append(records, r)
	}
	dry, over := records[0], records[0]
	dry.DryRun, over.Expires = true, now
	recent, old := block("9.9.9.20", time.Hour), block("9.9.9.21", time.Hour)
	recent.Admitted, old.Admitted = now.Add(-59*time.Minute), now.Add(-time.Hour)
	records = append(records, dry, over, recent, old)
	admitted, waiting := Admit(records, 3, now)
	require.Len(t, admitted, 2)
	assert.Equal(t, "9.9.9.4/32", admitted[0].Subject, "the oldest first")
	assert.Len(t, waiting, 3)
	admitted, waiting = Admit(records, 1, now)
	assert.Empty(t, admitted)
	assert.Len(t, waiting, 5)
}

// TestUndoIsShell: a real shell reads the commands as they are meant, whatever the names are.
func TestUndoIsShell(t *testing.T) {
	t.Parallel()
	r, _ := Record{}.Merge(Candidate{Action: Isolate, Finding: "f", Instance: "i-0123456789abcdef0", At: now,
		Expires: now.Add(time.Hour)}, false)
	r.Interfaces = []Interface{{ID: "eni-1", Groups: []string{"sg-1", "sg-2"}}}
	commands := r.Undo("it's; $(touch x)")
	require.Len(t, commands, 2)
	words := func(command string) []string {
		out, err := exec.Command("sh", "-c", `aws() { for w in "$@"; do printf '%s\000' "$w"; done; }; `+command).Output()
		require.NoError(t, err)
		var all []string
		for _, w := range bytes.Split(bytes.TrimSuffix(out, []byte{0}), []byte{0}) {
			all = append(all, string(w))
		}
		return all
	}
	got := words(commands[0])
	assert.Equal(t, []string{"dynamodb", "update-item", "--table-name", "it's; $(touch x)", "--key",
		`{"Key":{"S":"isolate#i-0123456789abcdef0"}}`}, got[:6])
	var values map[string]map[string]string
	require.NoError(t, json.Unmarshal([]byte(got[len(got)-1]), &values))
	assert.Equal(t, "1", values[":one"]["N"])
	assert.Regexp(t, `^\d+$`, values[":now"]["N"])
	assert.Equal(t, []string{"ec2", "modify-network-interface-attribute", "--network-interface-id", "eni-1", "--groups", "sg-1", "sg-2"},
		words(commands[1]))
}

// FuzzRead: no event makes the reader panic, and what it asks for is always something that AWS accepts.
func FuzzRead(f *testing.F) {
	for _, action := range []string{inbound, outbound, probes} {
		f.Add(guardDuty(brute, 5, "TARGET", "", action))
		f.Add(guardDuty("Backdoor:EC2/X", 8, "ACTOR", `,"additionalInfo":{"sample":1}`, action))
	}
	f.Add(event("aws.cloudwatch", "CloudWatch Alarm State Change",
		`{"alarmName":"logins","state":{"value":"ALARM","timestamp":"2026-11-28T11:59:00.000+0000"},
		"configuration":{"metrics":[{"metricStat":{"metric":{"dimensions":{"ClientIP":"9.9.9.9"}}}}]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		check := func(out Outcome) {
			for _, c := range out.Candidates {
				if c.Action == Block && (!c.Address.IsValid() || c.Address.Zone() != "" || c.Address.Is4In6()) || len(c.Key()) > 400 ||
					!c.Expires.After(now) || cleanText(c.Reason) != c.Reason || !plainID.MatchString(c.Finding) {
					t.Errorf("%+v", c)
				}
			}
			for _, s := range out.Skips {
				if cleanText(s.Subject) != s.Subject {
					t.Errorf("%+v", s)
				}
			}
		}
		if out, err := testConfig().Read(text, now); err == nil {
			check(out)
		}
		var out Outcome
		testConfig().logRecord(text, &out)
		check(out.current(now))
	})
}
