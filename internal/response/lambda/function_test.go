package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/response"
	"github.com/tierwall/tierwall/internal/response/feed"
)

const instanceID = "i-0123456789abcdef0"

func testConfig() response.Config {
	return response.Config{
		Account: "111122223333", Region: "eu-west-1", Enforce: true, Isolate: true, PerHour: 10_000,
		Rules: []response.Rule{
			{Type: "Backdoor:EC2/*", Severity: 7, Action: response.Isolate, Minutes: 24 * 60}, {Type: "*", Action: response.Block, Minutes: 24 * 60},
		},
		WebACLRules: []response.WebACLRule{{WebACL: "shop", Rule: "honeypot", Minutes: 60}},
		Networks:    []netip.Prefix{netip.MustParsePrefix("8.8.0.0/16")}, AWSServices: []string{"CLOUDFRONT"},
		Feeds: []response.FeedSource{{Name: "drop", URL: "https://feed.example/drop", Form: feed.Plain,
			SHA256URL: "https://feed.example/sum", Minutes: 60},
			{Name: "names", URL: namesURL, Form: feed.Domains, Minutes: 60}},
		Names: []string{"api.example.com"},
	}
}

const (
	namesURL = "https://feed.example/names"
	groupARN = "arn:aws:network-firewall:eu-west-1:111122223333:stateful-rulegroup/names"
)

// process is a process of the function, with its own clock of calls.
type process struct {
	function
	*world
	t testing.TB
}

// transport is the network of a process. It dies before or after a call: from then on, no call of the process gets anywhere.
type transport struct {
	lock   sync.Mutex
	calls  int
	dieAt  int // 0 is never
	after  bool
	isDead bool
}

// patient keeps a connection for each writer.
var patient = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32}}

var errDead = errors.New("the process is dead")

func (d *transport) Do(r *http.Request) (*http.Response, error) {
	d.lock.Lock()
	d.calls++
	now := d.dieAt > 0 && d.calls >= d.dieAt
	first := now && !d.isDead
	d.isDead = d.isDead || now
	d.lock.Unlock()
	if now && !(first && d.after) {
		return nil, errDead
	}
	out, err := patient.Do(r)
	if first && err == nil {
		_ = out.Body.Close()
		return nil, errDead
	}
	return out, err
}

var lists = map[string]string{
	feed.AWSRangesURL: `{"syncToken":"1788232200",
		"prefixes":[{"ip_prefix":"13.32.0.0/15","service":"CLOUDFRONT"}],"ipv6_prefixes":[]}`,
	"https://feed.example/drop": "20.0.0.0/24\n8.8.8.0/24\n2a10::/29\n",
	"https://feed.example/sum":  "bd0c1b1b",
	namesURL:                    "evil.example\n.bad.example\n.example.com\nbucket.s3.eu-west-1.amazonaws.com\n",
}

// newProcess starts a process.
func newProcess(t testing.TB, w *world, url string, d *transport, change ...func(*response.Config)) *process {
	config := testConfig()
	for _, c := range change {
		c(&config)
	}
	text, err := json.Marshal(config)
	require.NoError(t, err)
	env := map[string]string{
		"RESPONSE": string(text), "TABLE": "table", "QUARANTINE": vpcID + "=" + quarantine, "OWN_ADDRESSES": "5.5.5.5",
		"IP_SETS_4":  "arn:aws:wafv2:eu-west-1:111122223333:regional/ipset/v4/1",
		"IP_SETS_6":  "arn:aws:wafv2:eu-west-1:111122223333:regional/ipset/v6/1",
		"NAME_GROUP": groupARN, "PREFIX_LISTS_4": "pl-4=1000",
		"FIREWALLS":  "arn:aws:network-firewall:eu-west-1:111122223333:firewall/f=eu-west-1a|eu-west-1b",
		"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "x",
	}
	cfg := configOf(func(name string) string { return env[name] })
	cfg.BaseEndpoint, cfg.HTTPClient = aws.String(url), d
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
			o.RateLimiter = ratelimit.None
			if d.dieAt > 0 {
				o.MaxAttempts = 1
			}
		})
	}
	h, err := newHandler(func(name string) string { return env[name] }, cfg)
	require.NoError(t, err)
	h.Log = slog.New(slog.DiscardHandler)
	h.Now = func() time.Time { w.Lock(); defer w.Unlock(); return w.now }
	h.Sleep = func(_ context.Context, d time.Duration) error { w.pass(d); return nil }
	for _, s := range h.Sets {
		if l, ok := s.(*prefixList); ok {
			l.sleep = h.Sleep
		}
	}
	h.Fetch = func(_ context.Context, url string) ([]byte, error) { return []byte(lists[url]), nil }
	return &process{function{h}, w, t}
}

