package main

import (
	"testing"

	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/tiers/watch"
)

func TestMain(m *testing.M) { tierstest.Main(m) }

// password is the ARN of a secret. roles is the prefix of the ARNs of roles.
const (
	password = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/database-AbCdEf"
	roles    = "arn:aws:iam::123456789012:role/"
)

const certificate = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000"

func TestShop(t *testing.T) {
	for name, env := range map[string]environment{
		"production": {
			cidr: "10.0.0.0/16", zones: []string{"eu-west-1a", "eu-west-1b"}, nat: tiers.NATPerZone, production: true,
			certificate: certificate, roles: roles, password: password, dns: watch.DNSObserve,
		},
		"test": {
			cidr: "10.1.0.0/16", zones: []string{"eu-west-1a", "eu-west-1b"}, nat: tiers.NATSingle,
			certificate: certificate, roles: roles, password: password,
		},
	} {
		t.Run(name, func(t *testing.T) {
			stack := tierstest.Stack(t)
			shop(stack, env)
			tierstest.Snapshot(t, stack)
		})
	}
}

// TestRequests asks the web ACL of the shop about requests.
func TestRequests(t *testing.T) {
	stack := tierstest.Stack(t)
	shop(stack, environment{
		cidr: "10.0.0.0/16", zones: []string{"eu-west-1a", "eu-west-1b"}, certificate: certificate, roles: roles, password: password,
	})
	const office, customer, host = "203.0.113.7", "198.51.100.7", "shop.example.com"
	tierstest.RequireRequests(t, stack, "LoadBalancer/WebACL", []tierstest.Request{
		{From: customer, Host: host, Path: "/", Want: "Allow by default"},
		{From: customer, Host: host, Path: "/cart?item=7", Method: "POST", Want: "Allow"},
		{From: customer, Host: host, Path: "/static/../admin", Want: "Block by Admin"},
		{From: customer, Host: host, Path: "/admin", Want: "Block by Admin"},
		{From: office, Host: host, Path: "/admin", Want: "Allow"},
		{From: customer, Host: host, Path: "/.git/config", Want: "Block by Routes"},
		{From: customer, Host: "203.0.113.80", Path: "/", Want: "Block by Hosts"},
		{From: customer, Host: host, Path: "/login", Method: "POST", Before: map[string]int{"Login": 101}, Want: "Block by Login"},
	})
}
