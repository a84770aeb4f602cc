package importer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/traffic"
	"github.com/tierwall/tierwall/internal/webacl"
	webacls "github.com/tierwall/tierwall/internal/webacl/deployed"
)

const webACLType = "AWS::WAFv2::WebACL"

// protection is a web ACL of the templates that is in the document.
type protection struct {
	webacls.WebACL
	refs webacl.References
	tier *tier
	id   string // in the document
	// speaksSQL says that it has the group against SQL.
	speaksSQL bool
}

// webACLs makes the web ACLs of the tiers whose balancers they protect.
func (i *importer) webACLs() {
	all, refs := webacls.Read(i.assembly)
	for _, d := range all {
		r := d.Resource
		t := i.protectedTier(d)
		switch {
		case d.ACL.Scope == webacl.CloudFront:
			i.not(r, "Scope", "the web ACL %s is for CloudFront, which is not in the file", r.ID)
		case t == nil:
			i.not(r, "", "the web ACL %s protects no load balancer of a tier in the templates: write `webACLs` by hand", r.ID)
		case slices.ContainsFunc(i.protections, func(p *protection) bool { return p.tier == t }):
			i.not(r, "", "%s has a web ACL already, and can have one: %s is not imported", t.id, r.ID)
		case d.ACL.DefaultAction == nil || d.ACL.DefaultAction.Allow == nil:
			i.not(r, "DefaultAction", "the web ACL %s blocks what no rule allows, and the file allows what no rule blocks: write `webACLs` by hand", r.ID)
		default:
			i.protect(&protection{WebACL: d, refs: refs, tier: t})
		}
	}
}

// protectedTier returns the tier of the load balancers that a web ACL protects: by its associations, or by what its description says.
func (i *importer) protectedTier(d webacls.WebACL) *tier {
	for _, v := range d.Protects {
		for _, t := range i.tiers {
			if v.Kind == cfn.Reference && slices.Contains(t.members, v.Resource) {
				return t
			}
		}
	}
	unknown := slices.ContainsFunc(d.Protects, func(v cfn.Value) bool { return v.Kind != cfn.Reference })
	for _, t := range i.tiers {
		if unknown && webacl.TierDescription(t.id) == d.ACL.Description {
			return t
		}
	}
	return nil
}

// byWebACL takes a tier that nobody wears for an edge, if the description of a web ACL names it.
func (i *importer) byWebACL(t *tier) {
	if len(t.members) > 0 {
		return
	}
	for r := range i.assembly.OfType(webACLType) {
		if text, _ := r.Get("Description").Literal(); text != webacl.TierDescription(tierName(t.groups[0])) {
			continue
		}
		t.kind, t.why = arch.Edge, "the web ACL "+r.ID+" is for it"
		t.internal = !slices.ContainsFunc(i.traffic, func(p pair) bool { return p.to.tier == t && p.from.kind == arch.Internet })
	}
}

// protect makes one web ACL.
func (i *importer) protect(p *protection) {
	p.id = "WebACL"
	for n := 2; slices.ContainsFunc(i.doc.WebACLs, func(w document.WebACL) bool { return w.ID == p.id }); n++ {
		p.id = fmt.Sprintf("WebACL%d", n)
	}
	r := webACLReader{importer: i, protection: p, out: document.WebACL{ID: p.id, Tier: p.tier.id}}
	r.resource()
	r.out.Ports = i.servedPorts(p.tier)
	r.rules()
	r.settings()
	r.logs()
	i.doc.WebACLs = append(i.doc.WebACLs, r.out)
	i.protections = append(i.protections, p)
	i.controls.add(p.Resource)
}