func (w *world) pass(d time.Duration) { w.Lock(); defer w.Unlock(); w.now = w.now.Add(d) }

// send calls the function with messages and returns those that must come again.
func (p *process) send(messages ...string) []string {
	var event events.SQSEvent
	for i, m := range messages {
		event.Records = append(event.Records, events.SQSMessage{MessageId: fmt.Sprint(i), Body: m})
	}
	payload, err := json.Marshal(event)
	require.NoError(p.t, err)
	out, err := p.call(context.Background(), payload)
	require.NoError(p.t, err)
	var again []string
	for _, f := range out.(events.SQSEventResponse).BatchItemFailures {
		var i int
		_, err := fmt.Sscan(f.ItemIdentifier, &i)
		require.NoError(p.t, err)
		again = append(again, messages[i])
	}
	return again
}

const tick = `{"source":"aws.events","detail-type":"Scheduled Event"}`

// finding is a finding of GuardDuty about an address that attacks, or about our instance if the type says so.
func finding(id, kind, address string, at time.Time) string {
	role, details := "TARGET", fmt.Sprintf(`{"networkConnectionAction":{"connectionDirection":"INBOUND","remoteIpDetails":{%q:%q}}}`,
		map[bool]string{false: "ipAddressV4", true: "ipAddressV6"}[strings.Contains(address, ":")], address)
	if strings.HasPrefix(kind, "Backdoor") {
		role = "ACTOR"
	}
	return fmt.Sprintf(`{"source":"aws.guardduty","detail-type":"GuardDuty Finding","detail":{"id":%q,"type":%q,
		"severity":8,"accountId":"111122223333",
		"region":"eu-west-1","updatedAt":%q,"resource":{"instanceDetails":{"instanceId":%q,"networkInterfaces":[{"vpcId":%q}]}},
		"service":{"resourceRole":%q,"action":%s}}}`, id, kind, at.Format(time.RFC3339), instanceID, vpcID, role, details)
}

// minutes lets time pass, with a tick each minute.
func (p *process) minutes(n int) {
	for range n {
		p.pass(time.Minute)
		p.send(tick)
	}
}

// undo runs the command that a decision prints.
func (w *world) undo(key string) {
	w.Lock()
	defer w.Unlock()
	i := maps.Clone(w.table[key])
	var version int
	_, _ = fmt.Sscan(i["Version"]["N"], &version)
	i["Undone"], i["Version"] = map[string]string{"N": fmt.Sprint(w.now.Unix())}, map[string]string{"N": fmt.Sprint(version + 1)}
	w.table[key] = i
}

// shows is the state of the world that must be right, as text.
func (w *world) shows() string {
	w.Lock()
	defer w.Unlock()
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(w.sets)) {
		fmt.Fprintln(&b, name, slices.Sorted(slices.Values(w.sets[name].Addresses)))
	}
	for _, name := range slices.Sorted(maps.Keys(w.lists)) {
		fmt.Fprintln(&b, name, slices.Sorted(maps.Keys(w.lists[name].entries)))
	}
	fmt.Fprintln(&b, "names", w.names.targets)
	for _, id := range slices.Sorted(maps.Keys(w.faces)) {
		fmt.Fprintln(&b, id, w.groups(id))
	}
	for _, key := range slices.Sorted(maps.Keys(w.table)) {
		var r response.Record
		if json.Unmarshal([]byte(w.table[key]["Body"]["S"]), &r) == nil && r.Subject != "" {
			fmt.Fprintln(&b, key, "announced", !r.Announced.IsZero(), "isolated", !r.Isolated.IsZero(), "closed", !r.Closed.IsZero(), "undone",
				w.table[key]["Undone"] != nil)
		}
	}
	fmt.Fprintln(&b, "flushed", strings.Join(slices.Compact(slices.Sorted(slices.Values(w.flushed))), "\n"))
	return b.String()
}

