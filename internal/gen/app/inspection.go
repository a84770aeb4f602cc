package app

import (
	"path"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/gen/document"
)

// inspectionUsesMade reports whether the inspection needs a resource of workloads.go.
func (g *generator) inspectionUsesMade() bool {
	if g.doc.Inspection == nil || g.doc.Inspection.Logs == nil {
		return false
	}
	l := g.doc.Inspection.Logs
	return g.anyMade(l.Alert, l.Flow, l.TLS, l.Key)
}

// inspection writes the firewall.
func (g *generator) inspection() {
	i := g.doc.Inspection
	var l literal
	of := func(d *document.Document) *document.Inspection { return d.Inspection }
	f := leaf[*document.Inspection]{g, "Inspection", of, &l}
	g.current.blank()
	f.set("Paths", "firewall.Paths", g.pathsCode)
	f.set("Mode", "firewall.Mode", func(i *document.Inspection) string {
		return g.word(i.Mode, map[string]string{"enforce": "firewall.Enforce", "observe": "firewall.Observe", "prepare": "firewall.Prepare"})
	})
	f.set("Strict", "bool", func(i *document.Inspection) string { return truth(i.Strict) })
	f.set("Midstream", "firewall.Midstream", func(i *document.Inspection) string {
		return g.word(i.Midstream, map[string]string{
			"reject": "firewall.MidstreamReject", "drop": "firewall.MidstreamDrop", "continue": "firewall.MidstreamContinue",
		})
	})
	managed := g.value("InspectionManaged", "[]firewall.ManagedGroup", func(d *document.Document) string {
		return managedCode(d.Inspection.Managed)
	})
	if i.Policy != nil {
		g.current.do(i.At, "policy := "+g.firewallPolicy(managed))
		l.set("Policy", "policy")
		managed = ""
	}
	l.set("Threats", g.threats())
	l.set("Managed", managed)
	l.set("Logging", g.firewallLogs())
	f.set("Name", "string", func(i *document.Inspection) string { return text(i.Name) })
	l.set("Production", g.production("InspectionProduction", func(d *document.Document) *bool { return d.Inspection.Production }))
	g.current.do(i.At, "s.Firewall = "+call("firewall.Inspect", "s.Network", l.of("&firewall.Props")))
}

func (g *generator) pathsCode(i *document.Inspection) string {
	var paths []string
	for _, p := range i.Paths {
		paths = append(paths, g.word(p, map[string]string{
			"egress": "firewall.Egress", "ingress": "firewall.Ingress", "east-west": "firewall.EastWest",
		}))
	}
	return strings.Join(paths, " | ")
}

// managedGroups are the groups of AWS that package firewall has a variable for. The variable has the group's name.
var managedGroups = strings.Fields("AttackInfrastructure BotNetCommandAndControlDomains AbusedLegitBotNetCommandAndControlDomains " +
	"MalwareDomains AbusedLegitMalwareDomains ThreatSignaturesBotnet ThreatSignaturesBotnetWeb ThreatSignaturesBotnetWindows " +
	"ThreatSignaturesIOC ThreatSignaturesDoS ThreatSignaturesEmergingEvents ThreatSignaturesExploits ThreatSignaturesFUP " +
	"ThreatSignaturesMalware ThreatSignaturesMalwareCoinmining ThreatSignaturesMalwareMobile ThreatSignaturesMalwareWeb " +
	"ThreatSignaturesPhishing ThreatSignaturesScanners ThreatSignaturesSuspect ThreatSignaturesWebAttacks")

func managedCode(groups []document.ManagedGroup) string {
	var elements []string
	for _, m := range groups {
		code := "firewall.Managed(" + strconv.Quote(m.Name) + ", " + strconv.Itoa(m.Capacity) + ")"
		for _, known := range managedGroups {
			if m.Name == known && m.Capacity == 0 {
				code = "firewall." + known
			}
		}
		if m.Drop {
			code += ".Dropping()"
		}
		elements = append(elements, code)
	}
	if len(elements) == 0 {
		return ""
	}
	return slice("firewall.ManagedGroup", elements)
}

