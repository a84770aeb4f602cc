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

// TestPaths: detours to a closed path that the technologies behind resolve are closed too, and served paths stay open.
func TestPaths(t *testing.T) {
	t.Parallel()
	java, windows, linux := arch.Java, arch.Windows, arch.Linux
	for _, test := range []struct {
		of     arch.Technology
		target string
		want   string // by Admin
		routes string // by Routes
	}{
		{of: linux, target: "/shop/cart", want: "Allow", routes: "Allow"},
		{of: windows, target: "/shop/cart", want: "Allow", routes: "Allow"},
		{of: java, target: "/shop/cart", want: "Allow", routes: "Allow"},
		{of: java, target: "/shop/cart;jsessionid=1", want: "Allow", routes: "Allow"},
		{of: linux, target: "/ops/admin", want: "Block", routes: "Block"},
		{of: linux, target: "/shop/../ops/%61dmin/x", want: "Block", routes: "Block"},
		{of: linux, target: "/OPS/admin", want: "Block", routes: "Block"},
		// Linux reads a backslash as a letter.
		{of: linux, target: `/shop/..%5cops%5cadmin`, want: "Allow", routes: "Allow"},
		{of: windows, target: `/shop/..%5cops%5cadmin`, want: "Block", routes: "Block"},
		{of: windows, target: `/ops\admin`, want: "Block", routes: "Block"},
		{of: java, target: `/shop/..%5cops/admin`, want: "Block", routes: "Block"},
		{of: windows, target: "/shop/..;/ops/admin", want: "Allow", routes: "Allow"},
		{of: java, target: "/shop/..;/ops/admin", want: "Block", routes: "Block"},
		{of: java, target: "/shop/..;a=b/ops/admin", want: "Block", routes: "Block"},
		{of: java, target: "/shop/%2e%2e;/ops/admin", want: "Block", routes: "Block"},
		{of: java, target: "/shop/..%3b/ops/admin", want: "Block", routes: "Block"},
		{of: java, target: `/shop\..;\ops`, want: "Block", routes: "Block"},
		{of: java, target: "/.;/ops/admin", want: "Block", routes: "Block"},
		{of: java, target: "/ops;x/admin", want: "Block", routes: "Block"},
		{of: java, target: "/;x/ops/admin", want: "Block", routes: "Block"},
		{of: java, target: "/ops/;x/;y/admin;z/list", want: "Block", routes: "Block"},
		{of: java, target: "/ops/admin;x", want: "Block", routes: "Block"},
		{of: java, target: "/ops;x/administrators", want: "Allow", routes: "Block"},
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
