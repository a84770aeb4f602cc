package cfn

import (
	"fmt"
	"slices"
	"strings"
)

// Fn::ForEach, of the transform AWS::LanguageExtensions, repeats an object for each item of a collection. Loops over a
// collection that is known before deployment are expanded first. Other loops stay in place, and what they make is
// unknown.

const loopPrefix = "Fn::ForEach"

// loopSections lists the sections that may contain loops.
var loopSections = []string{"Conditions", "Resources", "Outputs"}

// hasLoop reports whether n contains a loop.
func hasLoop(n *node) bool {
	for i := range n.items {
		if strings.HasPrefix(n.items[i].key, loopPrefix) || hasLoop(&n.items[i]) {
			return true
		}
	}
	return false
}

// expandLoops returns the current scope's template with its loops expanded.
func (r *resolver) expandLoops(root *node) *node {
	r.looped = 0
	out := *root
	out.items = slices.Clone(root.items)
	for i := range out.items {
		if slices.Contains(loopSections, out.items[i].key) && hasLoop(&out.items[i]) {
			leave := r.enter(out.items[i].key)
			out.items[i] = r.expand(&out.items[i], nil)
			leave()
		}
	}
	return &out
}

// loopVariable is the identifier of a loop with its current item.
type loopVariable struct{ name, item string }

var tooManyLooped = fmt.Sprintf("loops make more than %d values, which cannot be deployed", maxLooped)

// expand returns a copy of n in which loops are expanded and variables replaced.
func (r *resolver) expand(n *node, variables []loopVariable) node {
	out := *n
	if len(variables) > 0 {
		r.looped++
	}
	if !r.withinLimit(n, r.looped <= maxLooped, tooManyLooped) || !r.charge(n, 1+len(n.text)/64) {
		return node{}
	}
	if n.kind == textNode {
		out.text = r.substitute(n, n.text, variables)
		return out
	}
	if item, ok := variableValue(n, variables); ok {
		out.kind, out.items, out.text = textNode, nil, item
		return out
	}
	out.items = make([]node, 0, len(n.items))
	for i := range n.items {
		item := &n.items[i]
		leave := r.enter(item.key)
		if strings.HasPrefix(item.key, loopPrefix) {
			out.items = append(out.items, r.loop(item, variables)...)
		} else {
			copied := r.expand(item, variables)
			copied.key = r.substitute(item, item.key, variables)
			out.items = append(out.items, copied)
		}
		leave()
	}
	if out.kind == objectNode {
		out.items = r.dropDuplicates(out.items)
	}
	return out
}

// dropDuplicates removes fields whose name a loop makes again, with a warning.
func (r *resolver) dropDuplicates(fields []node) []node {
	kept, twice := keepLast(fields)
	for i := range twice {
		r.warnAt(&twice[i], "duplicate-name", r.scope.source+":"+twice[i].key,
			"%q is created twice by a loop; the last one is used", clip(twice[i].key))
	}
	return kept
}

// variableValue returns the item that {"Ref": "Identifier"} stands for.
func variableValue(n *node, variables []loopVariable) (item string, ok bool) {
	if n.kind != objectNode || len(n.items) != 1 || n.items[0].key != "Ref" || n.items[0].kind != textNode {
		return "", false
	}
	for _, v := range variables {
		if v.name == n.items[0].text {
			return v.item, true
		}
	}
	return "", false
}

// substitute replaces ${Identifier} in a text by the item, and &{Identifier} by the item's letters and digits.
func (r *resolver) substitute(n *node, text string, variables []loopVariable) string {
	if len(variables) == 0 || !strings.Contains(text, "{") {
		return text
	}
	for _, v := range variables {
		text = r.replace(n, text, "${"+v.name+"}", v.item)
		text = r.replace(n, text, "&{"+v.name+"}", alphanumeric(v.item))
	}
	return text
}

// replace replaces old in a text. It charges for what it makes first, because a long item in many places exhausts memory.
func (r *resolver) replace(n *node, text, old, item string) string {
	if !r.charge(n, (len(text)+strings.Count(text, old)*len(item))/madeText) {
		return ""
	}
	return strings.ReplaceAll(text, old, item)
}

func alphanumeric(text string) string {
	return strings.Map(func(c rune) rune {
		if isID(string(c)) {
			return c
		}
		return -1
	}, text)
}

// loop returns what the loop n makes. If the collection is unknown, it returns the loop itself.
func (r *resolver) loop(n *node, variables []loopVariable) []node {
	if n.kind != listNode || len(n.items) != 3 || n.items[0].kind != textNode || n.items[2].kind != objectNode {
		r.problem(n, "%s expects a list of an identifier, a collection and an object to repeat", n.key)
		return nil
	}
	items, ok := r.collection(&n.items[1], variables)
	if !ok {
		kept := *n
		return []node{kept}
	}
	var out []node
	for _, item := range items {
		inner := append(slices.Clone(variables), loopVariable{n.items[0].text, item})
		out = append(out, r.expand(&n.items[2], inner).items...)
		if r.exhausted {
			return nil
		}
	}
	return out
}

// collection returns the items of a loop's collection. It returns false if they are known only at deployment.
func (r *resolver) collection(n *node, variables []loopVariable) (items []string, ok bool) {
	if name := n.literal("Ref"); name != "" && len(n.items) == 1 {
		return r.givenItems(name)
	}
	if n.kind != listNode {
		return nil, false
	}
	for i := range n.items {
		item := &n.items[i]
		if text, ok := variableValue(item, variables); ok {
			items = append(items, text)
			continue
		}
		if name := item.literal("Ref"); name != "" && len(item.items) == 1 {
			given, ok := r.givenItems(name)
			if !ok {
				return nil, false
			}
			items = append(items, given...)
			continue
		}
		if item.kind != textNode {
			return nil, false
		}
		items = append(items, r.substitute(item, item.text, variables))
	}
	return items, true
}

// givenItems returns the items of the named parameter, if it was given a value. Its default is not used, because
// another value would make other resources.
func (r *resolver) givenItems(name string) ([]string, bool) {
	kind := r.scope.root.field("Parameters").field(name).literal("Type")
	text, given := r.scope.given[name]
	switch {
	case !given || kind == "" || strings.HasPrefix(kind, "AWS::SSM::Parameter::Value<"):
		return nil, false
	case kind != "CommaDelimitedList" && !strings.HasPrefix(kind, "List<"):
		return []string{text}, true
	}
	items := strings.Split(text, ",")
	for i := range items {
		items[i] = strings.TrimSpace(items[i])
	}
	return items, true
}

// unexpanded warns about a loop whose collection is known only at deployment.
func (r *resolver) unexpanded(n *node) {
	fix := ""
	if n.kind == listNode && len(n.items) == 3 {
		if name := n.items[1].literal("Ref"); name != "" && r.scope.root.field("Parameters").field(name) != nil {
			fix = "give the parameter a value (-p " + name + "=...), or "
		}
	}
	r.warnAt(n, "loop-not-read", r.scope.stack.Name+"/"+n.key, "the collection of %s is unknown, so what it creates is unknown: %sexpand "+
		"the template first, for example with `aws cloudformation get-template --template-stage Processed`", clip(n.key), fix)
}
