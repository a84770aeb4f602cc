package export

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
)

func (e *exporter) flows() {
	for _, f := range e.Flows {
		if f.To.Kind == arch.Edge && slices.ContainsFunc(e.Tiers, func(t arch.Tier) bool { return t.VerifiedAccess && t.ID == f.From.Text }) {
			continue // The file has no Verified Access, and would refuse the flow. Package verifiedaccess declares it again.
		}
		out := document.Flow{Service: f.Service, Because: f.Reason, Owner: f.Owner, Expires: f.Expires, SID: f.SID}
		if len(f.At) > 0 {
			out.At = f.At[0]
		}
		via := ""
		if f.Path.Kind == arch.ThroughGateway {
			if via = e.gateway(f.Path.Via, out.At, "the gateway of the flow from "+f.From.String()+" to "+f.To.String()); via == "" {
				continue
			}
		}
		if out.From, out.To = e.end(f.From, via, out.At), e.end(f.To, via, out.At); out.From == "" || out.To == "" {
			continue
		}
		list := &e.doc.Flows
		if f.Exception {
			list = &e.doc.Exceptions
		}
		if i := slices.IndexFunc(*list, func(o document.Flow) bool { return keyOf(o) == keyOf(out) }); i >= 0 {
			e.cannot(out.At, fmt.Sprintf("the flow from %s to %s over %s is declared again (because: %q); the file has the first", out.From, out.To,
				out.Service, out.Because))
			continue
		}
		*list = append(*list, out)
	}
}

// keyOf returns what identifies a flow in the file.
func keyOf(f document.Flow) [3]string { return [3]string{f.From, f.To, f.Service} }

// end returns an end of a flow as the file has it. Blocks behind a gateway and prefix lists get names. It is empty for what only the
// deployment knows.
func (e *exporter) end(p arch.Peer, via string, at diag.Position) string {
	switch {
	case p.Kind.IsTier():
		return p.Text
	case p.Kind == arch.Internet:
		return "internet"
	case p.Symbolic:
		text := e.text(p.Operand, at, "a peer of a flow, which is left out,")
		if text == "" {
			return ""
		}
		export, _ := document.ImportedName(text)
		if p.Kind == arch.PrefixList {
			return e.peer(document.Peer{PrefixList: text, Entries: p.Entries}, nameOf(export))
		}
		return e.peer(document.Peer{CIDR: text, IPv6: p.IPv6, Via: via}, nameOf(export))
	case p.Kind == arch.PrefixList:
		return e.peer(document.Peer{PrefixList: p.Text, Entries: p.Entries}, "list-"+strings.TrimPrefix(p.Text, "pl-"))
	case p.Kind == arch.CIDR && via != "":
		return e.peer(document.Peer{CIDR: p.Text, Via: via}, "net-"+strings.NewReplacer(".", "-", ":", "-", "/", "-").Replace(p.Text))
	case p.Kind == arch.Domain:
		return p.Text
	}
	return p.Text
}

// peer returns the name of a peer, which it adds if there is none yet.
func (e *exporter) peer(p document.Peer, name string) string {
	for _, known := range e.doc.Peers {
		same := known
		same.Name = ""
		if same == p {
			return known.Name
		}
	}
	p.Name = name
	taken := func(name string) bool {
		return slices.ContainsFunc(e.doc.Peers, func(o document.Peer) bool { return strings.EqualFold(o.Name, name) }) ||
			slices.ContainsFunc(e.doc.Tiers, func(t document.Tier) bool { return strings.EqualFold(t.ID, name) })
	}
	for n := 2; taken(p.Name); n++ {
		p.Name = name + "-" + strconv.Itoa(n)
	}
	e.doc.Peers = append(e.doc.Peers, p)
	return p.Name
}

// nameOf returns the name of a peer that another stack exports: "Base:Office" is Base-Office. A name begins with a letter.
func nameOf(export string) string {
	name := strings.Trim(strings.ReplaceAll(export, ":", "-"), "-")
	if name == "" || name[0] < 'A' {
		name = "import-" + name
	}
	return name[:min(len(name), 50)]
}

// gateway returns a gateway as the file has it. For a symbol that is no import it returns an empty text, and says so.
func (e *exporter) gateway(g arch.Gateway, at diag.Position, what string) string {
	return document.WriteGateway(g.Kind, e.text(g.Operand, at, what))
}

// viaOf returns the gateway of the peer that a symbolic block has a name in the file by. It is empty if there is none.
func (e *exporter) viaOf(p arch.Peer) string {
	export, ok := arch.ImportedExport(p.Text)
	if !p.Symbolic || !ok {
		return ""
	}
	for _, known := range e.doc.Peers {
		if known.CIDR == document.ImportOf(export) && known.IPv6 == p.IPv6 {
			return known.Via
		}
	}
	return ""
}

// blocks returns blocks as the file has them.
func (e *exporter) blocks(peers []arch.Peer, at diag.Position) []string {
	var out []string
	for _, p := range peers {
		if text := e.end(p, e.viaOf(p), at); text != "" {
			out = append(out, text)
		}
	}
	return out
}