// story is what happens in the tests of crashes: events of all kinds, some twice, an undo, and time.
var story = []func(*process) []string{
	func(p *process) []string { return p.send(tick) },
	func(p *process) []string {
		return p.send(finding("f1", "Recon:X", "9.9.9.9", start), finding("f2", "Recon:X", "9.9.9.8", start), finding("f3", "Recon:X",
			"2a00::1", start),
			finding("f1", "Recon:X", "9.9.9.9", start), finding("f4", "Recon:X", "8.8.8.8", start), finding("f5", "Recon:X", "13.32.0.9", start),
			finding("f6", "Backdoor:EC2/X", "9.9.9.7", start))
	},
	func(p *process) []string { return p.send(tick) },
	func(p *process) []string {
		return p.send(finding("f2", "Recon:X", "9.9.9.8", start.Add(-time.Minute)), tick)
	},
	func(p *process) []string {
		p.undo("block#9.9.9.8#f2")
		return p.send(tick, finding("f2", "Recon:X", "9.9.9.8", start.Add(time.Minute)))
	},
	func(p *process) []string { return p.send(tick) },
}

const afterStory = `v4 [20.0.0.0/24 9.9.9.9/32]
v6 [2a00::1/128 2a10::/29]
pl-4 [20.0.0.0/24 9.9.9.9/32]
names [.bad.example evil.example]
eni-1 [sg-0quarantine]
eni-2 [sg-0quarantine]
block#2a00::1#f3 announced true isolated false closed false undone false
block#9.9.9.8#f2 announced true isolated false closed true undone true
block#9.9.9.9#f1 announced true isolated false closed false undone false
isolate#i-0123456789abcdef0 announced true isolated true closed false undone false
flushed eu-west-1a 2a00::1/128
eu-west-1a 9.9.9.8/32
eu-west-1a 9.9.9.9/32
eu-west-1b 2a00::1/128
eu-west-1b 9.9.9.8/32
eu-west-1b 9.9.9.9/32
`

var wantDecisions = []string{
	"blocked block#2a00::1#f3 2026-11-28T12:00:00Z", "blocked block#9.9.9.8#f2 2026-11-28T12:00:00Z",
	"blocked block#9.9.9.9#f1 2026-11-28T12:00:00Z",
	"isolated isolate#i-0123456789abcdef0 2026-11-28T12:00:00Z", "refused 13.32.0.9/32", "refused 8.8.8.8/32",
}

// tell tells the story. Each part happens a minute after the one before. Messages that fail come again with the next part.
func tell(p *process) { tellFrom(p, 0, nil) }

func tellFrom(p *process, part int, again []string) {
	for _, happens := range story[part:] {
		p.pass(time.Minute)
		if len(again) > 0 {
			again = p.send(again...)
		}
		again = append(again, happens(p)...)
	}
	require.Empty(p.t, again)
}

func init() {
	sum := sha(lists["https://feed.example/drop"])
	lists["https://feed.example/sum"] = sum + "  drop.txt\n"
}

func TestStory(t *testing.T) {
	w := newWorld(t)
	p := newProcess(t, w, w.serve(t).URL, &transport{})
	tell(p)
	assert.Equal(t, afterStory, w.shows())
	assert.Zero(t, w.throttled, "one call a second")
	for _, d := range wantDecisions {
		assert.Equal(t, 1, w.decisions[d], d)
	}
	// The isolation is undone: the groups are those of before, and the finding does not isolate again.
	w.undo("isolate#" + instanceID)
	p.minutes(1)
	assert.Equal(t, []string{"sg-a", "sg-b"}, w.groups(eni1))
	assert.Equal(t, []string{"sg-a"}, w.groups(eni2))
	p.send(finding("f6", "Backdoor:EC2/X", "9.9.9.7", start.Add(5*time.Minute)))
	p.minutes(2)
	assert.Equal(t, []string{"sg-a"}, w.groups(eni2))
	empties(t, p)
}

