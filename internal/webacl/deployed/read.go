package deployed

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/webacl"
)

// WebACL is a web ACL of the templates.
type WebACL struct {
	Resource *cfn.Resource
	ACL      webacl.ACL // its references are the keys of References
	// Protects are the resources that the web ACL protects, by association or as distributions.
	Protects []cfn.Value
	// Problems say what could not be read.
	Problems []webacl.Problem
}

// Read returns the web ACLs of an assembly in the order of its templates, and everything that they refer to.
func Read(a *cfn.Assembly) ([]WebACL, webacl.References) {
	refs := webacl.References{IPSets: map[string]webacl.Addresses{}, RegexSets: map[string][]string{}, Groups: map[string]*webacl.Group{}}
	var out []WebACL
	protected := map[*cfn.Resource][]cfn.Value{}
	for r := range a.Resources() {
		switch r.Type {
		case "AWS::WAFv2::IPSet":
			readIPSet(r, refs)
		case "AWS::WAFv2::RegexPatternSet":
			if list, ok := texts(r.Get("RegularExpressionList")); ok {
				refs.RegexSets[arnOf(r)] = list
			}
		case "AWS::WAFv2::RuleGroup":
			g, _ := readGroup(r)
			refs.Groups[arnOf(r)] = &g
		case "AWS::WAFv2::WebACLAssociation":
			if acl := r.Get("WebACLArn"); acl.Kind == cfn.Reference {
				protected[acl.Resource] = append(protected[acl.Resource], r.Get("ResourceArn"))
			}
		case "AWS::CloudFront::Distribution":
			if acl := r.Get("DistributionConfig").Get("WebACLId"); acl.Kind == cfn.Reference {
				protected[acl.Resource] = append(protected[acl.Resource], cfn.Value{Kind: cfn.Reference, Resource: r})
			}
		}
	}
	for r := range a.OfType("AWS::WAFv2::WebACL") {
		d := WebACL{Resource: r, Protects: protected[r]}
		d.read(r)
		out = append(out, d)
	}
	return out, refs
}

// arnOf returns the text of references to a resource.
func arnOf(r *cfn.Resource) string {
	return text(cfn.Value{Kind: cfn.Reference, Resource: r, Text: "Arn"})
}

// text returns a text that stands for a value that is known only at deployment. It looks like a token, unlike all other texts.
func text(v cfn.Value) string { return "${" + v.String() + "}" }

func readIPSet(r *cfn.Resource, refs webacl.References) {
	blocks, ok := texts(r.Get("Addresses"))
	if !ok {
		return
	}
	version, _ := r.Get("IPAddressVersion").Literal()
	refs.IPSets[arnOf(r)] = webacl.Addresses{Version: version, Blocks: blocks}
}

// texts returns the elements of a list; false if one is not literal.
func texts(v cfn.Value) ([]string, bool) {
	out := []string{}
	for _, item := range v.Items {
		t, ok := item.Literal()
		if !ok {
			return nil, false
		}
		out = append(out, t)
	}
	return out, v.Kind == cfn.List
}

func (d *WebACL) read(r *cfn.Resource) {
	read := reader{r, nil}
	d.ACL = webacl.ACL{Name: read.text("Name"), Description: read.text("Description"), Scope: read.text("Scope")}
	read.part("DefaultAction", &d.ACL.DefaultAction)
	read.part("AssociationConfig", &d.ACL.AssociationConfig)
	read.part("CustomResponseBodies", &d.ACL.CustomResponseBodies)
	read.part("VisibilityConfig", &d.ACL.VisibilityConfig)
	read.part("CaptchaConfig", &d.ACL.CaptchaConfig)
	read.part("ChallengeConfig", &d.ACL.ChallengeConfig)
	read.part("TokenDomains", &d.ACL.TokenDomains)
	read.part("DataProtectionConfig", &d.ACL.DataProtectionConfig)
	read.part("OnSourceDDoSProtectionConfig", &d.ACL.OnSourceDDoSProtectionConfig)
	d.ACL.Rules = read.rules()
	d.Problems = read.found
}

