package webacl_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/webacl"
	"github.com/tierwall/tierwall/internal/webacl/evaluate"
)

// TestPaths: ways to a closed path that the technologies behind resolve are closed as well, and what is served stays so.
func TestPaths(t *testing.T) {
	t.Parallel()
	java, windows, linux := arch.Java, arch.Windows, arch.Linux
	for _, test := range []struct {
		of     arch.Technology
		target string
		want   string // by Admin alone; by Routes alone
		routes string
	}{
		{linux, "/shop/cart", "Allow", "Allow"}, {windows, "/shop/cart", "Allow", "Allow"}, {java, "/shop/cart", "Allow", "Allow"}, {java,
			"/shop/cart;jsessionid=1", "Allow", "Allow"},
		{linux, "/ops/admin", "Block", "Block"}, {linux, "/shop/../ops/%61dmin/x", "Block", "Block"}, {linux, "/OPS/admin", "Block",
			"Block"},
		// Linux takes a backslash for a letter.
		{linux, `/shop/..%5cops%5cadmin`, "Allow", "Allow"},
		{windows, `/shop/..%5cops%5cadmin`, "Block", "Block"}, {windows, `/ops\admin`, "Block", "Block"}, {java, `/shop/..%5cops/admin`,
			"Block", "Block"},
		{windows, "/shop/..;/ops/admin", "Allow", "Allow"},
		{java, "/shop/..;/ops/admin", "Block", "Block"}, {java, "/shop/..;a=b/ops/admin", "Block", "Block"}, {java,
			"/shop/%2e%2e;/ops/admin", "Block", "Block"}, {java, "/shop/..%3b/ops/admin", "Block", "Block"},
		{java, `/shop\..;\ops`, "Block", "Block"}, {java, "/.;/ops/admin", "Block", "Block"},
		{java, "/ops;x/admin", "Block", "Block"}, {java, "/;x/ops/admin", "Block", "Block"}, {java, "/ops/;x/;y/admin;z/list", "Block",
			"Block"}, {java, "/ops/admin;x", "Block", "Block"},
		{java, "/ops;x/administrators", "Allow", "Block"},
	} {
		for rule, want := range map[string]string{"Admin": test.want, "Routes": test.routes} {
			serves := arch.Serves{Technologies: []arch.Technology{test.of}}
			if rule == "Admin" {
				serves.Admin = []string{"/ops/admin"}
			} else {
				serves.Routes = []arch.Route{{Path: "/shop/*"}}
			}
			p := plantest.Make(t, shopServing(arch.Protection{Serves: serves}, plantest.Internet))
			a, ok := p.WebACL("Edge")
			require.True(t, ok)
			acl := webacl.ACL{Scope: webacl.Regional, DefaultAction: &webacl.DefaultAction{Allow: &webacl.AllowAction{}}}
			for _, r := range a.Rules {
				if r.Name == rule {
					acl.Rules = append(acl.Rules, r.Rule)
				}
			}
			require.Len(t, acl.Rules, 1)
			got := evaluate.New(acl, webacl.References{}).Evaluate(evaluate.Request{Method: "GET", Target: test.target})
			assert.Equal(t, want, strings.Fields(got.String())[0], "%s: %s asks for %s", rule, technology(test.of), test.target)
		}
	}
}

func technology(t arch.Technology) string {
	text, _ := t.MarshalText()
	return string(text)
}