// empties checks that nothing is blocked for ever.
func empties(t testing.TB, p *process) {
	t.Helper()
	p.Fetch = func(context.Context, string) ([]byte, error) { return nil, errors.New("the source has disappeared") }
	p.pass(8 * 24 * time.Hour)
	p.minutes(4)
	for name, s := range p.sets {
		assert.Empty(t, s.Addresses, name)
	}
	assert.Equal(t, []string{"192.0.2.1/32"}, slices.Collect(maps.Keys(p.lists["pl-4"].entries)))
	assert.Equal(t, []string{response.PlaceholderName}, p.names.targets)
	for id, groups := range p.original {
		assert.Equal(t, groups, p.groups(id))
	}
	for key, i := range p.table {
		if strings.Contains(key, "#") && !strings.HasPrefix(key, "feed#") {
			assert.Contains(t, i["Body"]["S"], `"Closed"`, key)
		}
	}
}

// TestCrashes: the process dies before and after each of its calls in turn. Another one goes on, with the messages that were not
// acknowledged, and everything becomes as it would have become without the crash.
func TestCrashes(t *testing.T) {
	points := 0
	for part := range story {
		for _, after := range []bool{false, true} {
			for at := 1; ; at++ {
				w := newWorld(t)
				url := w.serve(t).URL
				p := newProcess(t, w, url, &transport{})
				for _, happens := range story[:part] {
					w.pass(time.Minute)
					require.Empty(t, happens(p))
				}
				d := &transport{dieAt: at, after: after}
				victim := newProcess(t, w, url, d)
				w.pass(time.Minute)
				story[part](victim)
				if !d.isDead {
					break
				}
				points++
				w.pass(3 * time.Minute) // the lease ends
				next := newProcess(t, w, url, &transport{})
				again := story[part](next) // no message was acknowledged
				tellFrom(next, part+1, again)
				next.minutes(2)
				name := fmt.Sprintf("part %d, call %d, after %v", part, at, after)
				if !assert.Equal(t, afterStory, w.shows(), name) {
					t.FailNow()
				}
				for _, id := range wantDecisions {
					assert.NotZero(t, w.decisions[id], "%s: %s", name, id)
				}
				empties(t, next)
			}
		}
	}
	t.Logf("%d crash points", points)
	assert.Greater(t, points, 150)
}

// TestErrors: each operation of AWS fails in turn, for each of AWS's usual reasons, some times and then not any more.
func TestErrors(t *testing.T) {
	for operation, codes := range map[string][]string{
		"UpdateIPSet": {"WAFOptimisticLockException", "ThrottlingException", "WAFInternalErrorException"}, "GetIPSet": {"ThrottlingException"},
		"ModifyManagedPrefixList":    {"PrefixListVersionMismatch", "IncorrectState", "RequestLimitExceeded", "InternalError"},
		"DescribeManagedPrefixLists": {"RequestLimitExceeded"}, "GetManagedPrefixListEntries": {"RequestLimitExceeded"},
		"DescribeNetworkInterfaces": {"RequestLimitExceeded"}, "ModifyNetworkInterfaceAttribute": {"RequestLimitExceeded", "InternalError"},
		"StartFlowFlush": {"ThrottlingException", "InvalidRequestException"}, "PutEvents": {"ThrottlingException", "InternalException"},
		"PutItem": {"ProvisionedThroughputExceededException", "ConditionalCheckFailedException"}, "GetItem": {"InternalServerError"},
		"Scan": {"InternalServerError"}, "DescribeRuleGroup": {"ThrottlingException", "InternalServerError"},
		"UpdateRuleGroup": {"InvalidTokenException", "ThrottlingException", "InvalidOperationException", "InternalServerError"},
	} {
		for _, code := range codes {
			for _, times := range []int{1, 7} {
				t.Run(fmt.Sprintf("%s %s %d", operation, code, times), func(t *testing.T) {
					w := newWorld(t)
					w.fail = func(o string, n int, _ string) *apiError {
						if o == operation && n <= times {
							return &apiError{code, "once more"}
						}
						return nil
					}
					p := newProcess(t, w, w.serve(t).URL, &transport{})
					var again []string
					for _, happens := range story {
						p.pass(time.Minute)
						again = append(p.send(slices.Concat(again, []string{tick})...), happens(p)...)
					}
					for range 8 {
						p.pass(time.Minute)
						again = p.send(slices.Concat(again, []string{tick})...)
					}
					assert.Empty(t, again)
					got := w.shows()
					if operation == "StartFlowFlush" || times > 1 { // What was undone before it took effect lapses.
						got = strings.ReplaceAll(got, "9.9.9.8#f2 announced false", "9.9.9.8#f2 announced true")
					}
					before, _, _ := strings.Cut(afterStory, "flushed")
					got, flushes, _ := strings.Cut(got, "flushed")
					assert.Equal(t, before, got)
					assert.Contains(t, flushes, "eu-west-1a 9.9.9.9/32")
					for _, id := range wantDecisions {
						if !strings.Contains(id, "9.9.9.8") { // It may lapse.
							assert.NotZero(t, w.decisions[id], id)
						}
					}
					empties(t, p)
				})
			}
		}
	}
}

