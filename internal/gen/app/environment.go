package app

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
)

// variable is a field of Environment: a value that differs between the environments.
type variable struct {
	name, typ string
	values    []string // one Go expression for each environment; empty is the zero value
}

// value returns the Go expression of a value: the value itself if all environments have the same, and otherwise a field of Environment.
// An empty expression is the zero value.
func (g *generator) value(name, typ string, of func(*document.Document) string) string {
	var values []string
	for _, e := range g.doc.Environments {
		values = append(values, of(e.Document))
	}
	if same(values) {
		return values[0]
	}
	if slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, importFunction) }) {
		g.refuse(diag.Position{File: g.options.Source}, name+" is imported from another stack, and differs between environments",
			"the code of the app has an import once for all environments", "give the export the same name in every environment")
	}
	return g.current.env + "." + g.variable(exported(name), typ, values)
}

func same(values []string) bool { return len(slices.Compact(slices.Clone(values))) == 1 }

// variable returns the field of Environment for a value, which it adds unless there is an equal one of the same name.
func (g *generator) variable(name, typ string, values []string) string {
	for _, v := range g.variables {
		if v.wanted == name && v.typ == typ && slices.Equal(v.values, values) {
			return v.name
		}
	}
	unique := g.environmentNames.unique(name, "Value")
	g.variables = append(g.variables, wantedVariable{name, variable{unique, typ, values}})
	return unique
}

// wantedVariable is a variable with the name that it would have if no other had it.
type wantedVariable struct {
	wanted string
	variable
}

// fixed returns a value that the code cannot make a field of Environment. It reports a value that differs.
func (g *generator) fixed(at diag.Position, what string, of func(*document.Document) string) string {
	var values []string
	for _, e := range g.doc.Environments {
		values = append(values, of(e.Document))
	}
	if !same(values) {
		var got []string
		for i, e := range g.doc.Environments {
			got = append(got, fmt.Sprintf("%s has %.60q", e.Name, values[i]))
		}
		g.refuse(at, what+" differs between environments",
			strings.Join(got, ", ")+"; the code of the app has this part once for all environments", "write the same in every environment")
	}
	return values[0]
}

// environmentCode returns the type Environment and its values.
func (g *generator) environmentCode() string {
	var b strings.Builder
	fmt.Fprintf(&b, "// Environment is what differs between the places that %s runs in.\ntype Environment struct {\n", g.typ)
	b.WriteString("Name, Account, Region string\n" +
		"// StackName is the name of the stack; empty is made from the names of the environment and the stack.\nStackName string\n" +
		"// Production protects resources against deletion.\nProduction bool\n")
	if len(g.variables) > 0 {
		b.WriteByte('\n')
	}
	for _, v := range g.variables {
		b.WriteString(v.name + " " + v.typ + "\n")
	}
	fmt.Fprintf(&b, "}\n\n// environments are those of %s, in its order.\nvar environments = []Environment{\n", g.options.Source)
	for i, e := range g.doc.Environments {
		b.WriteString("{\n" + g.place(e))
		for _, v := range g.variables {
			if v.values[i] != "" {
				b.WriteString(v.name + ": " + v.values[i] + ",\n")
			}
		}
		b.WriteString("},\n")
	}
	return b.String() + "}\n"
}

// place returns the fields that every environment has.
func (g *generator) place(e document.Environment) string {
	fields := []string{"Name: " + strconv.Quote(e.Name)}
	for _, f := range [][2]string{
		{"Account", text(e.Account)}, {"Region", text(e.PlaceRegion())}, {"StackName", text(e.StackName)}, {"Production", truth(e.Production)},
	} {
		if f[1] != "" {
			fields = append(fields, f[0]+": "+f[1])
		}
	}
	return strings.Join(fields, ", ") + ",\n"
}
