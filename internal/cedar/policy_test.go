package cedar_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	cedargo "github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/cedar"
)

// The judge of these tests is cedar-go, the implementation of Cedar by its authors. allows says in plain Go what a declaration means; both
// must agree about every request.

// parse reads a policy as AWS Verified Access does.
func parse(t require.TestingT, text string) *cedargo.PolicySet {
	set, err := cedargo.NewPolicySetFromBytes("policy", []byte(text))
	require.NoError(t, err, text)
	return set
}

// judge lets cedar-go decide about a request, and says whether the evaluation of a statement failed.
func judge(set *cedargo.PolicySet, context types.Value) (allowed, failed bool) {
	record, _ := context.(types.Record)
	decision, diagnostic := cedargo.Authorize(set, types.EntityMap{}, cedargo.Request{
		Principal: types.NewEntityUID("Principal", "p"), Action: types.NewEntityUID("Action", "a"),
		Resource: types.NewEntityUID("Resource", "r"), Context: record,
	})
	return decision == cedargo.Allow, len(diagnostic.Errors) > 0
}

// allows says whether a declaration lets a request in.
func allows(p cedar.Policy, context types.Value) bool {
	host, _ := at(context, "http_request", "hostname").(types.String)
	path, hasPath := at(context, "http_request", "path").(types.String)
	for _, permission := range p.Permissions {
		if string(host) == p.Host && isMember(p, permission.Groups, context) &&
			(len(permission.Paths) == 0 || hasPath && isBelow(permission.Paths, string(path))) {
			return true
		}
	}
	return false
}

// at returns what a context has under keys, or nil.
func at(context types.Value, keys ...string) types.Value {
	for _, key := range keys {
		record, _ := context.(types.Record)
		context, _ = record.Get(types.String(key))
	}
	return context
}

func isMember(p cedar.Policy, groups []string, context types.Value) bool {
	if p.Claim != "" {
		set, _ := at(context, "people", p.Claim).(types.Set)
		return slices.ContainsFunc(groups, func(g string) bool { return set.Contains(types.String(g)) })
	}
	record, _ := at(context, "people", "groups").(types.Record)
	return slices.ContainsFunc(groups, func(g string) bool { _, ok := record.Get(types.String(g)); return ok })
}