// TestStoreFails: a message whose record cannot be stored comes again, and the others do not.
func TestStoreFails(t *testing.T) {
	w := newWorld(t)
	p := newProcess(t, w, w.serve(t).URL, &transport{})
	p.send(tick)
	failing := true
	w.fail = func(operation string, _ int, body string) *apiError {
		if failing && operation == "PutItem" && strings.Contains(body, "block#9.9.9.9") {
			return &apiError{"ProvisionedThroughputExceededException", "once more"}
		}
		return nil
	}
	one, two := finding("f1", "Recon:X", "9.9.9.9", start), finding("f2", "Recon:X", "9.9.9.7", start)
	assert.Equal(t, []string{one}, p.send(one, two))
	failing = false
	w.pass(time.Minute)
	assert.Empty(t, p.send(one))
	assert.Contains(t, w.sets["v4"].Addresses, "9.9.9.9/32")
	assert.Contains(t, w.sets["v4"].Addresses, "9.9.9.7/32")
}

// TestPublishFails: a decision that cannot be announced is announced later, and so is one that something was refused.
func TestPublishFails(t *testing.T) {
	w := newWorld(t)
	p := newProcess(t, w, w.serve(t).URL, &transport{})
	p.send(tick)
	failing := true
	w.fail = func(operation string, _ int, body string) *apiError {
		if failing && operation == "PutEvents" && (strings.Contains(body, `"blocked"`) || strings.Contains(body, `"refused"`)) {
			return &apiError{"InternalException", "once more"}
		}
		return nil
	}
	w.pass(time.Minute)
	one, two := finding("f1", "Recon:X", "9.9.9.9", start), finding("f2", "Recon:X", "8.8.8.8", start)
	assert.Equal(t, []string{two}, p.send(one, two))
	p.minutes(1)
	assert.Empty(t, w.decisions["blocked block#9.9.9.9#f1 2026-11-28T12:00:00Z"])
	failing = false
	p.minutes(1)
	assert.Empty(t, p.send(two))
	p.minutes(1)
	assert.Equal(t, 1, w.decisions["blocked block#9.9.9.9#f1 2026-11-28T12:00:00Z"])
	assert.Equal(t, 1, w.decisions["refused 8.8.8.8/32"])
}

// TestSlowPrefixList: AWS takes longer for a change than the function waits. The next runs go on.
func TestSlowPrefixList(t *testing.T) {
	w := newWorld(t)
	w.slow = 50 * time.Second
	p := newProcess(t, w, w.serve(t).URL, &transport{}, func(c *response.Config) { c.Feeds = nil })
	var messages []string
	want := map[string]bool{}
	for i := range 250 {
		a := fmt.Sprintf("9.9.%d.%d", i/100, i%100*2)
		want[a] = true
		messages = append(messages, finding("f", "Recon:X", a, start))
	}
	p.send(tick)
	require.Empty(t, p.send(messages...))
	p.minutes(12)
	holds(t, slices.Collect(maps.Keys(w.lists["pl-4"].entries)), want)
	assert.Zero(t, w.early, "one change at a time")
}

