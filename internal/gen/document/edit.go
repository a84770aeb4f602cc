package document

import (
	"fmt"
	"slices"
	"strings"
)

// Edit is a file that is being changed. It changes only the lines that it must, so that comments, order and style stay.
type Edit struct {
	name string
	text string
}

// NewEdit begins to change a file, which must have no errors.
func NewEdit(name string, data []byte) (*Edit, Problems) {
	d, problems := Parse(name, data)
	if d == nil {
		return nil, problems
	}
	return &Edit{name, string(data)}, problems
}

// Bytes returns the file as it is now.
func (e *Edit) Bytes() []byte { return []byte(e.text) }

// AddTier adds a tier after the others.
func (e *Edit) AddTier(t Tier) error { return e.add("tiers", entryOf(t)) }

// AddFlow adds a flow after the others.
func (e *Edit) AddFlow(f Flow) error { return e.add("flows", entryOf(f)) }

// AddException adds an exception after the others.
func (e *Edit) AddException(f Flow) error { return e.add("exceptions", entryOf(f)) }

// RemoveTier removes a tier. What names the tier must be removed as well.
func (e *Edit) RemoveTier(id string) error { return e.remove("tiers", id) }

// RemoveFlow removes a flow, given by its key: "Web -> App tcp/8080".
func (e *Edit) RemoveFlow(key string) error { return e.remove("flows", key) }

// RemoveException removes an exception, given by its key.
func (e *Edit) RemoveException(key string) error { return e.remove("exceptions", key) }

// RenameTier renames a tier, everywhere in the file.
func (e *Edit) RenameTier(id, to string) error {
	s, root := e.read()
	if root == nil || root.get("tiers").get(id) == nil {
		return fmt.Errorf("there is no tier %q", id)
	}
	if root.get("tiers").get(to) != nil {
		return fmt.Errorf("there is a tier %q already", to)
	}
	s.document(root.long())
	places := []place{}
	for _, one := range root.get("tiers").entries {
		if one.key.text == id {
			places = append(places, one.key.place)
		}
	}
	for _, r := range s.refs {
		if r.text == id && (r.to[0] == "tier" || r.to[0] == "end") {
			places = append(places, r.place)
		}
	}
	return e.replace(s.lines, places, id, to)
}

// replace replaces a text at places.
func (e *Edit) replace(lines []string, places []place, old, text string) error {
	slices.SortFunc(places, func(a, b place) int { return (b.line-a.line)*maxFile + b.column - a.column })
	for _, p := range slices.Compact(places) {
		line := []rune(lines[p.line-1])
		start := p.column - 1
		if start < len(line) && (line[start] == '"' || line[start] == '\'') {
			start++
		}
		end := start + len([]rune(old))
		if end > len(line) || string(line[start:end]) != old {
			return fmt.Errorf("%s:%d: %q is written with escapes; write it plainly", e.name, p.line, old)
		}
		lines[p.line-1] = string(line[:start]) + text + string(line[end:])
	}
	e.set(lines)
	return nil
}

// read parses the file as it is now.
func (e *Edit) read() (*source, *node) {
	s := &source{name: e.name}
	return s, s.parse([]byte(e.text))
}

// set sets the lines, with the ends of lines that the file has.
func (e *Edit) set(lines []string) {
	end := "\n"
	if strings.Contains(e.text, "\r\n") {
		end = "\r\n"
	}
	e.text = strings.Join(lines, end)
}

// entryOf returns an element of a list as the file has it.
func entryOf[T unkeyed](one T) entry {
	return entry{textNode(one.keyText()), encodeValue(one)}
}

// add adds an entry at the end of a section.
func (e *Edit) add(section string, one entry) error {
	s, root := e.read()
	if root == nil {
		return s.problems
	}
	have := root.get(section)
	if have.get(one.key.text) != nil {
		return fmt.Errorf("%s has %q already", section, one.key.text)
	}
	if have == nil {
		lines := slices.DeleteFunc(s.lines[len(s.lines)-1:], func(l string) bool { return l == "" })
		lines = append(slices.Concat(s.lines[:len(s.lines)-1], lines), "", section+":")
		e.set(append(append(lines, linesOf(one, 2)...), ""))
		return nil
	}
	key := keyPlace(root, section)
	if len(have.entries) == 0 {
		lines := slices.Clone(s.lines)
		lines[key.line-1] = section + ":"
		e.set(slices.Insert(lines, key.line, linesOf(one, 2)...))
		return nil
	}
	last := have.entries[len(have.entries)-1].key.place
	if have.entries[0].key.line == key.line {
		return fmt.Errorf("%s:%d: %s is written on one line; write each entry on a line of its own", e.name, key.line, section)
	}
	e.set(slices.Insert(slices.Clone(s.lines), end(s.lines, last), linesOf(one, last.column-1)...))
	return nil
}

// remove removes an entry of a section.
func (e *Edit) remove(section, key string) error {
	s, root := e.read()
	if root == nil {
		return s.problems
	}
	have := root.get(section)
	for _, one := range have.all() {
		if one.key.text != key {
			continue
		}
		if one.key.line == keyPlace(root, section).line {
			return fmt.Errorf("%s:%d: %s is written on one line; write each entry on a line of its own", e.name, one.key.line, section)
		}
		lines := slices.Delete(slices.Clone(s.lines), one.key.line-1, end(s.lines, one.key.place))
		if len(have.entries) == 1 {
			lines[keyPlace(root, section).line-1] = section + ": {}"
		}
		e.set(lines)
		return nil
	}
	return fmt.Errorf("%s has no %q", section, key)
}

// all returns the entries of a mapping, none of nil.
func (n *node) all() []entry {
	if n == nil {
		return nil
	}
	return n.entries
}

// keyPlace returns the place of a section's key.
func keyPlace(root *node, section string) place {
	for _, e := range root.entries {
		if e.key.text == section {
			return e.key.place
		}
	}
	return place{}
}

// end returns the number of lines up to the end of the entry whose key is at a place. Comments after the entry belong to the next one.
func end(lines []string, key place) int {
	last := key.line
	for i := key.line; i < len(lines); i++ {
		text := strings.TrimLeft(lines[i], " ")
		if text == "" || text[0] == '#' {
			continue
		}
		if len(lines[i])-len(text) < key.column {
			break
		}
		last = i + 1
	}
	return last
}

// linesOf returns the lines of an entry with an indentation.
func linesOf(one entry, indent int) []string {
	var b strings.Builder
	writeEntry(&b, one, 1)
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.Repeat(" ", indent) + strings.TrimPrefix(line, "  ")
	}
	return lines
}
