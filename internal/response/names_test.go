package response

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/suricata"
)

// TestNameGuard: neither what a flow needs nor AWS is blocked, by its name, by a parent's, or by one below it.
func TestNameGuard(t *testing.T) {
	t.Parallel()
	g := NewNameGuard(Config{Names: []string{"api.example.com", ".partner.example"}, AllowedNames: []string{".mine.example"}})
	for name, want := range map[string]string{
		"api.example.com": "api.example.com meets api.example.com: your network names it", ".api.example.com": "your network",
		".example.com": "your network", "example.com": "", "www.example.com": "", "x.api.example.com": "", ".pi.example.com": "",
		"partner.example": "your network", "x.partner.example": "your network", ".y.x.partner.example": "your network", "notpartner.example": "",
		"x.mine.example": "allowed", "evil.s3.eu-west-1.amazonaws.com": "AWS", ".amazonaws.com": "AWS", "sqs.eu-west-1.api.aws": "AWS",
		"xamazonaws.com": "", "ip-10-0-0-1.ec2.internal": "private", "aws.amazon.com": "AWS", ".amazon.com": "AWS", "amazon.com": "",
	} {
		if got := g.Why(name); want == "" {
			assert.Empty(t, got, name)
		} else {
			assert.Contains(t, got, want, name)
		}
	}
}

func TestProjectNames(t *testing.T) {
	t.Parallel()
	g := NewNameGuard(Config{Names: []string{"api.example.com"}})
	feeds := []FeedNames{
		{"a", []string{".bad.example", "api.example.com", "x.bad.example", "evil.example"}},
		{"large", []string{"1.example", "2.example", "3.example"}}, {"b", []string{"bad.example", ".y.bad.example", "last.example"}},
	}
	p := ProjectNames(feeds, g, 3)
	assert.Equal(t, []string{".bad.example", "evil.example", "last.example"}, p.Names)
	assert.Equal(t, []string{"large"}, p.LeftOut)
	assert.Equal(t, []string{PlaceholderName}, ProjectNames(nil, g, 3).Names)
	assert.Equal(t, []string{PlaceholderName}, ProjectNames([]FeedNames{{"a", []string{"api.example.com"}}}, g, 3).Names)
}

// TestNameCapacity: the largest list fits into the group, and one more name does not.
func TestNameCapacity(t *testing.T) {
	t.Parallel()
	l := suricata.DomainList{Targets: make([]string, MaxNames), HTTP: true, TLS: true}
	assert.LessOrEqual(t, l.Capacity(), NameCapacity)
	l.Targets = append(l.Targets, "")
	assert.Greater(t, l.Capacity(), NameCapacity)
	assert.NoError(t, suricata.CheckDomain(PlaceholderName))
}

// TestProjectNamesMatches: for each host, the projection blocks what the list blocks, and nothing that a guarded name stands for.
func TestProjectNamesMatches(t *testing.T) {
	label := rapid.SampledFrom([]string{"a", "b", "ab"})
	host := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(append(rapid.SliceOfN(label, 1, 3).Draw(t, "labels"), "x"), ".")
	})
	name := rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom([]string{"", "."}).Draw(t, "dot") + host.Draw(t, "host")
	})
	// stands says whether a name stands for a host, as Suricata's rules do: dotprefix and endswith, or the whole text.
	stands := func(name, host string) bool {
		if strings.HasPrefix(name, ".") {
			return strings.HasSuffix("."+host, name)
		}
		return name == host
	}
	anyOf := func(names []string, host string) bool {
		for _, n := range names {
			if stands(n, host) {
				return true
			}
		}
		return false
	}
	rapid.Check(t, func(t *rapid.T) {
		names, needed := rapid.SliceOf(name).Draw(t, "names"), rapid.SliceOfN(name, 0, 2).Draw(t, "needed")
		got := ProjectNames([]FeedNames{{"f", names}}, NewNameGuard(Config{Names: needed}), 1000).Names
		h := host.Draw(t, "host")
		switch {
		case anyOf(got, h) && anyOf(needed, h):
			t.Fatalf("%s is needed, but blocked: %v", h, got)
		case anyOf(got, h) && !anyOf(names, h):
			t.Fatalf("%s is not in the list, but blocked: %v", h, got)
		case len(needed) == 0 && anyOf(names, h) && !anyOf(got, h):
			t.Fatalf("%s is lost: %v", h, got)
		}
		for i, n := range got {
			if all := fmt.Sprint(got[:i]); i > 0 && got[i-1] >= n {
				t.Fatalf("not sorted: %s %s", all, n)
			}
		}
	})
}