// TestAllowedLater: an address that is allowed after it was recorded leaves the sets, and is not announced as blocked.
func TestAllowedLater(t *testing.T) {
	w := newWorld(t)
	url := w.serve(t).URL
	p := newProcess(t, w, url, &transport{})
	p.send(tick)
	w.fail = func(operation string, _ int, _ string) *apiError {
		if operation == "UpdateIPSet" {
			return &apiError{"WAFInternalErrorException", "once more"}
		}
		return nil
	}
	w.pass(time.Minute)
	require.Empty(t, p.send(finding("f1", "Recon:X", "9.9.9.9", start)))
	assert.NotContains(t, w.sets["v4"].Addresses, "9.9.9.9/32")
	assert.Contains(t, w.lists["pl-4"].entries, "9.9.9.9/32")
	w.fail = nil
	q := newProcess(t, w, url, &transport{}, func(c *response.Config) { c.Allowed = []netip.Prefix{netip.MustParsePrefix("9.9.9.0/24")} })
	q.minutes(2)
	assert.NotContains(t, w.sets["v4"].Addresses, "9.9.9.9/32")
	assert.NotContains(t, w.lists["pl-4"].entries, "9.9.9.9/32")
	for id := range w.decisions {
		assert.False(t, strings.HasPrefix(id, "blocked "), id)
	}
}

// TestTwoProcesses: two processes at the same time agree, and both together keep AWS WAF's limit of one call a second.
func TestTwoProcesses(t *testing.T) {
	w := newWorld(t)
	url := w.serve(t).URL
	a, b := newProcess(t, w, url, &transport{}), newProcess(t, w, url, &transport{})
	a.send(tick)
	w.pass(time.Minute)
	var running sync.WaitGroup
	var lock sync.Mutex
	failed := 0
	for i, p := range []*process{a, b} {
		running.Go(func() {
			for round := range 10 {
				var messages []string
				for n := range 20 {
					messages = append(messages, finding(fmt.Sprintf("f%d", n), "Recon:X", fmt.Sprintf("9.%d.%d.%d", round, (n+i)%3, n), start))
				}
				again := p.send(messages...)
				for len(again) > 0 {
					lock.Lock()
					failed += len(again)
					lock.Unlock()
					again = p.send(again...)
				}
			}
		})
	}
	running.Wait()
	a.minutes(3)
	want := map[string]bool{}
	for round := range 10 {
		for n := range 20 {
			for i := range 2 {
				want[fmt.Sprintf("9.%d.%d.%d", round, (n+i)%3, n)] = true
			}
		}
	}
	holds(t, w.sets["v4"].Addresses, want)
	holds(t, slices.Collect(maps.Keys(w.lists["pl-4"].entries)), want)
	assert.Zero(t, w.throttled, "one call a second")
	assert.Zero(t, w.early, "one change at a time")
	t.Logf("%d addresses by two processes: %d updates of IP sets, %d messages came again", len(want), w.calls["UpdateIPSet"], failed)
}

// holds checks that blocks hold exactly some addresses, beside the feed.
func holds(t testing.TB, blocks []string, want map[string]bool) {
	t.Helper()
	total := 0
	for _, b := range blocks {
		p := netip.MustParsePrefix(b)
		if b == "20.0.0.0/24" {
			continue
		}
		total += 1 << (p.Addr().BitLen() - p.Bits())
	}
	assert.Equal(t, len(want), total)
	for a := range want {
		addr := netip.MustParseAddr(a)
		if !slices.ContainsFunc(blocks, func(b string) bool { return netip.MustParsePrefix(b).Contains(addr) }) {
			t.Errorf("%s is lost", a)
			return
		}
	}
}

// TestBurst: 10,000 events about 8,000 addresses in batches of a thousand, repeated and in another order.
func TestBurst(t *testing.T) {
	w := newWorld(t)
	p := newProcess(t, w, w.serve(t).URL, &transport{}, func(c *response.Config) { c.Feeds = nil })
	p.send(tick)
	w.calls = map[string]int{}
	var messages []string
	want := map[string]bool{}
	for i := range 10_000 {
		n := i * 7919 % 8000
		a := fmt.Sprintf("9.%d.%d.%d", n/4000, n/20%200, n%20*12)
		want[a] = true
		messages = append(messages, finding("f"+a, "Recon:X", a, start.Add(-time.Duration(i%50)*time.Second)))
	}
	began := time.Now()
	for part := range slices.Chunk(messages, 1000) {
		w.pass(2 * time.Second)
		require.Empty(t, p.send(part...))
	}
	took := time.Since(began)
	p.minutes(1)
	holds(t, w.sets["v4"].Addresses, want)
	assert.LessOrEqual(t, w.calls["UpdateIPSet"], 11)
	assert.Zero(t, w.throttled, "one call a second")
	assert.Len(t, w.lists["pl-4"].entries, 1000, "the list is full")
	blocked := 0
	for id := range w.decisions {
		if strings.HasPrefix(id, "blocked ") {
			blocked++
		}
	}
	t.Logf("10,000 events about %d addresses in %v: %v; %d announced as blocked", len(want), took.Round(10*time.Millisecond), w.calls, blocked)
}

