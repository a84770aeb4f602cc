package app

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// function is the body of a function of network_gen.go under construction.
type function struct {
	env      string // how the body names the environment
	scope    string // how the body names the construct that imported constructs are made in
	importID string // the id of the construct that holds imported constructs
	peers    []string
	locals   []string          // declarations of imported constructs
	imported map[string]string // the local variable by name of the resource
	names    names
	body     strings.Builder
}

// do adds a statement. A position adds a mark, which becomes an entry of the table of lines.
func (f *function) do(at diag.Position, statement string) {
	first, rest, more := strings.Cut(statement, "\n")
	f.body.WriteString(first)
	if at.Line > 0 {
		fmt.Fprintf(&f.body, " "+markFormat, at.Line)
	}
	f.body.WriteByte('\n')
	if more {
		f.body.WriteString(rest + "\n")
	}
}

// blank adds an empty line between groups of statements.
func (f *function) blank() { f.body.WriteByte('\n') }

// text returns the body with the declarations of its local variables in front.
func (f *function) text(g *generator) string {
	var b strings.Builder
	for _, name := range f.peers {
		fmt.Fprintf(&b, "%s := %s\n", g.locals[name], g.peerValue(name))
	}
	if len(f.locals) > 0 {
		fmt.Fprintf(&b, "imported := constructs.NewConstruct(%s, new(%q))\n", f.scope, f.importID)
		b.WriteString(strings.Join(f.locals, ""))
	}
	if b.Len() > 0 {
		b.WriteByte('\n')
	}
	return b.String() + strings.TrimPrefix(f.body.String(), "\n")
}
