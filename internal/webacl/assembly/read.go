package assembly

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/webacl"
)

// Deployed is a web ACL as templates hold it.
type Deployed struct {
	Resource *cfn.Resource
	ACL      webacl.ACL // references are the texts that References has them by
	// Protects are the resources that the web ACL is in front of: by association, or as distributions.
	Protects []cfn.Value
	// Problems are what could not be read.
	Problems []webacl.Problem
}

// Read returns the web ACLs of an assembly in the order of its templates, and all that they refer to.
func Read(a *cfn.Assembly) ([]Deployed, webacl.References) {
	refs := webacl.References{IPSets: map[string]webacl.Addresses{}, RegexSets: map[string][]string{}, Groups: map[string]*webacl.Group{}}
	var out []Deployed
	protected := map[*cfn.Resource][]cfn.Value{}
	each(a, func(r *cfn.Resource) {
		switch r.Type {
		case "AWS::WAFv2::IPSet":
			readIPSet(r, refs)
		case "AWS::WAFv2::RegexPatternSet":
			if list, ok := texts(r.Get("RegularExpressionList")); ok {
				refs.RegexSets[arnOf(r)] = list
			}
		case "AWS::WAFv2::RuleGroup":
			g := &webacl.Group{}
			g.Name, _ = r.Get("Name").Literal()
			g.Capacity, _ = r.Get("Capacity").Int()
			g.Rules, _ = readRules(r.Get("Rules"))
			refs.Groups[arnOf(r)] = g
		case "AWS::WAFv2::WebACLAssociation":
			if acl := r.Get("WebACLArn"); acl.Kind == cfn.Reference {
				protected[acl.Resource] = append(protected[acl.Resource], r.Get("ResourceArn"))
			}
		case "AWS::CloudFront::Distribution":
			if acl := r.Get("DistributionConfig").Get("WebACLId"); acl.Kind == cfn.Reference {
				protected[acl.Resource] = append(protected[acl.Resource], cfn.Value{Kind: cfn.Reference, Resource: r})
			}
		}
	})
	each(a, func(r *cfn.Resource) {
		if r.Type == "AWS::WAFv2::WebACL" {
			d := Deployed{Resource: r, Protects: protected[r]}
			d.read(r)
			out = append(out, d)
		}
	})
	return out, refs
}

func each(a *cfn.Assembly, visit func(*cfn.Resource)) {
	for _, s := range a.Stacks {
		for _, r := range s.Resources {
			visit(r)
		}
	}
}

// arnOf is the text that references to a resource are.
func arnOf(r *cfn.Resource) string {
	return text(cfn.Value{Kind: cfn.Reference, Resource: r, Text: "Arn"})
}

// text is what stands for a value that only a deployment knows. It looks like a token, which nothing else does.
func text(v cfn.Value) string { return "${" + v.String() + "}" }

func readIPSet(r *cfn.Resource, refs webacl.References) {
	blocks, ok := texts(r.Get("Addresses"))
	if !ok {
		return
	}
	version, _ := r.Get("IPAddressVersion").Literal()
	refs.IPSets[arnOf(r)] = webacl.Addresses{Version: version, Blocks: blocks}
}

// texts are the literal elements of a list; false if one is not literal.
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

func (d *Deployed) read(r *cfn.Resource) {
	d.ACL.Name, _ = r.Get("Name").Literal()
	d.ACL.Scope, _ = r.Get("Scope").Literal()
	d.part("DefaultAction", r.Get("DefaultAction"), &d.ACL.DefaultAction)
	d.part("AssociationConfig", r.Get("AssociationConfig"), &d.ACL.AssociationConfig)
	d.part("CustomResponseBodies", r.Get("CustomResponseBodies"), &d.ACL.CustomResponseBodies)
	d.part("VisibilityConfig", r.Get("VisibilityConfig"), &d.ACL.VisibilityConfig)
	rules, problems := readRules(r.Get("Rules"))
	d.ACL.Rules = rules
	d.Problems = append(d.Problems, problems...)
}

func (d *Deployed) part(name string, v cfn.Value, into any) {
	if v.IsMissing() {
		return
	}
	for _, p := range decode(v, into) {
		p.Where = name + " " + p.Where
		d.Problems = append(d.Problems, p)
	}
}

// readRules reads rules one by one: of one that cannot be read, name and priority stay, and no statement.
func readRules(v cfn.Value) ([]webacl.Rule, []webacl.Problem) {
	var out []webacl.Rule
	var problems []webacl.Problem
	if v.Kind != cfn.List && !v.IsMissing() {
		return []webacl.Rule{{Name: "unknown"}}, []webacl.Problem{{Kind: "json", Where: "Rules", Summary: "the rules are no list", Detail: "got " + v.String()}}
	}
	for i, item := range v.Items {
		var r webacl.Rule
		found := decode(item, &r)
		if len(found) > 0 {
			r = webacl.Rule{}
			r.Name, _ = item.Get("Name").Literal()
			r.Priority, _ = item.Get("Priority").Int()
		}
		for _, p := range found {
			p.Where = fmt.Sprintf("Rules[%d] %s", i, p.Where)
			problems = append(problems, p)
		}
		out = append(out, r)
	}
	return out, problems
}

func decode(v cfn.Value, into any) []webacl.Problem {
	data, err := json.Marshal(webacl.Normalize(plain(v), into))
	if err != nil {
		return []webacl.Problem{{Kind: "json", Summary: "a value cannot be read", Detail: err.Error()}}
	}
	return webacl.Decode(data, into)
}

// plain is a value as JSON, with texts for what only a deployment knows.
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
		for name, field := range v.Fields {
			if !field.IsMissing() {
				out[name] = plain(field)
			}
		}
		return out
	}
	return text(v)
}

// Find returns the web ACLs that a name is of: that of the web ACL, its logical id, or its construct path or the last parts of that.
func Find(all []Deployed, name string) []Deployed {
	return slices.DeleteFunc(slices.Clone(all), func(d Deployed) bool {
		path := d.Resource.Path
		return name != d.ACL.Name && name != d.Resource.ID && name != path && !strings.HasSuffix(path, "/"+name) && !strings.HasSuffix(path, "/"+name+"/Resource")
	})
}