// TestDryRun: nothing is changed, and what would be done is announced once.
func TestDryRun(t *testing.T) {
	w := newWorld(t)
	url := w.serve(t).URL
	p := newProcess(t, w, url, &transport{}, func(c *response.Config) { c.Enforce = false })
	for _, happens := range story {
		p.pass(time.Minute)
		require.Empty(t, happens(p))
	}
	assert.Empty(t, w.sets["v4"].Addresses)
	assert.Equal(t, []string{"192.0.2.1/32"}, slices.Collect(maps.Keys(w.lists["pl-4"].entries)))
	assert.Equal(t, []string{"sg-a", "sg-b"}, w.groups(eni1))
	assert.Equal(t, []string{response.PlaceholderName}, w.names.targets)
	assert.Zero(t, w.calls["UpdateRuleGroup"]+w.calls["UpdateIPSet"]+w.calls["ModifyNetworkInterfaceAttribute"]+w.calls["StartFlowFlush"])
	assert.Equal(t, 1, w.decisions["would block block#9.9.9.9#f1 2026-11-28T12:00:00Z"])
	assert.Equal(t, 1, w.decisions["would isolate isolate#i-0123456789abcdef0 2026-11-28T12:00:00Z"])

	// The same events block after the switch.
	q := newProcess(t, w, url, &transport{})
	require.Empty(t, q.send(finding("f1", "Recon:X", "9.9.9.9", start.Add(time.Minute))))
	assert.Contains(t, w.sets["v4"].Addresses, "9.9.9.9/32")
	// And the switch back empties the sets.
	r := newProcess(t, w, url, &transport{}, func(c *response.Config) { c.Enforce = false })
	r.minutes(1)
	assert.Empty(t, w.sets["v4"].Addresses)
}

// TestStackWritesTheSet: CloudFormation writes the template's addresses. The next event of a stack restores the set.
func TestStackWritesTheSet(t *testing.T) {
	w := newWorld(t)
	p := newProcess(t, w, w.serve(t).URL, &transport{})
	p.send(tick)
	p.send(finding("f1", "Recon:X", "9.9.9.9", start))
	p.pass(time.Minute)
	w.sets["v4"].Addresses = nil
	w.tokens["v4"]++
	require.Empty(t, p.send(`{"source":"aws.cloudformation","detail-type":"CloudFormation Stack Status Change"}`))
	assert.Contains(t, w.sets["v4"].Addresses, "9.9.9.9/32")
}

// TestRateLimit: what is above the limit waits, and is not lost.
func TestRateLimit(t *testing.T) {
	w := newWorld(t)
	p := newProcess(t, w, w.serve(t).URL, &transport{}, func(c *response.Config) { c.PerHour, c.Feeds = 2, nil })
	p.send(tick)
	var messages []string
	for i := range 5 {
		messages = append(messages, finding(fmt.Sprint("f", i), "Recon:X", fmt.Sprintf("9.9.9.%d", 2*i), start))
	}
	require.Empty(t, p.send(messages...))
	p.minutes(1)
	assert.Len(t, w.sets["v4"].Addresses, 2)
	p.pass(time.Hour)
	p.minutes(1)
	assert.Len(t, w.sets["v4"].Addresses, 4)
	p.pass(time.Hour)
	p.minutes(1)
	assert.Len(t, w.sets["v4"].Addresses, 5)
}

