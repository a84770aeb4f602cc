package stack

import (
	"cmp"
	"io/fs"
	"maps"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/template"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/proof"
)

// Stack is the stack of an architecture in one environment.
type Stack struct {
	// Name is the name of the stack in CloudFormation: "Production-Shop". Physical names begin with it.
	Name        string
	File        string // of Template
	Template    *template.Template
	Templates   map[string][]byte // by file: those of Template and of its nested stacks
	Declaration *proof.Declaration
}

// Make makes the stack of a document without files: d is the Document of e. extension is ".json" or ".yaml". today decides which flows
// have expired. With errors in the list the stack is nil.
//
// Paths and names are those of the generated CDK app, where the stack is in a stage with the environment's name.
func Make(d *document.Document, e document.Environment, extension string, today time.Time) (*Stack, diag.List) {
	return MakeIn(nil, d, e, extension, today)
}

// MakeIn is Make for a document in a folder, which has the files that the document names.
func MakeIn(folder fs.FS, d *document.Document, e document.Environment, extension string, today time.Time) (*Stack, diag.List) {
	v := values{d: d, e: e, parameters: map[string]template.Parameter{}}
	diags := refused(d)
	rules, found := readThreats(v, folder)
	diags = append(diags, found...)
	p, found := plan.Make(d.Architecture(e), today)
	diags = append(diags, found...)
	if p != nil {
		diags = append(diags, Lacks(d, p)...)
	}
	if diags.HasErrors() {
		return nil, diags.Sorted()
	}
	path := e.Name + "/" + d.Name
	out := &Stack{Name: cmp.Or(e.StackName, strings.ReplaceAll(path, "/", "-"))}
	out.File = out.Name + ".template" + extension
	applications, networks := v.loadBalancers()
	firewall := v.firewall()
	firewall.Threats = rules
	out.Template, out.Declaration = template.Make(template.Input{
		Applications: applications, NetworkBalancers: networks, Shields: v.shields(),
		Plan: p, StackPath: path, StackName: out.Name, File: out.File, Account: e.Account, Region: e.PlaceRegion(),
		IPAMPool: pool(d.Network), Allocations: importedAll(d.Network.NATAddresses), Existing: existing(d),
		Firewall: firewall, WebACLs: v.webACLs(), Watch: v.watch(),
		Symbol: v.symbol,
	})
	for name, parameter := range v.parameters {
		if out.Template.Parameters == nil {
			out.Template.Parameters = map[string]template.Parameter{}
		}
		out.Template.Parameters[name] = parameter
	}
	out.Templates = out.Template.Files(out.File)
	return out, append(diags, template.Check(out.Template, out.File, out.Templates, p.Model.Network)...).Sorted()
}

// Assembly returns the templates of the stack as a reader of its files sees them.
func (s *Stack) Assembly() (*cfn.Assembly, error) {
	nested := maps.Clone(s.Templates)
	delete(nested, s.File)
	return cfn.ReadNested(s.File, s.Templates[s.File], nested, nil)
}

// Files returns the files of the stack by their names: the templates, and the declaration beside them.
func (s *Stack) Files() (map[string][]byte, error) {
	declared, err := s.Declaration.Encode()
	if err != nil {
		return nil, err
	}
	out := maps.Clone(s.Templates)
	out[proof.FileName] = declared
	return out, nil
}

func pool(n document.Network) any {
	if n.IPAM == nil {
		return nil
	}
	return imported(n.IPAM.Pool)
}
