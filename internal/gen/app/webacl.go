package app

import (
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/gen/document"
)

func webACLID(w document.WebACL) string { return w.ID }

// webACLUsesMade reports whether a web ACL needs a resource of workloads.go.
func (g *generator) webACLUsesMade(w document.WebACL) bool {
	used := []string{w.Resource}
	if w.Origin != nil {
		used = append(used, w.Origin.Secrets...)
	}
	if w.Logs != nil {
		used = append(used, w.Logs.To, w.Logs.Key)
	}
	return g.deferred[w.Resource] || g.anyMade(used...)
}

// association returns the local variable that holds the association of a web ACL.
func (g *generator) association(w document.WebACL) string {
	return local(g.webACLs[w.ID], "ACL") + "Association"
}

// webACL writes a web ACL.
func (g *generator) webACL(w document.WebACL) {
	at := func(d *document.Document) document.WebACL { return entry(d.WebACLs, w.ID, webACLID) }
	var l literal
	f := leaf[document.WebACL]{g, w.ID, at, &l}
	resource := g.protected(w, at)
	apart := resource != "" && g.shielded(w.Resource)
	if !apart {
		l.set("Resource", resource)
	}
	f.set("Mode", "waf.Mode", func(w document.WebACL) string {
		return g.word(w.Mode, map[string]string{"enforce": "waf.Enforce", "observe": "waf.Observe"})
	})
	l.set("Serves", g.serves(w, at))
	f.set("ClientAddress", "string", func(w document.WebACL) string { return text(w.ClientAddress) })
	l.set("Origin", g.origin(w, at))
	f.set("Countries", "[]string", func(w document.WebACL) string { return texts(w.Countries) })
	f.set("BlockedCountries", "[]string", func(w document.WebACL) string { return texts(w.BlockedCountries) })
	l.set("BlockedSources", g.blocks(w.ID+"BlockedSources", func(d *document.Document) []string { return at(d).BlockedSources }))
	f.set("RateLimit", "int", func(w document.WebACL) string { return number(int(w.RateLimit)) })
	f.set("RateLimits", "[]waf.Rate", ratesCode)
	f.set("CountedRules", "[]waf.CountedRule", func(in document.WebACL) string { return g.countedRules(w, in) })
	f.set("BlockAnonymousIPs", "bool", func(w document.WebACL) string { return truth(w.BlockAnonymousIPs) })
	f.set("BotControl", "bool", func(w document.WebACL) string { return truth(w.BotControl) })
	f.set("AntiDDoS", "bool", func(w document.WebACL) string { return truth(w.AntiDDoS) })
	f.set("ShieldResponse", "bool", func(w document.WebACL) string { return truth(w.ShieldResponse) })
	l.set("Logging", g.webACLLogs(w, at))
	f.set("Name", "string", func(w document.WebACL) string { return text(w.Name) })
	g.current.blank()
	field := "s." + g.webACLs[w.ID]
	g.current.do(w.At, field+" = "+call("waf.Protect", g.tier(w.Tier), strconv.Quote(w.ID), l.of("&waf.Props")))
	if apart {
		g.current.do(w.At, g.association(w)+" := "+call(field+".Associate", `"Association"`, resource))
	}
}

// protected returns the resource that a web ACL protects.
func (g *generator) protected(w document.WebACL, at func(*document.Document) document.WebACL) string {
	if g.balancers[w.Resource] != "" || g.made[w.Resource] != "" {
		g.fixed(w.At, "the resource of "+w.ID, func(d *document.Document) string { return at(d).Resource })
	}
	switch {
	case w.Resource == "":
		return ""
	case g.balancers[w.Resource] != "":
		return "waf.LoadBalancer(s." + g.balancers[w.Resource] + ".LoadBalancer())"
	case g.made[w.Resource] != "":
		g.constructs[w.Resource] = true
		return "waf.LoadBalancer(r." + g.made[w.Resource] + ")"
	}
	arn := g.value(w.ID+"Resource", "string", func(d *document.Document) string {
		name := at(d).Resource
		if isARN(name) {
			return g.idIn(d, name)
		}
		r := entry(d.Resources, name, resourceName)
		return idText(g.resolved(d, r.ARN, r.Name, r.At))
	})
	return "waf.ARN(" + arn + ")"
}

