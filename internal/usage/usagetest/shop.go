package usagetest

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/flowlog"
	"github.com/tierwall/tierwall/internal/traffic"
)

// shopFile is the architecture whose logs WriteShop writes.
const shopFile = `version: 1
name: Shop
network: {cidr: 10.0.0.0/16, zones: [eu-west-1a]}
environments: {Live: {region: eu-west-1}}
peers: {office: 203.0.113.0/24}

tiers:
  LoadBalancer: edge
  Web: web
  App: app
  Database: data
  Cache: {kind: data, block: 6}
  Bastion: bastion

flows:
  internet -> LoadBalancer https: customers
  LoadBalancer -> Web https: customers
  Web -> App tcp/8080: orders
  App -> Database postgresql: orders
  App -> Cache redis: {because: sessions, owner: storefront}
  App -> api.payments.example https: payments
  office -> Bastion ssh: operations

resources:
  certificate: {type: certificate, arn: "arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d-0000-4000-8000-000000000000"}
loadBalancers:
  Balancer: {tier: LoadBalancer, certificates: [certificate], to: {tier: Web}}
webACLs:
  WebACL: {tier: LoadBalancer, resource: Balancer, hosts: [shop.example.com]}
inspection: {paths: [egress]}
`

// shopHours is how long the logs of the shop are.
const shopHours = 24

// WriteShop writes a small architecture and a day of its logs into a folder: flow logs, alerts of its firewall, and requests to its web
// ACL as an export of CloudWatch Logs. They are the same each time. acl is the name of the web ACL in the templates.
func WriteShop(dir, acl string) error {
	for name, text := range map[string]string{
		"architecture.yaml": shopFile, "logs/alert.log": strings.Join(shopAlerts(), "\n") + "\n", "logs/waf.json": shopRequests(acl),
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return err
		}
	}
	w := &World{Layout: Layout{Fields: strings.Fields(flowlog.DefaultFormat + " tcp-flags flow-direction"), Storage: "text"}}
	return w.write(filepath.Join(dir, "logs", "flow.log"), shopRecords())
}

// shopRecords returns the records of the flow log.
func shopRecords() []record {
	of := map[string]*iface{}
	for name, addr := range map[string]string{
		"lb": "10.0.16.5", "web": "10.0.32.5", "app": "10.0.48.5", "db": "10.0.64.5", "cache": "10.0.96.5",
	} {
		of[name] = &iface{id: "eni-0" + name, addr: netip.MustParseAddr(addr)}
	}
	var out []record
	for at := int64(begin); at < begin+shopHours*3600; at += 600 {
		for _, name := range []string{"lb", "web", "app", "db", "cache"} {
			out = append(out, record{iface: of[name], status: "NODATA", start: at, end: at + 600})
		}
	}
	outside := func(text string) *iface { return &iface{addr: netip.MustParseAddr(text)} }
	connect := func(from, to *iface, port uint16, at int64, reject bool) {
		out = append(out, shopConnection(from, to, port, begin+at, reject)...)
	}
	for i := range int64(6) {
		at := i * 13_000
		connect(outside(fmt.Sprintf("198.51.100.%d", 10+i)), of["lb"], 443, at, false)
		connect(of["lb"], of["web"], 443, at+1, false)
		connect(of["web"], of["app"], 8080, at+1, false)
		connect(of["app"], of["db"], 5432, at+2, false)
		connect(outside(fmt.Sprintf("192.0.2.%d", 10+i)), of["lb"], uint16(22+i*1600), at+600, true)
	}
	connect(of["app"], outside("198.51.100.200"), 443, 4000, false)
	connect(of["web"], of["db"], 5432, 9000, true)
	connect(of["web"], of["cache"], 6379, 9100, false)
	return out
}

// shopConnection returns the records of a connection. What is rejected is rejected where it leaves, or where it comes in from outside.
func shopConnection(from, to *iface, port uint16, at int64, reject bool) []record {
	var out []record
	for _, i := range []*iface{from, to} {
		if i.id == "" || reject && i == to && from.id != "" {
			continue
		}
		request := record{
			iface: i, status: "OK", source: from.addr, target: to.addr, sourcePort: uint16(40_000 + at%20_000), targetPort: port,
			protocol: traffic.TCP, packets: 10, bytes: 1200, start: at, end: at + 20, flags: 3, reject: reject, egress: i == from,
		}
		if reject {
			request.packets, request.bytes, request.flags = 1, 60, 2
		}
		out = append(out, request)
		if !reject {
			back := request
			back.source, back.target, back.sourcePort, back.targetPort = to.addr, from.addr, port, request.sourcePort
			back.bytes, back.flags, back.egress = 5200, 19, i == to
			out = append(out, back)
		}
	}
	return out
}

// shopAlerts returns the records of the alert log: the default action of the policy drops what nobody declared.
func shopAlerts() []string {
	var out []string
	for i := range int64(3) {
		at := time.Unix(begin+i*7200, 0).UTC()
		event := map[string]any{
			"timestamp": at.Format("2006-01-02T15:04:05.000000-0700"), "event_type": "alert", "flow_id": 1582438383425873 + i,
			"src_ip": "10.0.48.5", "src_port": 40_000 + i, "dest_ip": "198.51.100.99", "dest_port": 443, "proto": "TCP", "direction": "to_server",
			"alert":   map[string]any{"action": "blocked", "signature_id": 4, "rev": 0, "signature": "aws:alert_established action", "severity": 3},
			"verdict": map[string]any{"action": "drop"}, "app_proto": "tls", "tls": map[string]any{"sni": "api.mail.example"},
			"aws_metadata": map[string]any{"resource_arn": "arn:aws:network-firewall:eu-west-1:111122223333:firewall-policy/Shop"},
		}
		text, _ := json.Marshal(map[string]any{ // Maps of texts and numbers can be encoded.
			"firewall_name": "Live-Shop-Firewall", "availability_zone": "eu-west-1a", "event_timestamp": fmt.Sprint(at.Unix()), "event": event,
		})
		out = append(out, string(text))
	}
	return out
}

// shopRequests returns an export of the web ACL's log.
func shopRequests(acl string) string {
	var events []map[string]any
	for i := range int64(20) {
		rule, action := "Default_Action", "ALLOW"
		if i%5 == 4 {
			rule, action = "Hosts", "BLOCK"
		}
		at := (begin + i*60) * 1000
		text, _ := json.Marshal(map[string]any{
			"timestamp": at, "formatVersion": 1, "webaclId": "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/" + acl + "/0a1b",
			"terminatingRuleId": rule, "action": action, "ruleGroupList": []any{}, "nonTerminatingMatchingRules": []any{},
			"httpRequest": map[string]any{"clientIp": "198.51.100.10", "uri": "/", "httpMethod": "GET"},
		})
		events = append(events, map[string]any{"timestamp": at, "message": string(text), "logStreamName": "eu-west-1_shop_0"})
	}
	text, _ := json.MarshalIndent(map[string]any{"events": events, "searchedLogStreams": []any{}}, "", "    ")
	return string(text) + "\n"
}