func readGroup(r *cfn.Resource) (webacl.Group, []webacl.Problem) {
	read := reader{r, nil}
	g := webacl.Group{Name: read.text("Name"), Description: read.text("Description"), Scope: read.text("Scope")}
	g.Capacity, _ = r.Get("Capacity").Int()
	read.part("VisibilityConfig", &g.VisibilityConfig)
	read.part("CustomResponseBodies", &g.CustomResponseBodies)
	g.Rules = read.rules()
	return g, read.found
}

// reader reads the properties of a resource, and collects what could not be read.
type reader struct {
	*cfn.Resource
	found []webacl.Problem
}

// text returns a property that is a text; empty if it is missing.
func (r *reader) text(name string) string {
	v := r.Get(name)
	if v.IsMissing() {
		return ""
	}
	if t, ok := v.Literal(); ok {
		return t
	}
	return text(v)
}

func (r *reader) part(name string, into any) {
	v := r.Get(name)
	if v.IsMissing() {
		return
	}
	for _, p := range decode(v, into) {
		p.Where = strings.TrimSuffix(name+"."+p.Where, ".")
		r.found = append(r.found, p)
	}
}

// rules reads rules one by one. A rule that cannot be read keeps its name and priority, and has no statement.
func (r *reader) rules() []webacl.Rule {
	var out []webacl.Rule
	v := r.Get("Rules")
	if v.Kind != cfn.List && !v.IsMissing() {
		r.found = append(r.found, webacl.Problem{Kind: "json", Where: "Rules", Summary: "the rules are not a list", Detail: "got " +
			v.String(), Unknown: v.Kind != cfn.Map && v.Kind != cfn.Text})
		return []webacl.Rule{{Name: "unknown", Unread: true}}
	}
	for i, item := range v.Items {
		var one webacl.Rule
		found := decode(item, &one)
		if len(found) > 0 {
			one = unread(item, i)
		}
		for _, p := range found {
			p.Where = strings.TrimSuffix(fmt.Sprintf("Rules[%d].%s", i, p.Where), ".")
			r.found = append(r.found, p)
		}
		out = append(out, one)
	}
	return out
}

// unread returns a rule that cannot be read. If its priority is unknown it comes first, so that no decision of another rule hides it.
func unread(item cfn.Value, i int) webacl.Rule {
	out := webacl.Rule{Name: fmt.Sprintf("${rule %d}", i), Priority: -1 - i, Unread: true}
	if name, ok := item.Get("Name").Literal(); ok {
		out.Name = name
	}
	if n, ok := item.Get("Priority").Int(); ok {
		out.Priority = n
	}
	return out
}

func decode(v cfn.Value, into any) []webacl.Problem {
	data, err := json.Marshal(webacl.Normalize(plain(v), into))
	if err != nil {
		return []webacl.Problem{{Kind: "json", Summary: "a value cannot be read", Detail: err.Error()}}
	}
	found := webacl.Decode(data, into)
	for i := range found {
		if found[i].Summary != webacl.NotKnown && hasTokens(v) {
			found[i].Summary, found[i].Detail, found[i].Unknown = "a value is known only at deployment", "", true
		}
	}
	return found
}

// hasTokens reports whether a part of a value is known only at deployment.
func hasTokens(v cfn.Value) bool {
	switch v.Kind {
	case cfn.Reference, cfn.Symbol, cfn.Choice:
		return true
	}
	if slices.ContainsFunc(v.Items, hasTokens) {
		return true
	}
	return slices.ContainsFunc(v.Fields, func(f cfn.Field) bool { return hasTokens(f.Value) })
}

// plain returns a value as JSON, with texts for values that are known only at deployment.
func plain(v cfn.Value) any {
	switch v.Kind {
	case cfn.Text:
		return v.Text
	case cfn.List:
		out := make([]any, len(v.Items))
		for i, item := range v.Items {
			out[i] = plain(item)
		}
		return out
	case cfn.Map:
		out := map[string]any{}
		for _, f := range v.Fields {
			out[f.Name] = plain(f.Value)
		}
		return out
	}
	return text(v)
}

// Find returns the web ACLs that a user may mean by a name: the name of the web ACL, or a name of the resource.
func Find(all []WebACL, name string) []WebACL {
	return slices.DeleteFunc(slices.Clone(all), func(d WebACL) bool { return name != d.ACL.Name && !d.Resource.IsNamed(name) })
}