// servedPorts are the ports of a tier's flows over TCP, if none of them is usual for HTTP.
func (i *importer) servedPorts(t *tier) []int {
	var set traffic.Set
	for _, p := range i.traffic {
		if p.to.tier == t {
			set = set.Union(p.set().Intersect(traffic.Protocol(traffic.TCP)))
		}
	}
	if set.Overlaps(http) || set.Overlaps(https) {
		return nil
	}
	var out []int
	for from, to := range set.Numbers() {
		for n := from; n <= to && len(out) < maxPlaces; n++ {
			if port := int(n & traffic.LastPort); port > 0 {
				out = append(out, port)
			}
		}
	}
	return out
}

// webACLReader reads one web ACL.
type webACLReader struct {
	*importer
	*protection
	out  document.WebACL
	java bool // a rule looks for detours of Java
}

// resource names the load balancer that the web ACL protects.
func (r *webACLReader) resource() {
	named := false
	for n, v := range r.Protects {
		switch arn, literalARN := v.Literal(); {
		case named:
			r.lost(r.Resource, "", "the web ACL %s protects %s as well; the file has one load balancer for it", r.Resource.ID, v.String())
		case literalARN && plainARN.MatchString(arn):
			r.out.Resource = arn
		case v.Kind == cfn.Reference || v.Kind == cfn.Symbol:
			name := r.symbolName("${" + strings.NewReplacer("{", "(", "}", ")").Replace(v.String()) + "}")
			if r.addResource(document.Resource{Name: name, Type: "load-balancer"}) {
				r.out.Resource = name
			}
		}
		named = named || r.out.Resource != "" || n == len(r.Protects)-1
	}
}

// settings notes what the file does not say of a web ACL.
func (r *webACLReader) settings() {
	if r.ACL.Name != "" {
		r.unsaid(r.Resource, "Name", "the name of the web ACL %s is not kept, because two web ACLs of one name cannot be deployed beside each other: "+
			"write webACLs.%s.name to keep it", r.Resource.ID, r.id)
	}
	for _, property := range []string{
		"AssociationConfig", "CustomResponseBodies", "CaptchaConfig", "ChallengeConfig", "TokenDomains", "DataProtectionConfig",
		"OnSourceDDoSProtectionConfig",
	} {
		if !r.Resource.Get(property).IsMissing() {
			r.unsaid(r.Resource, property, "%s of the web ACL %s has no word in the format", property, r.Resource.ID)
		}
	}
	for _, problem := range r.Problems {
		r.lost(r.Resource, problem.Where, "a part of the web ACL %s cannot be read: %s %s", r.Resource.ID, problem.Summary, problem.Detail)
	}
}

// logs makes the logs of a web ACL.
func (r *webACLReader) logs() {
	for l := range r.assembly.OfType("AWS::WAFv2::LoggingConfiguration") {
		if arn := l.Get("ResourceArn"); arn.Kind == cfn.Reference && arn.Resource == r.Resource {
			r.out.Logs = r.logsTo(l)
			return
		}
	}
	r.out.Logs = &document.WebACLLogs{To: none}
}

// logsTo makes the logs of a configuration; nil if they are the product's: a new log group, without secrets in headers.
func (r *webACLReader) logsTo(l *cfn.Resource) *document.WebACLLogs {
	out := document.WebACLLogs{}
	for ref := range l.Get("LogDestinationConfigs").References() {
		if ref.Resource == nil {
			continue
		}
		switch days, known := ref.Resource.Get("RetentionInDays").Int(); {
		case ref.Resource.Type == "AWS::Logs::LogGroup" && known && days != defaultRetention:
			out.Retention = document.Days(days)
		case ref.Resource.Type != "AWS::Logs::LogGroup":
			r.unsaid(l, "LogDestinationConfigs", "the log of the web ACL %s gets a new log group in place of %s", r.Resource.ID, ref.Resource.ID)
		}
	}
	if to := l.Get("LogDestinationConfigs").Items; len(to) > 0 {
		arn, ok := to[0].Literal()
		known := slices.ContainsFunc(slices.Collect(to[0].References()), func(ref cfn.Value) bool { return ref.Resource != nil })
		switch {
		case ok && plainARN.MatchString(arn):
			out.To = arn
		case !known:
			r.unsaid(l, "LogDestinationConfigs", "the log of the web ACL %s goes to %.80q, which is not in the templates: the new one gets a new log group",
				r.Resource.ID, to[0].String())
		}
	}
	r.redacted(l, &out)
	r.filters(l, &out)
	if out.To == "" && out.Retention == 0 && out.RedactHeaders == nil && !out.RedactQueryString && !out.RedactPath && len(out.Filters) == 0 {
		return nil
	}
	return &out
}

