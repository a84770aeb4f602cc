package cli

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
)

// assemblyManifest is what an export reads of the manifest of a cloud assembly.
type assemblyManifest struct {
	Artifacts map[string]struct {
		Type, DisplayName string
		Properties        struct {
			TemplateFile, DirectoryName string
			TerminationProtection       bool
			Tags                        map[string]string
		}
	}
}

// unsaidOfStacks returns what the stacks of an assembly say of themselves and no file says: a description, tags, protection against
// termination. networks are the paths of the networks in them.
func unsaidOfStacks(assembly string, networks []string) ([]string, error) {
	data, err := cfn.ReadIn(assembly, "manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var m assemblyManifest
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, err
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(m.Artifacts)) {
		a := m.Artifacts[name]
		p := a.Properties
		if p.DirectoryName != "" {
			inner, err := unsaidOfStacks(filepath.Join(assembly, p.DirectoryName), networks)
			if err != nil {
				return nil, err
			}
			out = append(out, inner...)
		}
		holds := slices.ContainsFunc(networks, func(n string) bool { return strings.HasPrefix(n, a.DisplayName+"/") })
		if a.Type != "aws:cloudformation:stack" || !holds {
			continue
		}
		if p.TerminationProtection {
			out = append(out, "the stack "+a.DisplayName+" is protected against termination; set TerminationProtection in main.go")
		}
		if len(p.Tags) > 0 {
			tags := strings.Join(slices.Sorted(maps.Keys(p.Tags)), ", ")
			out = append(out, "the stack "+a.DisplayName+" has tags: "+tags+"; set Tags in main.go")
		}
		if describes(assembly, p.TemplateFile) {
			out = append(out, "the stack "+a.DisplayName+" has a description; set Description in main.go")
		}
	}
	return out, nil
}

// describes reports whether a template has a description.
func describes(assembly, file string) bool {
	data, err := cfn.ReadIn(assembly, file)
	var template struct{ Description string }
	return err == nil && json.Unmarshal(data, &template) == nil && template.Description != ""
}
