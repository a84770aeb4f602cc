package proof

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// controlDiff compares the properties of a resource with the properties that its construct gave it.
type controlDiff struct {
	report   *Report
	control  Control
	resource *cfn.Resource
}

// isRemark reports whether a property has no effect on a control: its name, its description or its tags.
func isRemark(path, name string) bool {
	return path == "" && (strings.HasSuffix(name, "Name") && name != "ServiceName" || name == "Description" || name == "Tags")
}

// named maps lists to the property that identifies their items.
var named = map[string]string{
	"Rules": "Name", "RuleActionOverrides": "Name",
	"StatefulRuleGroupReferences": "ResourceArn", "StatelessRuleGroupReferences": "ResourceArn",
	"LogDestinationConfigs": "LogType", "LoadBalancerAttributes": "Key", "TargetGroupAttributes": "Key",
	"FirewallRules": "Priority", // of DNS Firewall
}

// fields compares properties by their names. An added property is a difference, too, because it can change the effect of the others.
func (d *controlDiff) fields(path string, want, got cfn.Fields) {
	for _, f := range want {
		if !isRemark(path, f.Name) {
			d.value(join(path, f.Name), f.Name, f.Value, got.Get(f.Name))
		}
	}
	for _, f := range got {
		if want.Get(f.Name).IsMissing() && !d.control.Partial && !isRemark(path, f.Name) {
			d.report.weakened(d.control, join(path, f.Name), d.sentence(path, "%s was added: %s", join(path, f.Name), short(f.Value)), Weakened)
		}
	}
}

// join appends a name to a path of properties.
func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// value compares one value.
func (d *controlDiff) value(path, name string, want, got cfn.Value) {
	switch {
	case got.IsMissing() && !want.IsMissing():
		d.report.weakened(d.control, path, d.sentence(path, "%s is missing; the construct made it as %s", path, short(want)), Weakened)
	case want.Kind == cfn.Map && got.Kind == cfn.Map:
		d.fields(path, want.Fields, got.Fields)
	case want.Kind == cfn.List && got.Kind == cfn.List:
		d.list(path, name, want.Items, got.Items)
	case want.Kind == cfn.Text && got.Kind == cfn.Text && strings.Contains(want.Text, "\n") && name != "PolicyDocument":
		d.lines(path, want.Text, got.Text)
	case want.String() == got.String():
	case want.Kind == cfn.Text && (got.Kind == cfn.Symbol || got.Kind == cfn.Choice):
		d.report.weakened(d.control, path,
			d.sentence(path, "%s is known only at deployment; the construct made it as %s", path, short(want)), Unknown)
	default:
		d.report.weakened(d.control, path, d.sentence(path, "%s is %s; the construct made it as %s", path, short(got), short(want)), Weakened)
	}
}

// list compares lists: named items by their names, texts as sets, other items by their position.
func (d *controlDiff) list(path, name string, want, got []cfn.Value) {
	label := func(i int, v cfn.Value) string {
		if key := named[name]; key != "" && v.Kind == cfn.Map {
			return v.Get(key).String()
		}
		if v.Kind != cfn.Map && v.Kind != cfn.List {
			return v.String()
		}
		return fmt.Sprint(i)
	}
	items := func(list []cfn.Value) map[string]cfn.Value {
		out := map[string]cfn.Value{}
		for i, v := range list {
			out[label(i, v)] = v
		}
		return out
	}
	made, there := items(want), items(got)
	for _, key := range slices.Sorted(maps.Keys(made)) {
		d.value(path+"/"+key, "", made[key], there[key])
	}
	for _, key := range slices.Sorted(maps.Keys(there)) {
		if _, known := made[key]; known || d.control.Partial && named[name] != "" || name == "Rules" && tightens(there[key]) {
			continue
		}
		d.report.weakened(d.control, path+"/"+key, d.sentence(path, "%s has an additional item: %s", path, short(there[key])), Weakened)
	}
	if len(there) < len(got) && len(made) == len(want) {
		d.report.weakened(d.control, path, d.sentence(path, "%s has an item twice", path), Weakened)
	}
}

// tightens reports whether an added rule of a web ACL can only stop or count more.
func tightens(rule cfn.Value) bool {
	action := rule.Get("Action")
	return slices.ContainsFunc([]string{"Block", "Count", "Captcha", "Challenge"}, func(a string) bool { return !action.Get(a).IsMissing() })
}

// lines compares the rules of a firewall, one on each line. Their order matters.
func (d *controlDiff) lines(path, want, got string) {
	made, there := rulesIn(want), rulesIn(got)
	if slices.Equal(made, there) {
		return
	}
	same := true
	for _, line := range made {
		if !slices.Contains(there, line) {
			same = false
			d.report.weakened(d.control, path+"/"+ruleName(line), d.sentence(line, "a rule is missing from %s: %s", path, line), Weakened)
		}
	}
	for _, line := range there {
		if !slices.Contains(made, line) {
			same = false
			d.report.weakened(d.control, path+"/"+ruleName(line), d.sentence(path, "%s has an additional rule: %s", path, line), Weakened)
		}
	}
	if same {
		d.report.weakened(d.control, path, d.sentence(path, "the rules of %s are in another order", path), Weakened)
	}
}

var sid = lazyregexp.New(`\bsid:\s*(\d+)\s*;`)

// ruleName returns a short name for a firewall rule: its SID, or its beginning.
func ruleName(line string) string {
	if m := sid.FindStringSubmatch(line); m != nil {
		return "sid" + m[1]
	}
	const most = 60
	runes := []rune(line)
	return string(runes[:min(len(runes), most)])
}

// rulesIn returns the rules of a firewall, without comments and empty lines.
func rulesIn(text string) []string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out
}

// sentence says what changed, where the resource is, and what the changed part is for.
func (d *controlDiff) sentence(part, format string, args ...any) string {
	text := fmt.Sprintf("the %s %s (%s:%d) differs from what its construct made: %s", d.control.Name, d.resource,
		d.resource.Stack.File, d.resource.Line, fmt.Sprintf(format, args...))
	for _, name := range slices.Sorted(maps.Keys(d.control.Stops)) {
		if strings.Contains(part, name) {
			return text + "; purpose of " + name + ": " + d.control.Stops[name]
		}
	}
	return text
}

// short returns a value, cut off if it is too long for a message.
func short(v cfn.Value) string {
	const most = 120
	text := v.String()
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return text
}