// redacted reads the fields that logs leave out.
func (r *webACLReader) redacted(l *cfn.Resource, out *document.WebACLLogs) {
	headers := []string{}
	for n, f := range l.Get("RedactedFields").Items {
		name, isHeader := f.Get("SingleHeader").Get("Name").Literal()
		switch {
		case isHeader:
			headers = append(headers, strings.ToLower(name))
		case !f.Get("QueryString").IsMissing():
			out.RedactQueryString = true
		case !f.Get("UriPath").IsMissing():
			out.RedactPath = true
		default:
			r.unsaid(l, fmt.Sprintf("RedactedFields[%d]", n), "a field that the log of the web ACL %s leaves out has no word in the format", r.Resource.ID)
		}
	}
	slices.Sort(headers)
	if !slices.Equal(headers, []string{"authorization", "cookie"}) {
		out.RedactHeaders = &headers
	}
}

// filters reads which requests are logged.
func (r *webACLReader) filters(l *cfn.Resource, out *document.WebACLLogs) {
	filter := l.Get("LoggingFilter")
	rest, _ := filter.Get("DefaultBehavior").Literal()
	out.DropRest = rest == "DROP"
	for n, f := range filter.Get("Filters").Items {
		behavior, _ := f.Get("Behavior").Literal()
		requirement, _ := f.Get("Requirement").Literal()
		one := document.LogFilter{Drop: behavior == "DROP", All: requirement == "MEETS_ALL"}
		for _, c := range f.Get("Conditions").Items {
			if action, ok := c.Get("ActionCondition").Get("Action").Literal(); ok && slices.Contains(logActions, action) {
				one.Actions = append(one.Actions, action)
			} else if label, ok := c.Get("LabelNameCondition").Get("LabelName").Literal(); ok && strings.HasPrefix(label, "awswaf:managed:") {
				one.Labels = append(one.Labels, label)
			} else {
				r.unsaid(l, fmt.Sprintf("LoggingFilter.Filters[%d]", n), "a condition of the log of the web ACL %s has no word in the format", r.Resource.ID)
			}
		}
		if len(one.Actions)+len(one.Labels) > 0 {
			out.Filters = append(out.Filters, one)
		}
	}
	out.DropRest = out.DropRest && len(out.Filters) > 0
}

var logActions = []string{"ALLOW", "BLOCK", "COUNT", "CAPTCHA", "CHALLENGE", "EXCLUDED_AS_COUNT"}

// dropWebACLs gives up the web ACLs that have errors.
func (i *importer) dropWebACLs(d *document.Document, lines map[int]string) bool {
	dropped := false
	for _, w := range d.WebACLs {
		why := lines[w.At.Line]
		if why == "" || !slices.ContainsFunc(i.doc.WebACLs, func(o document.WebACL) bool { return o.ID == w.ID }) {
			continue
		}
		i.doc.WebACLs = slices.DeleteFunc(i.doc.WebACLs, func(o document.WebACL) bool { return o.ID == w.ID })
		i.protections = slices.DeleteFunc(i.protections, func(p *protection) bool {
			if p.id == w.ID {
				delete(i.controls, p.Resource)
				i.residual(p.Resource, "the web ACL %s is given up: %s", p.Resource.ID, strings.TrimSpace(why))
			}
			return p.id == w.ID
		})
		dropped = true
	}
	return dropped
}
