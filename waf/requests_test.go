package waf_test

import (
	"testing"
	"time"

	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/waf"
)

// TestRequests checks that a protected tier accepts the requests that it serves, from its clients, and no others, in every spelling.
func TestRequests(t *testing.T) {
	stack := tierstest.Stack(t)
	waf.Protect(shop(stack, tiers.Internet), "WebACL", &waf.Props{
		Serves: waf.Serves{
			Hosts:  []string{"shop.example.com", ".example.org"},
			Routes: []waf.Route{{Path: "/"}, {Path: "/api/*", Methods: []string{"GET", "POST"}}, {Path: "/static/*", Methods: []string{"GET"}}},
			Admin:  []string{"/admin"}, AdminSources: []tiers.BlockPeer{tiers.CIDR("198.51.100.0/24")},
			Login: []string{"/login"}, Uploads: []string{"/upload"},
		},
		Origin:    &waf.Origin{Header: "X-Origin", Secrets: []string{"now", "next"}},
		Countries: []string{"DE", "FR"}, RateLimits: []waf.Rate{{Name: "Search", Paths: []string{"/api/search"}, Limit: 20, Window: time.Minute}},
	})
	ask := func(method, path, want string, change ...func(*tierstest.Request)) tierstest.Request {
		r := tierstest.Request{
			Method: method, Path: path, Host: "shop.example.com", Header: []string{"X-Origin: now"}, From: "203.0.113.7", Country: "DE",
			Want: want,
		}
		for _, c := range change {
			c(&r)
		}
		return r
	}
	header := func(lines ...string) func(*tierstest.Request) { return func(r *tierstest.Request) { r.Header = lines } }
	host := func(name string) func(*tierstest.Request) { return func(r *tierstest.Request) { r.Host = name } }
	from := func(address string) func(*tierstest.Request) { return func(r *tierstest.Request) { r.From = address } }
	before := func(rule string, n int) func(*tierstest.Request) {
		return func(r *tierstest.Request) { r.Before = map[string]int{rule: n} }
	}
	tierstest.RequireRequests(t, stack, "LoadBalancer/WebACL", []tierstest.Request{
		ask("GET", "/", "Allow by default"),
		ask("PATCH", "/", "Allow"),
		ask("GET", "/api/orders?id=1", "Allow"),
		ask("HEAD", "/api/orders", "Allow"),
		ask("POST", "/api/orders", "Allow"),
		ask("DELETE", "/api/orders", "Block by Routes"),
		ask("POST", "/static/logo.png", "Block by Routes"),
		ask("GET", "/static", "Block by Routes"),
		ask("GET", "/index.html", "Block by Routes"),
		ask("GET", "/static/../index.html", "Block by Routes"),
		ask("GET", "/static/%2e%2e/index.html", "Block by Routes"),
		ask("GET", "//api/orders", "Allow"),
		ask("GET", "/%61pi/orders", "Allow"),
		ask("GET", "/API/orders", "Block by Routes"),
		ask("GET", "/", "Allow", host("SHOP.example.com:443")),
		ask("GET", "/", "Allow", host("a.b.example.org")),
		ask("GET", "/", "Allow", host("example.org")),
		ask("GET", "/", "Block by Hosts", host("evil.example.com")),
		ask("GET", "/", "Block by Hosts", host("notexample.org")),
		ask("GET", "/", "Block by Hosts", host("shop.example.com.evil.net")),
		ask("GET", "/", "Block by Hosts", host("203.0.113.9")),
		ask("GET", "/", "Block by Hosts", host("")),
		ask("GET", "/admin", "Block by Admin"),
		ask("GET", "/admin", "Allow", from("198.51.100.7")),
		ask("GET", "/Admin/users", "Block by Admin"),
		ask("GET", "/x/../admin/", "Block by Admin"),
		ask("GET", "/%61dmin", "Block by Admin"),
		ask("GET", "/admin;x=1", "Block by Admin"),
		ask("GET", "/administration", "Block by Routes"),
		ask("POST", "/login", "Allow"),
		ask("POST", "/login", "Allow", before("Login", 100)),
		ask("POST", "/login", "Block by Login", before("Login", 101)),
		ask("GET", "/", "Allow", before("Login", 101)),
		ask("GET", "/api/search?q=x", "Block by RateSearch", before("RateSearch", 21)),
		ask("GET", "/api/orders", "Allow", before("RateSearch", 21)),
		ask("GET", "/", "Block by RateLimit", before("RateLimit", 2001)),
		ask("GET", "/", "Block by Countries", func(r *tierstest.Request) { r.Country = "US" }),
		ask("GET", "/", "Allow", header("x-origin: next")),
		ask("GET", "/", "Block by Origin", header("X-Origin: guess")),
		ask("GET", "/", "Block by Origin", header()),
	})
}

// TestSources checks that a web ACL accepts requests only from the sources of flows.
func TestSources(t *testing.T) {
	stack := tierstest.Stack(t)
	waf.Protect(shop(stack, tiers.CIDR("203.0.113.0/24")), "WebACL", &waf.Props{
		BlockedSources: []tiers.BlockPeer{tiers.CIDR("203.0.113.128/25")},
	})
	tierstest.RequireRequests(t, stack, "LoadBalancer/WebACL", []tierstest.Request{
		{From: "203.0.113.7", Want: "Allow"},
		{From: "203.0.113.200", Want: "Block by BlockedSources"},
		{From: "192.0.2.1", Want: "Block by Sources"},
		{From: "2001:db8::1", Want: "Block by Sources"},
	})
}

// TestObserved checks that a web ACL in mode Observe blocks nothing.
func TestObserved(t *testing.T) {
	stack := tierstest.Stack(t)
	waf.Protect(shop(stack, tiers.CIDR("203.0.113.0/24")), "WebACL", &waf.Props{
		Mode: waf.Observe, Serves: waf.Serves{Hosts: []string{"shop.example.com"}},
	})
	tierstest.RequireRequests(t, stack, "LoadBalancer/WebACL", []tierstest.Request{
		{From: "192.0.2.1", Host: "evil.example.com", Want: "Allow by default"},
	})
}