// firewallPolicy returns the policy of the firewall.
func (g *generator) firewallPolicy(managed string) string {
	of := func(d *document.Document) document.FirewallPolicy {
		if p := d.Inspection.Policy; p != nil {
			return *p
		}
		return document.FirewallPolicy{}
	}
	var l literal
	f := leaf[document.FirewallPolicy]{g, "Policy", of, &l}
	f.set("HomeNet", "[]string", func(p document.FirewallPolicy) string { return idTexts(p.HomeNet) })
	l.set("Managed", managed)
	f.set("IdleTimeout", "time.Duration", func(p document.FirewallPolicy) string { return seconds(p.IdleTimeout) })
	if tls := g.value("PolicyTLS", "string", func(d *document.Document) string { return g.idIn(d, of(d).TLS) }); tls != "" {
		g.fixed(g.doc.Inspection.At, "whether the policy inspects TLS", func(d *document.Document) string {
			return strconv.FormatBool(of(d).TLS != "")
		})
		l.set("TLSInspection", call("firewall.ImportTLSInspection", "s.Network", `"TLSInspection"`, tls))
	}
	return call("firewall.NewPolicy", "s.Network", `"FirewallPolicy"`, l.of("&firewall.PolicyProps"))
}

// threats returns the rule groups that decide before the flows.
func (g *generator) threats() string {
	ids := g.fixed(g.doc.Inspection.At, "the threats of inspection", func(d *document.Document) string {
		var ids []string
		for _, t := range d.Inspection.Threats {
			ids = append(ids, t.ID+" "+threatKind(t))
		}
		return strings.Join(ids, ", ")
	})
	if ids == "" || g.problems.HasErrors() {
		return ""
	}
	var elements []string
	for i, t := range g.doc.Inspection.Threats {
		elements = append(elements, g.threat(i, t))
	}
	return slice("*firewall.RuleGroup", elements)
}

func threatKind(t document.Threat) string {
	switch {
	case t.ARN != "":
		return "arn"
	case t.Suricata != "":
		return "suricata"
	case t.IPs != "":
		return "ips"
	}
	return "domains"
}

func (g *generator) threat(i int, t document.Threat) string {
	of := func(d *document.Document) document.Threat { return d.Inspection.Threats[i] }
	value := func(name, typ string, code func(document.Threat) string) string {
		return g.value(t.ID+name, typ, func(d *document.Document) string { return code(of(d)) })
	}
	id := strconv.Quote(t.ID)
	capacity := value("Capacity", "int", func(t document.Threat) string { return number(t.Capacity) })
	if t.ARN != "" {
		if capacity == "" {
			capacity = "0"
		}
		arn := g.value(t.ID+"ARN", "string", func(d *document.Document) string { return g.idIn(d, of(d).ARN) })
		return call("firewall.ImportRuleGroup", "s.Network", id, arn, capacity)
	}
	file := value("File", "string", func(t document.Threat) string {
		return text(path.Join(path.Dir(g.options.Source), t.Suricata+t.IPs+t.Domains))
	})
	rules := ""
	switch threatKind(t) {
	case "suricata":
		g.rules = true
		rules = "rules(" + file + ")"
	case "ips":
		rules = call("firewall.IPFeed", id, "firewall.File("+file+")")
	default:
		rules = call("firewall.DomainFeed", id, "firewall.File("+file+")")
	}
	var l literal
	l.set("Rules", rules)
	l.set("Capacity", capacity)
	return call("firewall.NewRuleGroup", "s.Network", id, l.of("&firewall.RuleGroupProps"))
}

// rulesCode is the part of network_gen.go that files of Suricata rules need.
const rulesCode = `
// rules reads a file of Suricata rules.
func rules(file string) firewall.Rules {
	text, err := os.ReadFile(file)
	if err != nil {
		panic(err)
	}
	return firewall.Suricata(string(text))
}
`

// firewallLogs returns the logs of the firewall.
func (g *generator) firewallLogs() string {
	at := g.doc.Inspection.At
	of := func(d *document.Document) document.FirewallLogs {
		if l := d.Inspection.Logs; l != nil {
			return *l
		}
		return document.FirewallLogs{}
	}
	to := func(what string, get func(document.FirewallLogs) string) string {
		return g.fixed(at, "the destination of the "+what+" logs of the firewall", func(d *document.Document) string { return get(of(d)) })
	}
	var l literal
	l.set("Alert", g.destination(to("alert", func(l document.FirewallLogs) string { return l.Alert }), ""))
	l.set("Flow", g.destination(to("flow", func(l document.FirewallLogs) string { return l.Flow }), ""))
	l.set("TLS", g.destination(to("tls", func(l document.FirewallLogs) string { return l.TLS }), ""))
	leaf[document.FirewallLogs]{g, "InspectionLog", of, &l}.set("Retention", "awslogs.RetentionDays", func(l document.FirewallLogs) string {
		return g.retention(at, l.Retention)
	})
	if key := g.fixed(at, "the key of the firewall's logs", func(d *document.Document) string { return of(d).Key }); key != "" {
		l.set("Key", g.construct(key, "key"))
	}
	return l.orNothing("&firewall.LoggingProps")
}
