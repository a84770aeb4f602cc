package waf

import "maps"

// made returns the properties that the web ACL is emitted with, including its current rules.
func (w *WebACL) made() map[string]any {
	out := properties(w.content).(map[string]any)
	maps.DeleteFunc(out, func(name string, _ any) bool { return name == "Name" || name == "Description" })
	return out
}