// serves returns what the tier behind a web ACL serves.
func (g *generator) serves(w document.WebACL, at func(*document.Document) document.WebACL) string {
	var l literal
	f := leaf[document.WebACL]{g, w.ID, at, &l}
	f.set("Ports", "[]int", func(w document.WebACL) string { return numbers(w.Ports) })
	f.set("Hosts", "[]string", func(w document.WebACL) string { return texts(w.Hosts) })
	f.set("Technologies", "[]waf.Technology", g.technologies)
	f.set("Routes", "[]waf.Route", routesCode)
	f.set("Login", "[]string", func(w document.WebACL) string { return texts(w.Login) })
	f.set("LoginLimit", "int", func(w document.WebACL) string { return number(w.LoginLimit) })
	f.set("Admin", "[]string", func(w document.WebACL) string {
		if w.Admin == nil {
			return ""
		}
		return texts(w.Admin.Paths)
	})
	l.set("AdminSources", g.blocks(w.ID+"AdminSources", func(d *document.Document) []string {
		if in := at(d); in.Admin != nil {
			return in.Admin.From
		}
		return nil
	}))
	f.set("Uploads", "[]string", func(w document.WebACL) string { return texts(w.Uploads) })
	f.set("SQL", "waf.SQL", func(w document.WebACL) string {
		return g.word(w.SQL, map[string]string{"by-flows": "waf.SQLByFlows", "behind": "waf.SQLBehind", "none": "waf.NoSQL"})
	})
	return l.orNothing("waf.Serves")
}

func numbers(l []int) string {
	var elements []string
	for _, n := range l {
		elements = append(elements, strconv.Itoa(n))
	}
	if len(elements) == 0 {
		return ""
	}
	return slice("int", elements)
}

func (g *generator) technologies(w document.WebACL) string {
	var elements []string
	for _, t := range w.Technologies {
		elements = append(elements, g.word(t, map[string]string{
			"linux": "waf.Linux", "windows": "waf.Windows", "php": "waf.PHP", "wordpress": "waf.WordPress", "java": "waf.Java",
		}))
	}
	if len(elements) == 0 {
		return ""
	}
	return slice("waf.Technology", elements)
}

func routesCode(w document.WebACL) string {
	var elements []string
	for _, r := range w.Routes {
		var l literal
		l.set("Path", strconv.Quote(r.Path))
		l.set("Methods", texts(r.Methods))
		elements = append(elements, l.of(""))
	}
	if len(elements) == 0 {
		return ""
	}
	return slice("waf.Route", elements)
}

func ratesCode(w document.WebACL) string {
	var elements []string
	for _, r := range w.RateLimits {
		var l literal
		l.set("Name", text(r.Name))
		l.set("Paths", texts(r.Paths))
		l.set("Limit", number(r.Limit))
		l.set("Window", seconds(r.Window))
		elements = append(elements, l.of(""))
	}
	if len(elements) == 0 {
		return ""
	}
	return slice("waf.Rate", elements)
}

// wafGroups are the groups of AWS by their names in the file.
var wafGroups = map[string]string{
	"AWSManagedRulesCommonRuleSet":          "waf.CommonRuleSet",
	"AWSManagedRulesAdminProtectionRuleSet": "waf.AdminProtection",
	"AWSManagedRulesKnownBadInputsRuleSet":  "waf.KnownBadInputs",
	"AWSManagedRulesSQLiRuleSet":            "waf.SQLiRuleSet",
	"AWSManagedRulesLinuxRuleSet":           "waf.LinuxRuleSet",
	"AWSManagedRulesUnixRuleSet":            "waf.UnixRuleSet",
	"AWSManagedRulesWindowsRuleSet":         "waf.WindowsRuleSet",
	"AWSManagedRulesPHPRuleSet":             "waf.PHPRuleSet",
	"AWSManagedRulesWordPressRuleSet":       "waf.WordPressRuleSet",
	"AWSManagedRulesAmazonIpReputationList": "waf.AmazonIPReputation",
	"AWSManagedRulesAnonymousIpList":        "waf.AnonymousIP",
	"AWSManagedRulesBotControlRuleSet":      "waf.BotControl(false)",
	"AWSManagedRulesAntiDDoSRuleSet":        "waf.AntiDDoS()",
}

