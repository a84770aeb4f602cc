package app

import (
	"strings"
)

// acknowledgedCode returns the list of the accepted findings, which network_test.go uses.
func (g *generator) acknowledgedCode() string {
	var ids []string
	for _, a := range g.doc.Acknowledged {
		ids = append(ids, text(a.ID()))
	}
	list := "[]string"
	if len(ids) > 0 {
		list = "= []string{\n" + strings.Join(ids, ",\n") + ",\n}"
	}
	return "// acknowledged are the ids of the findings that " + g.options.Source + " accepts.\nvar acknowledged " + list + "\n"
}

// acknowledged writes the findings that the file accepts. CDK takes them at the stack for all that is in it.
func (g *generator) acknowledged() {
	if len(g.doc.Acknowledged) == 0 {
		return
	}
	g.current.blank()
	g.current.do(g.doc.Acknowledged[0].At, "awscdk.Validations_Of(scope).Acknowledge(")
	for _, a := range g.doc.Acknowledged {
		var l literal
		l.set("Id", "new("+text("tierwall::"+a.Rule+"[")+" + *s.Network.Node().Path() + "+text(":"+a.Subject+"]")+")")
		l.set("Reason", "new("+text(a.Reason)+")")
		g.current.do(a.At, l.of("&awscdk.Acknowledgment")+",")
	}
	g.current.body.WriteString(")\n")
}
