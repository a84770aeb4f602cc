package document

import (
	"fmt"
	"reflect"
	"strconv"

	"github.com/tierwall/tierwall/internal/diag"
)

// Parse reads the file. The document is nil if the problems have errors. name names the file in messages.
func Parse(name string, data []byte) (*Document, Problems) {
	s := &source{name: name}
	root := s.parse(data)
	if root == nil || !s.isDocument(root) {
		return nil, s.problems.sorted()
	}
	root = root.long()
	d := s.document(root)
	s.problems = s.problems.sorted()
	if s.problems.HasErrors() {
		return nil, s.problems
	}
	return d, s.problems
}

// isDocument checks the file's version.
func (s *source) isDocument(root *node) bool {
	if root.kind != mapping {
		s.fail(root.place, "the file is not a map", "got "+root.kind.String(), "start with version: 1; tierwall new writes a first file")
		return false
	}
	version := root.get("version")
	if version == nil && root.get("Resources") != nil {
		s.fail(root.place, "the file is a CloudFormation template", "", "show it with tierwall show, or take it over with tierwall import")
		return false
	}
	if version == nil {
		s.fail(root.place, theFile+" lacks version", "", fmt.Sprintf("add version: %d", Version))
		return false
	}
	number, err := strconv.Atoi(version.text)
	switch {
	case version.kind != scalar || err != nil || version.quoted || number < 1:
		s.fail(version.place, "version is not usable", fmt.Sprintf("got %s; allowed is %d", version.shown(), Version), "")
	case number > Version:
		s.fail(version.place, "the file is of a newer version", fmt.Sprintf("got %d; this tierwall reads %d", number, Version),
			"install a newer tierwall")
	default:
		return true
	}
	return false
}

// long returns the file with the long forms of what environments may merge with.
func (n *node) long() *node {
	out := n.longSections()
	environments := n.get("environments")
	if environments == nil {
		return out
	}
	all := *environments
	all.entries = nil
	for _, e := range environments.entries {
		all.entries = append(all.entries, entry{e.key, e.value.longSections()})
	}
	return out.with(n.at("environments"), &all)
}

// longSections returns a mapping with the long forms of peers and resources.
func (n *node) longSections() *node {
	if n.kind != mapping {
		return n
	}
	out := *n
	out.entries = nil
	for _, e := range n.entries {
		if t, ok := sectionTypes[e.key.text]; ok && e.value.kind == mapping {
			section := *e.value
			section.entries = nil
			for _, one := range e.value.entries {
				section.entries = append(section.entries, entry{one.key, expanded(t, one.value)})
			}
			e.value = &section
		}
		out.entries = append(out.entries, e)
	}
	return &out
}

// sectionTypes are the types of the sections whose entries environments merge with.
var sectionTypes = map[string]reflect.Type{"peers": reflect.TypeFor[Peer](), "resources": reflect.TypeFor[Resource]()}

// document reads the file, and once more as it reads in each environment.
func (s *source) document(root *node) *Document {
	environments := root.get("environments")
	base := root.without("environments")
	d := s.reading(base, true)
	if environments == nil || environments.kind == mapping && len(environments.entries) == 0 {
		s.reading(base, false)
		at := root.place
		if environments != nil {
			at = environments.place
		}
		s.fail(at, theFile+" lacks environments", "an environment is an account and a Region to deploy to",
			"add environments: {Production: {region: eu-west-1}}")
		return d
	}
	reader := &decoder{source: s}
	if !reader.wants("environments", environments, mapping) {
		return d
	}
	for _, e := range environments.entries {
		d.Environments = append(d.Environments, s.environment(base, e))
	}
	return d
}

// reading reads the file without its environments.
func (s *source) reading(root *node, partial bool) *Document {
	d := &Document{}
	reader := &decoder{source: s, partial: partial}
	// The environments are read elsewhere, and here not missed.
	reader.structure(theFile, root.with(root.at("environments"), &node{kind: mapping}), reflect.ValueOf(d).Elem())
	d.Environments = nil
	s.refs = append(s.refs, reader.refs...)
	if !partial {
		reader.check(d)
	}
	return d
}

// environment reads an environment, and the file as it reads there.
func (s *source) environment(base *node, e entry) Environment {
	out := Environment{At: diag.Position{File: s.name, Line: e.key.line}}
	reader := &decoder{source: s}
	out.setKey(reader, e.key)
	if !reader.wants("environments."+e.key.text, e.value, mapping) {
		return out
	}
	what := "environments." + e.key.text
	own := e.value.without(sections...)
	fields := fieldsOf(reflect.TypeFor[Environment]())
	for _, one := range own.entries {
		if !contains(names(fields), one.key.text) {
			s.unknownInEnvironment(reader, what, one.key, names(fields))
			own = own.without(one.key.text)
		}
	}
	reader.structure(what, own, reflect.ValueOf(&out).Elem())
	out.Document = s.reading(s.merge(base, e.value.without(names(fields)...).only(sections), e.key.text), false)
	return out
}

// unknownInEnvironment reports a key that an environment cannot have.
func (s *source) unknownInEnvironment(d *decoder, what string, key *node, own []string) {
	for _, f := range fieldsOf(reflect.TypeFor[Document]()) {
		if f.name == key.text {
			s.fail(key.place, what+" has "+key.text,
				"tiers, flows, exceptions, grants, policies and what is acknowledged are the same in every environment", "move it out of environments")
			return
		}
	}
	d.unknown(key, what+" has an unknown key", append(own, sections...))
}
