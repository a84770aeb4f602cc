package waf

import "maps"

// made is what the web ACL was made with, its rules of now included.
func (w *WebACL) made() map[string]any {
	out := properties(w.content).(map[string]any)
	maps.DeleteFunc(out, func(name string, _ any) bool { return name == "Name" || name == "Description" })
	return out
}
