package cfn

import (
	"strconv"
	"strings"
)

// ListEntry identifies one entry of a list attribute of a resource. Such entries have the form "key:value", for example
// the endpoint ids of a network firewall: "eu-west-1a:vpce-0123".
type ListEntry struct {
	Resource  *Resource
	Attribute string // "EndpointIds"
	// Key is the text before the colon by which the entry was looked up. It is empty if the entry was selected by its
	// position in the list.
	Key string
	// Place is the position of the entry in the list, starting at 0, if Key is empty. The order of the list is not
	// defined.
	Place int
}

// listEntry returns item i of a list that is known only at deployment.
func (r *resolver) listEntry(n *node, list Value, i int) Value {
	if e := entryByKey(list, i); e != nil {
		v := r.symbol(n, e.Resource.String()+"."+e.Attribute+"["+strconv.Quote(e.Key)+"]", list)
		v.hint = &hint{entry: e}
		return v
	}
	v := r.symbol(n, list.String()+"["+strconv.Itoa(i)+"]", list)
	v.hint = &hint{entry: entryByPlace(list, i)}
	return v
}

// entryByKey recognises the only way to look up an entry by its key with intrinsic functions: join the list, split it
// after the key, and split the rest at the next comma:
//
//	Select(0, Split(",", Select(1, Split("eu-west-1a:", Join(",", list)))))
func entryByKey(list Value, i int) *ListEntry {
	rest, ok := splitSource(list, ",")
	if !ok || i != 0 || rest.Kind != Symbol || len(rest.Items) != 1 || !strings.HasSuffix(rest.Text, ")[1]") {
		return nil
	}
	split := rest.Items[0]
	if !isCall(split, "Split") || split.Items[0].Kind != Text {
		return nil
	}
	key, ok := strings.CutSuffix(split.Items[0].Text, ":")
	joined := split.Items[1]
	if !ok || key == "" || !isCall(joined, "Join") || joined.Items[0].Text != "," || joined.Items[1].Kind != Reference {
		return nil
	}
	return &ListEntry{Resource: joined.Items[1].Resource, Attribute: joined.Items[1].Text, Key: key}
}

// entryByPlace recognises an entry that is selected by its position: the whole entry, or the value after the colon. If
// the attribute is a single entry instead of a list, the value after the colon is recognised too.
func entryByPlace(list Value, i int) *ListEntry {
	if list.Kind == Reference && list.Text != "" {
		return &ListEntry{Resource: list.Resource, Attribute: list.Text, Place: i}
	}
	whole, ok := splitSource(list, ":")
	switch {
	case !ok || i != 1:
		return nil
	case whole.Kind == Reference && whole.Text != "":
		return &ListEntry{Resource: whole.Resource, Attribute: whole.Text}
	}
	if e := whole.Entry(); e != nil && e.Key == "" {
		return e
	}
	return nil
}

// splitSource returns the text that was split at the delimiter, if v is the result of Fn::Split with that delimiter.
func splitSource(v Value, delimiter string) (Value, bool) {
	if !isCall(v, "Split") || v.Items[0].Kind != Text || v.Items[0].Text != delimiter {
		return Value{}, false
	}
	return v.Items[1], true
}

// isCall reports whether v is the Symbol for a call of the function with two arguments.
func isCall(v Value, function string) bool {
	return v.Kind == Symbol && !v.joined && len(v.Items) == 2 && strings.HasPrefix(v.Text, function+"(")
}
