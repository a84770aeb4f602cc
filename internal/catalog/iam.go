package catalog

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

//go:embed iam.gen.json.gz
var packed []byte

// Level is what an action does, in AWS's five words.
type Level byte

// The levels.
const (
	Read        Level = 'R'
	Write       Level = 'W'
	List        Level = 'L'
	Tagging     Level = 'T'
	Permissions Level = 'P' // it changes who may do what
)

// Action is an action of IAM.
type Action struct {
	Name  string // "s3:GetObject", in AWS's spelling
	Level Level
	// Resources are the types of resources that it is for, keys of ResourceARN; none says that a policy must name "*".
	Resources []string
}

// table is what iam.gen.json.gz holds. Services are decoded one by one when they are asked for.
type table struct {
	Sources   []string                   `json:"sources"`
	Services  map[string]json.RawMessage `json:"services"`
	Endpoints map[string][]any           `json:"endpoints"`
	Prefixes  map[string][]string        `json:"prefixes"`
}

var loaded = sync.OnceValue(load)

func load() *table {
	t := &table{}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err == nil {
		err = json.NewDecoder(r).Decode(t)
	}
	if err != nil {
		panic(fmt.Errorf("the catalogue in this program is broken: %w", err)) // It is part of the build, and tests read all of it.
	}
	return t
}

// service is what is known of the actions with one prefix.
type service struct {
	actions   map[string]Action // by lower-case name
	resources map[string]string
}

var services sync.Map // prefix -> func() *service

func serviceOf(prefix string) *service {
	prefix = strings.ToLower(prefix)
	raw, ok := loaded().Services[prefix]
	if !ok {
		return nil
	}
	once, _ := services.LoadOrStore(prefix, sync.OnceValue(func() *service { return decodeService(prefix, raw) }))
	return once.(func() *service)()
}

func decodeService(prefix string, raw json.RawMessage) *service {
	var data struct {
		Actions   map[string][]string `json:"actions"`
		Resources map[string]string   `json:"resources"`
	}
	if err := json.Unmarshal(raw, &data); err != nil {
		panic(fmt.Errorf("the catalogue in this program is broken at %s: %w", prefix, err))
	}
	s := &service{actions: make(map[string]Action, len(data.Actions)), resources: data.Resources}
	for name, fields := range data.Actions {
		s.actions[strings.ToLower(name)] = Action{Name: prefix + ":" + name, Level: Level(fields[0][0]), Resources: fields[1:]}
	}
	return s
}

// Sources names the data that the tables of actions and endpoints are made from, with versions and licences.
func Sources() []string { return slices.Clone(loaded().Sources) }

// IAMPrefixes returns the prefixes of all actions, "s3", sorted.
func IAMPrefixes() []string { return slices.Sorted(maps.Keys(loaded().Services)) }

// ActionNamed returns the action of a name in any case, "s3:getobject".
func ActionNamed(name string) (Action, bool) {
	prefix, short, ok := strings.Cut(name, ":")
	s := serviceOf(prefix)
	if !ok || s == nil {
		return Action{}, false
	}
	a, ok := s.actions[strings.ToLower(short)]
	return a, ok
}

// Actions returns the actions that a pattern with * and ? stands for, sorted by name: "s3:Get*", "*". It is empty if there are none.
func Actions(pattern string) []Action {
	prefix, short, ok := strings.Cut(pattern, ":")
	if pattern == "*" {
		prefix, short, ok = "*", "*", true
	}
	if !ok {
		return nil
	}
	prefixes := []string{prefix}
	if strings.ContainsAny(prefix, "*?") {
		prefixes = slices.DeleteFunc(IAMPrefixes(), func(p string) bool { return !Glob(strings.ToLower(prefix), p) })
	}
	short = strings.ToLower(short)
	var out []Action
	for _, p := range prefixes {
		s := serviceOf(p)
		if s == nil {
			continue
		}
		for lower, a := range s.actions {
			if Glob(short, lower) {
				out = append(out, a)
			}
		}
	}
	slices.SortFunc(out, func(a, b Action) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// ResourceARN returns the form of the ARNs of a resource type, "arn:${Partition}:s3:::${BucketName}".
func ResourceARN(prefix, resource string) (string, bool) {
	s := serviceOf(prefix)
	if s == nil {
		return "", false
	}
	form, ok := s.resources[resource]
	return form, ok
}

// NearestAction returns the action whose name is most like one that does not exist; empty if none is like it.
func NearestAction(name string) string {
	prefix, short, _ := strings.Cut(strings.ToLower(name), ":")
	s := serviceOf(prefix)
	if s == nil {
		if p := nearest(prefix, IAMPrefixes()); p != "" {
			s = serviceOf(p)
		}
	}
	if s == nil {
		return ""
	}
	if found := nearest(short, slices.Collect(maps.Keys(s.actions))); found != "" {
		return s.actions[found].Name
	}
	return ""
}

// Glob reports whether a text matches a pattern in which * stands for any text and ? for any letter.
func Glob(pattern, text string) bool {
	p, t := 0, 0
	star, mark := -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
