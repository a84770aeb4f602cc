package export

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/calls"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/proof"
)

// exporter makes the document of one network.
type exporter struct {
	declared proof.Network
	arch.Architecture
	calls *calls.Calls
	doc   *document.Document
	lost  []calls.Unsaid
}

// From returns the document of a network, and what the document cannot say.
func From(n proof.Network) (*document.Document, []calls.Unsaid, error) {
	said, err := calls.Read(n.Calls)
	if err != nil {
		return nil, nil, err
	}
	e := &exporter{declared: n, Architecture: n.Architecture, calls: said, doc: &document.Document{Version: document.Version}}
	e.lost = slices.Clone(said.Unsaid)
	e.doc.Resources = said.Resources
	e.name()
	e.network()
	e.tiers()
	e.flows()
	e.endpoints()
	e.grants()
	e.loadBalancers()
	e.webACLs()
	e.inspection()
	e.doc.Watch = said.Watch
	e.policies()
	e.production()
	e.madeInGo()
	return e.doc, e.lost, nil
}

// cannot records something that the document does not say.
func (e *exporter) cannot(at diag.Position, what string) {
	e.lost = append(e.lost, calls.Unsaid{What: what, At: at})
}

// text returns a literal operand. For a symbol it returns an empty text, and says so.
func (e *exporter) text(o arch.Operand, at diag.Position, what string) string {
	if export, ok := arch.ImportedExport(o.Text); ok && o.Symbolic {
		return document.ImportOf(export)
	}
	if o.Symbolic {
		e.cannot(at, what+" is known only at deployment ("+o.Text+"); state it")
		return ""
	}
	return o.Text
}

// name sets the names of the document, its network and its environment from the network's construct path: "Production/Shop/Network".
func (e *exporter) name() {
	parent, id := cutLast(e.Network.Path)
	stackPath := cmp.Or(e.calls.StackPath, parent)
	stage, stackID := cutLast(stackPath)
	e.doc.Name = cmp.Or(typeName(stackID), "App")
	if id != "Network" {
		e.doc.Network.ID = id
	}
	if e.doc.Name != stackID {
		e.cannot(e.Network.At, "the stack of "+e.Network.Path+" is named "+e.doc.Name+" in the file, so that logical ids may change; edit name")
	}
	if parent != stackPath {
		e.cannot(e.Network.At, "the network is in the construct "+parent+", and not in its stack, so that logical ids change")
	}
	_, environment := cutLast(stage)
	if e.calls.StackPath != "" && stage == "" {
		e.cannot(e.Network.At, "the stack "+stackID+" is in no stage; that of a generated app is in one for each environment, which changes "+
			"Name "+
			"tags and the numbers of firewall rules, but no logical id; keep your main.go to keep them")
	}
	environment = cmp.Or(typeName(environment), "Production")
	made := document.Environment{
		Name: environment, Account: e.calls.Account, Region: cmp.Or(e.calls.Region, e.Network.Region()), Document: e.doc,
	}
	if e.calls.StackName != environment+"-"+e.doc.Name {
		made.StackName = e.calls.StackName
	}
	e.doc.Environments = []document.Environment{made}
}

// typeName returns a text as the name of a Go type.
func typeName(text string) string {
	var b strings.Builder
	up := true
	for _, r := range text {
		switch letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'; {
		case letter && up:
			b.WriteString(strings.ToUpper(string(r)))
			up = false
		case letter, '0' <= r && r <= '9' && b.Len() > 0:
			b.WriteRune(r)
		default:
			up = true
		}
	}
	return b.String()[:min(b.Len(), 64)]
}

// madeInGo says which resources the file only names.
func (e *exporter) madeInGo() {
	for _, r := range e.doc.Resources {
		if r.ARN == "" {
			e.cannot(diag.Position{}, "the "+r.Type+" "+r.Name+" is made in Go; make it in workloads.go")
		}
	}
}
