package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/response"
	"github.com/tierwall/tierwall/internal/response/feed"
)

var blockedNames = []string{".bad.example", "evil.example"}

// withLists lets a process fetch lists that a test changes, and returns them with the log of the process.
func withLists(p *process) (map[string]string, *bytes.Buffer) {
	text := maps.Clone(lists)
	var log bytes.Buffer
	p.Fetch = func(_ context.Context, url string) ([]byte, error) { return []byte(text[url]), nil }
	p.Log = slog.New(slog.NewJSONHandler(&log, nil))
	return text, &log
}

// TestNames: a list that cannot be right leaves the last good one in use, until that is too old. Both are said.
func TestNames(t *testing.T) {
	w := newWorld(t)
	p := newProcess(t, w, w.serve(t).URL, &transport{})
	text, log := withLists(p)
	p.send(tick)
	assert.Equal(t, blockedNames, w.names.targets)
	assert.Contains(t, log.String(), "4 names, before 0 blocks")
	assert.Contains(t, log.String(), "2 of its names are never blocked: .example.com meets api.example.com: your network names it; "+
		"bucket.s3.eu-west-1.amazonaws.com meets .amazonaws.com: AWS.")
	p.minutes(3)
	assert.Equal(t, 1, w.calls["UpdateRuleGroup"], "only if something differs")
	var many strings.Builder
	for i := range response.MaxNames + 1 {
		fmt.Fprintf(&many, "n%d.example\n", i)
	}
	for bad, why := range map[string]string{
		"com": "two labels or more", ".co.uk": "public suffix", "<html>": "HTML", "": "no names", "*.evil.example": "wildcard",
		"\x1f\x8b": "compressed", "evil.example": "less than half", strings.Repeat("junk ", 1<<20): "too long",
		many.String(): "the list has 4999 names; the rule group has room for 4998",
		"evil.example\" nocase; sid:1;)\npass ip any any -> any any": "invalid label",
	} {
		log.Reset()
		text[namesURL] = bad
		p.pass(time.Hour)
		p.minutes(1)
		assert.Equal(t, blockedNames, w.names.targets, "%.40q", bad)
		assert.Contains(t, log.String(), "feed refused")
		assert.Contains(t, log.String(), why, "%.40q", bad)
		assert.Contains(t, log.String(), "The last good list of 4 names stays in use for 7 days")
		assert.NotContains(t, log.String(), "feed without a list")
	}
	p.pass(7 * 24 * time.Hour)
	log.Reset()
	p.minutes(2)
	assert.Equal(t, []string{response.PlaceholderName}, w.names.targets)
	assert.Contains(t, log.String(), "feed without a list")
	text[namesURL] = strings.Replace(many.String(), "n0.example\n", "", 1)
	log.Reset()
	p.pass(time.Hour)
	p.minutes(2)
	assert.Len(t, w.names.targets, response.MaxNames)
}

// TestNamesOfTwoFeeds: a feed that does not fit beside the ones before is left out as a whole, and that is said.
func TestNamesOfTwoFeeds(t *testing.T) {
	w := newWorld(t)
	p := newProcess(t, w, w.serve(t).URL, &transport{}, func(c *response.Config) {
		c.Feeds = append(c.Feeds, response.FeedSource{Name: "more", URL: "more", Form: feed.Hosts, Minutes: 60})
		c.Feeds[2].URL = "https://feed.example/more"
	})
	text, log := withLists(p)
	var many strings.Builder
	for i := range response.MaxNames - 1 {
		fmt.Fprintf(&many, "0.0.0.0 n%d.example\n", i)
	}
	text["https://feed.example/more"] = many.String()
	p.send(tick)
	assert.Equal(t, blockedNames, w.names.targets)
	assert.Contains(t, log.String(), `"msg":"set incomplete"`)
	assert.Contains(t, log.String(), `"feeds":["more"]`)
}

