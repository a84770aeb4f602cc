package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
)

// environmentDiags are the messages about a file in one of its environments.
type environmentDiags struct {
	name, network string // the environment, and the path of its network
	diags         diag.List
}

// together returns the messages about a file, as the user named it, sorted by line. Each is there once: it names environments only if it is
// not about all of them.
func together(file string, all []environmentDiags) diag.List {
	var out diag.List
	in := map[string][]string{} // the environments of each message, by its text
	for _, one := range all {
		for _, d := range one.diags {
			d.Path = strings.TrimPrefix(strings.TrimPrefix(d.Path, one.network), " ")
			text := d.String()
			if len(in[text]) == 0 {
				out.Add(d)
			}
			if !slices.Contains(in[text], one.name) {
				in[text] = append(in[text], one.name)
			}
		}
	}
	for i, d := range out {
		if names := in[d.String()]; len(names) < len(all) {
			out[i].Path = strings.TrimSuffix(strings.Join(names, ", ")+": "+d.Path, ": ")
		}
	}
	return inFile(out, file).Sorted()
}

// open returns the messages about a document that it does not acknowledge. network is the path of its network. A finding says how the
// document accepts it.
func open(d *document.Document, list diag.List, network string) diag.List {
	out := d.Unacknowledged(list, network)
	for i, one := range out {
		if id := document.FindingID(one, network); id != "" {
			fix := strings.TrimSuffix(one.Fix, ", or acknowledge this finding with a reason")
			out[i].Fix = fmt.Sprintf("%s; or accept it: `acknowledged: {%q: the reason}`", fix, id)
		}
	}
	return out
}

// mistakes returns the errors and findings as one error, or nil if there are no errors.
func mistakes(list diag.List) error {
	if !list.HasErrors() {
		return nil
	}
	return errors.New(list.With(diag.Error, diag.Finding).String())
}

// inFile returns diagnostics with the positions in a file as the user named it.
func inFile(list diag.List, file string) diag.List {
	for i := range list {
		list[i].At = slices.Clone(list[i].At)
		for j := range list[i].At {
			list[i].At[j].File = filepath.ToSlash(file)
		}
	}
	return list
}