func isBelow(prefixes []string, path string) bool {
	if strings.Contains(path, "..") || strings.ContainsAny(path, `%\`) {
		return false
	}
	path = strings.TrimPrefix(path, "/")
	return slices.ContainsFunc(prefixes, func(prefix string) bool {
		prefix = strings.Trim(prefix, "/")
		return path == prefix || strings.HasPrefix(path, prefix+"/")
	})
}

var (
	ids = []string{"c242c5b0-6081-1845-6fa8-6e0d9513c107", "906752bd39-0a1b2c3d-0000-4000-8000-000000000000",
		"C242C5B0-6081-1845-6FA8-6E0D9513C107"}
	names = []string{"finance", `say "hi"`, `back\slash`, "*", "Zürich", "a) || true || (b", "\u202eadmin",
		"people", `\u{41}`, "A", "Finance"}
	claims    = []string{"", "groups", "cognito:groups", `odd "claim"`, "in"}
	hosts     = []string{"portal.example.com", "reports.example.com", "PORTAL.example.com", ""}
	prefixes  = []string{"/admin/", "/admin", "/a", "/app/images/", "/:x/$&'()+,;=@!~_-"}
	requested = []string{"/", "", "admin", "/admin", "admin/", "/admin/x", "//admin/x", "/administrator", "administrator",
		"/x/admin/", "/admin/../x", "/admin/%2e%2e/x",
		`/admin/..\x`, `/admin\x`, "a", "/a/", "/a/*", "app/images", "app/images/1.png", "/app", "/:x/$&'()+,;=@!~_-/y", "/Admin/x"}
)

func pickSome(t *rapid.T, from []string, least int, label string) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(from), least, 3, rapid.ID[string]).Draw(t, label)
}

func drawPolicy(t *rapid.T) cedar.Policy {
	p := cedar.Policy{Host: rapid.SampledFrom(hosts[:2]).Draw(t, "host"), Claim: rapid.SampledFrom(claims).Draw(t, "claim")}
	for range rapid.IntRange(0, 3).Draw(t, "permissions") {
		groups := ids
		if p.Claim != "" {
			groups = names
		}
		p.Permissions = append(p.Permissions, cedar.Permission{
			Reason: rapid.SampledFrom([]string{"", "monthly closing", "a\nforbid(principal, action, resource);", "// */ \u2028 ü"}).
				Draw(t, "reason"),
			Groups: pickSome(t, groups, 1, "groups"), Paths: pickSome(t, prefixes, 0, "paths"),
		})
	}
	return p
}

// drawContext returns the context of a request. Half of them are requests of a member for what one of the permissions is for, so that many
// are allowed. Of all, some lack something that AWS documents, or have it in another type.
func drawContext(t *rapid.T, p cedar.Policy) types.Value {
	host, path := rapid.SampledFrom(hosts).Draw(t, "host of the request"), rapid.SampledFrom(requested).Draw(t, "path")
	claim := rapid.SampledFrom([]string{p.Claim, "groups", "roles"}).Draw(t, "claim of the person")
	provider := rapid.SampledFrom([]string{"people", "idc"}).Draw(t, "provider")
	from := ids
	if p.Claim != "" {
		from = names
	}
	member := pickSome(t, from, 0, "member of")
	if len(p.Permissions) > 0 && rapid.Bool().Draw(t, "meant") {
		meant := rapid.SampledFrom(p.Permissions).Draw(t, "meant permission")
		host, claim, provider = p.Host, p.Claim, "people"
		member = append(member, rapid.SampledFrom(meant.Groups).Draw(t, "meant group"))
		if len(meant.Paths) > 0 {
			path = rapid.SampledFrom(meant.Paths).Draw(t, "meant path") + rapid.SampledFrom([]string{"", "/x", "x", "/../x"}).Draw(t, "rest")
		}
	}
	var in types.Value
	if p.Claim == "" {
		claim = "groups"
		keys := types.RecordMap{}
		for _, id := range member {
			keys[types.String(id)] = types.NewRecord(types.RecordMap{"group_name": types.String("x")})
		}
		in = types.NewRecord(keys)
	} else {
		var values []types.Value
		for _, name := range member {
			values = append(values, types.String(name))
		}
		in = types.NewSet(values...)
	}
	spoiled := rapid.IntRange(-12, 4).Draw(t, "spoiled part")
	record := func(part int, of map[string]types.Value) types.Value {
		out := types.RecordMap{}
		for _, key := range slices.Sorted(maps.Keys(of)) {
			if v := of[key]; v != nil {
				out[types.String(key)] = v
			}
		}
		return spoil(t, part == spoiled, types.NewRecord(out))
	}
	return record(-99, map[string]types.Value{
		"http_request": record(0, map[string]types.Value{
			"hostname": spoil(t, spoiled == 1, types.String(host)), "path": spoil(t, spoiled == 2, types.String(path)),
		}),
		provider: record(3, map[string]types.Value{claim: spoil(t, spoiled == 4, in)}),
	})
}

// spoil returns v, or something else in its place.
func spoil(t *rapid.T, really bool, v types.Value) types.Value {
	if !really {
		return v
	}
	return []types.Value{
		nil, types.Long(1), types.True, types.NewSet(v), types.NewRecord(types.RecordMap{"x": v}), types.String("finance"), types.String(""),
	}[rapid.IntRange(0, 6).Draw(t, "instead")]
}

// TestAgreesWithCedar: cedar-go decides as the declaration says about every request, and a statement whose evaluation fails lets nobody in.
func TestAgreesWithCedar(t *testing.T) {
	t.Parallel()
	counts := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		p := drawPolicy(t)
		text := p.Text()
		set := parse(t, text)
		for range 20 {
			context := drawContext(t, p)
			allowed, failed := judge(set, context)
			if want := allows(p, context); allowed != want {
				t.Fatalf("cedar-go says %t, the declaration %t\n%s\n%s", allowed, want, text, context.MarshalCedar())
			}
			counts[fmt.Sprintf("allowed %t, failed %t", allowed, failed)]++
		}
	})
	t.Log(counts)
	if testing.Short() {
		return // rapid draws a fifth of the cases, too few to ask what they hold.
	}
	assert.Greater(t, counts["allowed true, failed false"], 200)
	assert.Greater(t, counts["allowed false, failed true"], 20)
}

// TestMutants: a policy that is wrong in one place decides otherwise about some request. So the comparison above sees mistakes.
func TestMutants(t *testing.T) {
	t.Parallel()
	for _, mutation := range []struct{ from, to string }{
		{"permit(principal", "forbid(principal"},
		{`hostname == "`, `hostname != "`},
		{`context.http_request.hostname == "portal.example.com" &&`, ""},
		{`["groups"] has "c242c5b0-6081-1845-6fa8-6e0d9513c107" ||`, `["groups"] has "c242c5b0-6081-1845-6fa8-6e0d9513c107" &&`},
		{`6e0d9513c107" ||`, `6e0d9513c108" ||`},
		{`(context.people["groups"] has`, `(!(context.people["groups"] has "x") || context.people["groups"] has`},
		{`!(context.http_request.path like "*..*") &&`, ""},
		{`!(context.http_request.path like "*%*") &&`, ""},
		{`!(context.http_request.path like "*\\*") &&`, ""},
		{`like "admin/*"`, `like "admin*"`},
		{`like "/admin/*"`, `like "*/admin/*"`},
		{`path == "admin" ||`, `path == "administrator" ||`},
		{`path == "/admin" ||`, `path == "/Admin" ||`},
	} {
		t.Run(mutation.from, func(t *testing.T) {
			t.Parallel()
			p := cedar.Policy{Host: hosts[0], Permissions: []cedar.Permission{{Groups: ids[:2], Paths: []string{"/admin/"}}}}
			text := p.Text()
			require.Contains(t, text, mutation.from)
			set := parse(t, strings.Replace(text, mutation.from, mutation.to, 1))
			assert.True(t, differs(p, set), text)
		})
	}
}

// differs reports whether a set of policies decides otherwise than a declaration about one of many requests.
func differs(p cedar.Policy, set *cedargo.PolicySet) bool {
	for _, host := range hosts {
		for _, path := range append(requested, "/admin/%41", `admin/\x`) {
			for _, in := range [][]string{{}, ids[:1], ids[1:2], ids[:2], ids[2:]} {
				keys := types.RecordMap{}
				for _, id := range in {
					keys[types.String(id)] = types.True
				}
				context := types.NewRecord(types.RecordMap{
					"http_request": types.NewRecord(types.RecordMap{"hostname": types.String(host), "path": types.String(path)}),
					"people":       types.NewRecord(types.RecordMap{"groups": types.NewRecord(keys)}),
				})
				if allowed, _ := judge(set, context); allowed != allows(p, context) {
					return true
				}
			}
		}
	}
	return false
}

// TestText: what a policy looks like.
func TestText(t *testing.T) {
	t.Parallel()
	p := cedar.Policy{Host: "portal.example.com", Claim: "cognito:groups", Permissions: []cedar.Permission{
		{Reason: "monthly closing", Groups: []string{`fin"ance`, "Zürich"}}, {Groups: []string{"admins"}, Paths: []string{"/admin/"}},
	}}
	assert.Equal(t, `// monthly closing
permit(principal, action, resource)
when {
  context has http_request &&
  context.http_request has hostname &&
  context.http_request.hostname == "portal.example.com" &&
  context has people &&
  context.people has "cognito:groups" &&
  (context.people["cognito:groups"].contains("fin\"ance") ||
    context.people["cognito:groups"].contains("Z\u{fc}rich"))
};

permit(principal, action, resource)
when {
  context has http_request &&
  context.http_request has hostname &&
  context.http_request.hostname == "portal.example.com" &&
  context has people &&
  context.people has "cognito:groups" &&
  context.people["cognito:groups"].contains("admins") &&
  context.http_request has path &&
  !(context.http_request.path like "*..*") &&
  !(context.http_request.path like "*%*") &&
  !(context.http_request.path like "*\\*") &&
  (context.http_request.path == "admin" ||
    context.http_request.path like "admin/*" ||
    context.http_request.path == "/admin" ||
    context.http_request.path like "/admin/*")
};
`, p.Text())
	nobody, _ := judge(parse(t, cedar.Policy{Host: "x"}.Text()), types.NewRecord(types.RecordMap{}))
	assert.False(t, nobody)
}

// TestSampleOfAWS: why the package does not write conditions as AWS's own sample does. To ask whether a text contains another one is an
// error of types in Cedar, so the sample lets nobody in.
func TestSampleOfAWS(t *testing.T) {
	t.Parallel()
	set := parse(t, `permit(principal, action, resource) when { context.idc.user.email.address.contains("@example.com") };`)
	email := types.NewRecord(types.RecordMap{"address": types.String("a@example.com")})
	user := types.NewRecord(types.RecordMap{"email": email})
	allowed, failed := judge(set, types.NewRecord(types.RecordMap{"idc": types.NewRecord(types.RecordMap{"user": user})}))
	assert.False(t, allowed)
	assert.True(t, failed)
}

// TestChecks: what users write is usable, or refused with what is allowed.
func TestChecks(t *testing.T) {
	t.Parallel()
	for _, id := range ids {
		assert.NoError(t, cedar.CheckGroup("", id))
	}
	for _, name := range names[:6] {
		assert.NoError(t, cedar.CheckGroup("groups", name))
	}
	for _, prefix := range prefixes {
		assert.NoError(t, cedar.CheckPath(prefix))
	}
	for _, err := range []error{
		cedar.CheckGroup("", "finance"), cedar.CheckGroup("", ""), cedar.CheckGroup("", ids[0]+"\n"), cedar.CheckGroup("", "${Token[TOKEN.1]}"),
		cedar.CheckGroup("groups", ""), cedar.CheckGroup("groups", strings.Repeat("x", 257)), cedar.CheckGroup("groups", "a\nb"),
		cedar.CheckGroup("groups", "\u202eadmin"), cedar.CheckGroup("groups", "\xff"), cedar.CheckGroup("groups", "${Token[TOKEN.1]}"),
		cedar.CheckGroup("groups", "{{resolve:ssm:x}}"), cedar.CheckGroup("groups", " a"), cedar.CheckClaim(""), cedar.CheckClaim("a\x00"),
		cedar.CheckPath(""), cedar.CheckPath("/"), cedar.CheckPath("admin"), cedar.CheckPath("/a/*"),
		cedar.CheckPath("/a/../b"), cedar.CheckPath("/a%2f"),
		cedar.CheckPath("/a?x=1"), cedar.CheckPath("/a#b"), cedar.CheckPath(`/a\b`),
		cedar.CheckPath("/a//b"), cedar.CheckPath("/./b"), cedar.CheckPath("/ü"),
		cedar.CheckPath(`/a"b`), cedar.CheckPath("/a\n"), cedar.CheckPath("/" + strings.Repeat("x", 256)),
	} {
		assert.ErrorContains(t, err, "got ")
	}
}

// FuzzText: whatever the texts are, the policy can be read, has one permit statement for each permission, and allows the declared people.
func FuzzText(f *testing.F) {
	f.Add("finance", "groups", "monthly closing")
	f.Add(`") || true || ("`, `"]`, "\n};permit(principal, action, resource);//")
	f.Fuzz(func(t *testing.T, group, claim, reason string) {
		if cedar.CheckGroup("x", group) != nil || cedar.CheckClaim(claim) != nil {
			return
		}
		p := cedar.Policy{Host: "h", Claim: claim, Permissions: []cedar.Permission{{Reason: reason, Groups: []string{group}}}}
		text := p.Text()
		set := parse(t, text)
		n := 0
		for range set.All() {
			n++
		}
		require.Equal(t, 1, n, text)
		for _, member := range []string{group, group + "x", "x"} {
			context := types.NewRecord(types.RecordMap{
				"http_request": types.NewRecord(types.RecordMap{"hostname": types.String("h")}),
				"people":       types.NewRecord(types.RecordMap{types.String(claim): types.NewSet(types.String(member))}),
			})
			allowed, failed := judge(set, context)
			require.False(t, failed, text)
			require.Equal(t, member == group, allowed, text)
		}
	})
}