// TestStackWritesTheNames: CloudFormation writes the template's list, also between a reading and a writing. The next event restores it.
func TestStackWritesTheNames(t *testing.T) {
	w := newWorld(t)
	p := newProcess(t, w, w.serve(t).URL, &transport{})
	written := 0
	w.fail = func(operation string, _ int, _ string) *apiError {
		if operation == "UpdateRuleGroup" && written < 2 {
			written++
			w.names.token++
		}
		return nil
	}
	p.send(tick)
	assert.Equal(t, blockedNames, w.names.targets)
	assert.Equal(t, 3, w.calls["UpdateRuleGroup"])
	w.names.targets = []string{response.PlaceholderName}
	w.names.token++
	p.pass(time.Minute)
	require.Empty(t, p.send(`{"source":"aws.cloudformation","detail-type":"CloudFormation Stack Status Change"}`))
	assert.Equal(t, blockedNames, w.names.targets)
}

// TestNamesBusy: AWS still carries out a change. The message comes again, and the next minute does it.
func TestNamesBusy(t *testing.T) {
	w := newWorld(t)
	p := newProcess(t, w, w.serve(t).URL, &transport{})
	w.names.busy = start.Add(90 * time.Second)
	assert.Equal(t, []string{tick}, p.send(tick))
	assert.Equal(t, []string{response.PlaceholderName}, w.names.targets)
	p.minutes(2)
	assert.Equal(t, blockedNames, w.names.targets)
}

// TestNamesNeedNoRanges: names are blocked even if the addresses of AWS are not known yet.
func TestNamesNeedNoRanges(t *testing.T) {
	w := newWorld(t)
	p := newProcess(t, w, w.serve(t).URL, &transport{})
	text, _ := withLists(p)
	text[feed.AWSRangesURL] = ""
	p.send(tick)
	assert.Equal(t, blockedNames, w.names.targets)
	assert.Empty(t, w.sets["v4"].Addresses)
}

// TestNamesOfTwoProcesses: two processes at the same time, while something else changes the group as well.
func TestNamesOfTwoProcesses(t *testing.T) {
	w := newWorld(t)
	url := w.serve(t).URL
	var running sync.WaitGroup
	for range 2 {
		p := newProcess(t, w, url, &transport{})
		running.Go(func() {
			for range 10 {
				p.pass(20 * time.Second)
				p.send(tick)
				w.Lock()
				w.names.targets, w.names.token = []string{"other.example"}, w.names.token+1
				w.Unlock()
			}
		})
	}
	running.Wait()
	newProcess(t, w, url, &transport{}).minutes(4)
	assert.Equal(t, blockedNames, w.names.targets)
}

// TestDryRunOfNames: nothing is changed, and the decisions say what would not be blocked.
func TestDryRunOfNames(t *testing.T) {
	w := newWorld(t)
	p := newProcess(t, w, w.serve(t).URL, &transport{}, func(c *response.Config) { c.Enforce = false })
	_, log := withLists(p)
	p.send(tick)
	assert.Zero(t, w.calls["UpdateRuleGroup"])
	assert.Contains(t, log.String(), "Nothing of it is blocked without Enforce. 2 of its names are never blocked")
}

// TestNoListOfNames: a group of another kind is never written.
func TestNoListOfNames(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(rw, `{"UpdateToken":"1","RuleGroup":{"RulesSource":{"RulesString":"pass ip any any -> any any (sid:1;)"}},
			"RuleGroupResponse":{}}`)
	}))
	t.Cleanup(s.Close)
	p := newProcess(t, newWorld(t), s.URL, &transport{})
	_, _, err := p.Names.Read(t.Context())
	assert.ErrorContains(t, err, "no list of domain names")
}

// TestFetchBomb: a small answer that becomes 1 GB is cut off.
func TestFetchBomb(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 1 << 10 {
		_, _ = z.Write(make([]byte, 1<<20))
	}
	require.NoError(t, z.Close())
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Encoding", "gzip")
		_, _ = rw.Write(bomb.Bytes())
	}))
	t.Cleanup(s.Close)
	text, err := fetch(t.Context(), s.URL)
	require.NoError(t, err)
	assert.Len(t, text, feed.MaxBytes+1)
	_, err = feed.Read(feed.Domains, text, feed.List{})
	assert.ErrorContains(t, err, "more than 10485760 bytes")
}