func (g *generator) countedRules(w, in document.WebACL) string {
	var elements []string
	for _, c := range in.Exceptions {
		group, ok := wafGroups[c.Group]
		if !ok {
			g.refuseAs("protection-exception", w.At, "the web ACL "+w.ID+" has an exception for an unknown group", "got "+strconv.Quote(c.Group)+
				"; exceptions are for groups that the web ACL can have", "write a group of AWS, such as AWSManagedRulesCommonRuleSet")
			continue
		}
		var l literal
		l.set("Group", group)
		l.set("Rule", text(c.Rule))
		l.set("Reason", text(c.Reason))
		elements = append(elements, l.of(""))
	}
	if len(elements) == 0 {
		return ""
	}
	return slice("waf.CountedRule", elements)
}

// origin returns the secret header of a content delivery network.
func (g *generator) origin(w document.WebACL, at func(*document.Document) document.WebACL) string {
	is := g.fixed(w.At, "origin of "+w.ID, func(d *document.Document) string {
		if o := at(d).Origin; o != nil {
			return o.Header + ": " + strings.Join(o.Secrets, ", ")
		}
		return ""
	})
	if is == "" || w.Origin == nil {
		return ""
	}
	var l literal
	l.set("Header", text(w.Origin.Header))
	var secrets []string
	for _, s := range w.Origin.Secrets {
		secrets = append(secrets, "*"+g.construct(s, "secret")+".SecretValue().UnsafeUnwrap()")
	}
	l.set("Secrets", slice("string", secrets))
	return l.of("&waf.Origin")
}

// webACLLogs returns the logs of a web ACL.
func (g *generator) webACLLogs(w document.WebACL, at func(*document.Document) document.WebACL) string {
	if w.Logs == nil {
		g.fixed(w.At, "whether "+w.ID+" has logs", func(d *document.Document) string { return strconv.FormatBool(at(d).Logs != nil) })
		return ""
	}
	of := func(d *document.Document) document.WebACLLogs {
		if in := at(d).Logs; in != nil {
			return *in
		}
		return document.WebACLLogs{}
	}
	var l literal
	f := leaf[document.WebACLLogs]{g, w.ID + "Log", of, &l}
	to := g.fixed(w.At, "the destination of the logs of "+w.ID, func(d *document.Document) string { return of(d).To })
	l.set("To", g.destination(to, ""))
	f.set("Retention", "awslogs.RetentionDays", func(in document.WebACLLogs) string { return g.retention(w.At, in.Retention) })
	if key := g.fixed(w.At, "the key of the logs of "+w.ID, func(d *document.Document) string { return of(d).Key }); key != "" {
		l.set("Key", g.construct(key, "key"))
	}
	f.set("RedactHeaders", "[]string", func(in document.WebACLLogs) string {
		if in.RedactHeaders == nil {
			return ""
		}
		return slice("string", quoted(*in.RedactHeaders))
	})
	f.set("RedactQueryString", "bool", func(in document.WebACLLogs) string { return truth(in.RedactQueryString) })
	f.set("RedactPath", "bool", func(in document.WebACLLogs) string { return truth(in.RedactPath) })
	f.set("Filters", "[]waf.LogFilter", g.logFilters)
	f.set("DropRest", "bool", func(in document.WebACLLogs) string { return truth(in.DropRest) })
	return l.of("&waf.LoggingProps")
}

func (g *generator) logFilters(in document.WebACLLogs) string {
	var elements []string
	for _, x := range in.Filters {
		var l literal
		l.set("Drop", truth(x.Drop))
		var actions []string
		for _, a := range x.Actions {
			actions = append(actions, g.word(a, map[string]string{
				"ALLOW": "waf.LoggedAllow", "BLOCK": "waf.LoggedBlock", "COUNT": "waf.LoggedCount", "CAPTCHA": "waf.LoggedCaptcha",
				"CHALLENGE": "waf.LoggedChallenge", "EXCLUDED_AS_COUNT": "waf.LoggedExcludedAsCount",
			}))
		}
		if len(actions) > 0 {
			l.set("Actions", slice("waf.LogAction", actions))
		}
		l.set("Labels", texts(x.Labels))
		l.set("All", truth(x.All))
		elements = append(elements, l.of(""))
	}
	if len(elements) == 0 {
		return ""
	}
	return slice("waf.LogFilter", elements)
}
