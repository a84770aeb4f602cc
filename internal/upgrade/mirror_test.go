package upgrade

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestTrafficMirroring: sessions and rules have keys of their own. Their content changes in place.
func TestTrafficMirroring(t *testing.T) {
	t.Parallel()
	session := func(id, eni, number, filter string) string {
		return resource(id, "EC2::TrafficMirrorSession",
			"NetworkInterfaceId: "+eni+", SessionNumber: "+number+", TrafficMirrorFilterId: "+filter+", TrafficMirrorTargetId: tmt-1")
	}
	rule := func(id, direction, number, action string) string {
		return resource(id, "EC2::TrafficMirrorFilterRule", "TrafficMirrorFilterId: tmf-1, TrafficDirection: "+direction+", RuleNumber: "+number+
			", RuleAction: "+action+", SourceCidrBlock: 0.0.0.0/0, DestinationCidrBlock: 0.0.0.0/0")
	}
	for name, c := range map[string]struct {
		before, after string
		want          []string
	}{
		"a session under another logical id": {
			session("A", "eni-1", "1", "f"), session("B", "eni-1", "1", "f"), []string{"key-collision[Shop/B]"},
		},
		"another session of the interface": {
			session("A", "eni-1", "1", "f"), session("A", "eni-1", "1", "f") + session("B", "eni-1", "2", "f"), nil,
		},
		"another filter of a session": {session("A", "eni-1", "1", "f"), session("A", "eni-1", "1", "g"), nil},
		"a rule under another logical id": {
			rule("A", "ingress", "10", "reject"), rule("B", "ingress", "10", "accept"), []string{"key-collision[Shop/B]"},
		},
		"a rule of the other direction": {rule("A", "ingress", "10", "reject"), rule("B", "egress", "10", "reject"), nil},
		"a rule that changes direction": {rule("A", "ingress", "10", "reject"), rule("A", "egress", "10", "reject"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := Check(add(t, c.before), add(t, c.after))
			assert.Equal(t, c.want, ids(found), "%s", found)
		})
	}
}