// TestFeeds: a list that cannot be right leaves the last good one in use, until that is too old.
func TestFeeds(t *testing.T) {
	w := newWorld(t)
	p := newProcess(t, w, w.serve(t).URL, &transport{})
	text := map[string]string{}
	maps.Copy(text, lists)
	p.Fetch = func(_ context.Context, url string) ([]byte, error) { return []byte(text[url]), nil }
	p.send(tick)
	assert.Equal(t, []string{"20.0.0.0/24"}, w.sets["v4"].Addresses)
	for _, bad := range []string{"0.0.0.0/0", "<html>", "", "20.0.0.0/24\n"} { // The last has a wrong checksum.
		text["https://feed.example/drop"] = bad
		p.pass(time.Hour)
		p.minutes(1)
		assert.Equal(t, []string{"20.0.0.0/24"}, w.sets["v4"].Addresses, bad)
	}
	text["https://feed.example/drop"] = "20.0.0.0/23\n20.9.0.0/24\n"
	text["https://feed.example/sum"] = sha(text["https://feed.example/drop"])
	p.pass(time.Hour)
	p.minutes(1)
	assert.Equal(t, []string{"20.0.0.0/23", "20.9.0.0/24"}, w.sets["v4"].Addresses)
}

// TestNotReady: while the addresses of the AWS services in use are unknown, no event is lost and nobody is blocked.
func TestNotReady(t *testing.T) {
	w := newWorld(t)
	p := newProcess(t, w, w.serve(t).URL, &transport{})
	good := p.Fetch
	p.Fetch = func(context.Context, string) ([]byte, error) { return nil, errors.New("no way out") }
	again := p.send(finding("f1", "Recon:X", "9.9.9.9", start))
	require.Len(t, again, 1)
	assert.Empty(t, w.sets["v4"].Addresses)
	p.Fetch = good
	p.pass(time.Hour)
	p.send(tick)
	require.Empty(t, p.send(again...))
	p.minutes(1)
	assert.Contains(t, w.sets["v4"].Addresses, "9.9.9.9/32")
}

// TestLogsAndOthers: log records come directly; a malformed message comes again, until it is in the queue of dead letters.
func TestLogsAndOthers(t *testing.T) {
	w := newWorld(t)
	p := newProcess(t, w, w.serve(t).URL, &transport{})
	p.send(tick)
	message, err := json.Marshal(fmt.Sprintf(`{"timestamp":%d,
		"webaclId":"arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/1",
		"terminatingRuleId":"honeypot","httpRequest":{"clientIp":"9.9.9.9"}}`, start.UnixMilli()))
	require.NoError(t, err)
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = fmt.Fprintf(z, `{"messageType":"DATA_MESSAGE","logEvents":[{"message":%s}]}`, message)
	require.NoError(t, z.Close())
	p.pass(time.Minute)
	_, err = p.call(t.Context(), fmt.Appendf(nil, `{"awslogs":{"data":%q}}`, base64.StdEncoding.EncodeToString(b.Bytes())))
	require.NoError(t, err)
	assert.Contains(t, w.sets["v4"].Addresses, "9.9.9.9/32")
	for _, bad := range []string{`{"awslogs":{"data":"!"}}`, `{"awslogs":{"data":"AAAA"}}`, `[]`, `{}`} {
		_, err = p.call(t.Context(), []byte(bad))
		assert.Error(t, err, bad)
	}
	assert.Equal(t, []string{"hello", "{}"}, p.send("hello", tick, "{}"))
	_, err = p.call(t.Context(), []byte(tick))
	assert.NoError(t, err)
}

func TestEnvironment(t *testing.T) {
	_, err := newHandler(func(string) string { return "" }, aws.Config{})
	assert.ErrorContains(t, err, "the configuration is not valid")
	text, err := json.Marshal(testConfig())
	require.NoError(t, err)
	_, err = newHandler(func(name string) string {
		return map[string]string{"RESPONSE": string(text), "IP_SETS_4": "x", "QUARANTINE": "y", "OWN_ADDRESSES": "z",
			"PREFIX_LISTS_4": "pl=x"}[name]
	}, aws.Config{})
	for _, want := range []string{"TABLE is not set", `"x" is no ARN of an IP set`, `QUARANTINE has "y"`, `"z"`, `parsing "x"`} {
		assert.ErrorContains(t, err, want)
	}
}

func TestFetchStaysOnHTTPS(t *testing.T) {
	_, err := fetch(t.Context(), "https://127.0.0.1:1/")
	assert.Error(t, err)
	r, _ := http.NewRequest(http.MethodGet, "http://x/", nil)
	assert.Error(t, client.CheckRedirect(r, nil))
}
