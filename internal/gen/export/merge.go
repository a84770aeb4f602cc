package export

import (
	"bytes"

	"github.com/tierwall/tierwall/internal/gen/document"
)

// Merge returns one document of several, each of which becomes an environment. ok is false if they differ in more than an environment can
// say: then each needs a file of its own.
func Merge(docs []*document.Document) (merged *document.Document, ok bool) {
	out := *docs[0]
	out.Environments = nil
	names := map[string]bool{}
	for _, d := range docs {
		e := d.Environments[0]
		e.Document = d
		if names[e.Name] {
			return nil, false
		}
		names[e.Name] = true
		out.Environments = append(out.Environments, e)
	}
	read, problems := document.Parse(document.FileName, out.Write())
	if problems.HasErrors() || len(read.Environments) != len(docs) {
		return nil, false
	}
	for i, e := range read.Environments {
		if !bytes.Equal(alone(e), alone(docs[i].Environments[0])) {
			return nil, false
		}
	}
	return &out, true
}

// alone returns the file of an environment without the others.
func alone(e document.Environment) []byte {
	d := *e.Document
	e.Document = &d
	d.Environments = []document.Environment{e}
	return d.Write()
}
