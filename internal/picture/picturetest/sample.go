package picturetest

import (
	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Sample returns a picture with every lane, every state and every mark.
func Sample() *picture.Picture {
	p := &picture.Picture{
		Title: "Shop", Summary: "5 tiers, 1 endpoint, 10 flows. The templates differ from the declaration: 2 findings.",
		Notes: []string{"2 assumptions behind this picture; tierwall show lists them."},
		Boxes: []picture.Box{
			{ID: "internet", Lane: picture.Outside, Name: "Internet", Holds: []string{"all public addresses"}},
			{ID: "office", Lane: picture.Outside, Name: "203.0.113.0/24"},
			{ID: "balancer", Lane: picture.Edge, Name: "Balancer", Holds: []string{"load balancer, 2 zones"}},
			{ID: "bastion", Lane: picture.Bastion, Name: "Bastion", Holds: []string{"instance"}},
			{ID: "web", Lane: picture.Web, Name: "Web", Holds: []string{"Auto Scaling group, 2 zones"},
				Details: []string{"eu-west-1a", "eu-west-1b"}},
			{ID: "app", Lane: picture.App, Name: "App", Holds: []string{"3 × Lambda function, 2 zones"}, Why: "it opens connections to data"},
			{ID: "data", Lane: picture.Data, Name: "Database", Holds: []string{"RDS cluster, 2 zones"}},
			{ID: "endpoint", Lane: picture.Endpoint, Name: "secretsmanager", Holds: []string{"endpoint, 2 zones"}},
			{ID: "domain", Lane: picture.Reached, Name: "api.payments.example"},
		},
		Flows: []picture.Flow{
			{From: "internet", To: "balancer", Traffic: tcp(443)},
			{From: "office", To: "bastion", Traffic: tcp(22)},
			{From: "balancer", To: "web", Traffic: tcp(443), Inspected: true},
			{From: "web", To: "app", Traffic: tcp(8080)},
			{From: "web", To: "data", Traffic: tcp(5432), Exception: true, Until: "2027-12-31", Why: []string{"reports"}},
			{From: "app", To: "data", Traffic: tcp(5432)},
			{From: "app", To: "balancer", Traffic: tcp(443), State: picture.Wider, Why: []string{"rules on addresses meet"}},
			{From: "bastion", To: "data", Traffic: tcp(22), State: picture.Excess},
			{From: "bastion", To: "web", Traffic: tcp(22), State: picture.Missing},
			{From: "app", To: "endpoint", Traffic: tcp(443)},
			{From: "app", To: "domain", Traffic: tcp(443), Inspected: true},
			{From: "app", To: "app", Traffic: tcp(7946), State: picture.Possible, Why: []string{"Parameters.Group has no value"}},
		},
	}
	p.Sort()
	return p
}

// Changed returns a picture of a change with every kind of change.
func Changed() *picture.Picture {
	p := Sample()
	p.Title, p.Compared, p.Notes = "Change of the shop", true, nil
	p.Summary = "1 newly allowed, 1 possibly newly allowed, 1 newly denied, 1 possibly newly denied."
	p.Boxes = append(p.Boxes, picture.Box{ID: "cache", Lane: picture.Data, Name: "Cache", Holds: []string{"new"}, Change: picture.Added},
		picture.Box{ID: "old", Lane: picture.App, Name: "Batch", Holds: []string{"gone"}, Change: picture.Removed})
	p.Flows = append(p.Flows,
		picture.Flow{From: "internet", To: "data", Traffic: tcp(5432), Change: picture.Added},
		picture.Flow{From: "app", To: "cache", Traffic: tcp(6379), Change: picture.MaybeAdded, State: picture.Possible},
		picture.Flow{From: "old", To: "data", Traffic: tcp(5432), Change: picture.Removed},
		picture.Flow{From: "balancer", To: "old", Traffic: tcp(8443), Change: picture.MaybeRemoved},
		picture.Flow{From: "web", To: "app", Traffic: tcp(9000), Change: picture.LessInspected})
	p.Sort()
	return p
}

func tcp(port int) traffic.Set { return traffic.Ports(6, port, port) }

// HostileTexts are names that break out of formats that do not escape them.
var HostileTexts = []string{
	`</text><script>alert(1)</script>`, `"]; click b1 "javascript:alert(1)"; b1["`,
	"`**bold** [link](https://example.com)`", `<img src=x onerror=alert(1)>`,
	"]]>&lt;&#60;script", "line\nbreak\r\n%%{init: {}}%%", "\x00\x1b[31mred\u202egnp.exe\u200b\ufeff", "#quot;#60;b#62;",
	"1. list", "- item", "end",
	"$(reboot)`id`", "${x}{{y}}", "\xff\xfe", "📦👩‍👩‍👧", "-->|x| b2", "<br/><b>", "' onload='alert(1)", "http://evil.example/a",
}

// Hostile returns a picture with hostile texts in every field that comes from templates.
func Hostile() *picture.Picture {
	p := &picture.Picture{Title: HostileTexts[0], Summary: HostileTexts[3], Notes: HostileTexts}
	for i, text := range HostileTexts {
		p.Boxes = append(p.Boxes, picture.Box{
			ID: text, Lane: picture.Lane(i % 8), Name: text, Holds: []string{text}, Details: []string{text}, Why: text, Names: []string{text, text},
		})
		p.Flows = append(p.Flows, picture.Flow{
			From: text, To: HostileTexts[(i+1)%len(HostileTexts)], Traffic: tcp(i + 1), Exception: i%2 == 0, Until: text, Why: []string{text},
		})
	}
	p.Sort()
	return p
}
