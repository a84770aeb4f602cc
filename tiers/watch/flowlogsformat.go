package watch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/flowlog"
)

// baseFields are the fields of every record, in their order: what the command "tierwall usage" reads, and what people ask next: where the
// interface is, and which way packets took. A change of this list replaces the flow logs of all users.
const baseFields = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status " +
	"vpc-id subnet-id tcp-flags type pkt-srcaddr pkt-dstaddr flow-direction traffic-path az-id resource-id"

// tagField is the field with the tag of the network interface.
const tagField = "interface-tag"

// Fields returns the names of the fields of a record, in their order in text.
func (f *FlowLog) Fields() []string {
	out := strings.Fields(baseFields)
	for _, name := range f.props.Fields {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	if f.props.TierTag {
		out = append(out, tagField)
	}
	return out
}

// format returns the format of records, as AWS writes it.
func (f *FlowLog) format() string {
	names := f.Fields()
	for i := range names {
		names[i] = "${" + names[i] + "}"
	}
	return strings.Join(names, " ")
}

// checkFields reports fields that AWS rejects.
func (f *FlowLog) checkFields() {
	known := flowlog.FieldNames()
	for _, name := range f.props.Fields {
		switch _, ofTag := slices.BinarySearch(tagFields, name); {
		case ofTag:
			f.problems.Add("flow-log-field", "the field "+name+" needs the key of a tag", "AWS rejects a format with it without one",
				"set TierTag for interface-tag with the tag Tier, and remove the field from Fields", f.problems.At)
		case !slices.Contains(known, name):
			fix := "write a name of the VPC User Guide, \"Flow log records\", without ${}"
			if near := catalog.Nearest(name, known); near != "" {
				fix = "write " + near
			}
			f.problems.Add("flow-log-field", "a field of flow logs is unknown", fmt.Sprintf("got %.60q", name), fix, f.problems.At)
		}
	}
}

// tagFields are the fields with values of tags.
var tagFields = []string{"asg-tag", "asg-tag-2", "instance-tag", "instance-tag-2", tagField, "interface-tag-2"}
