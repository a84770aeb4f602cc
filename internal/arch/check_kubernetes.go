package arch

import (
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/kubernetes"
)

// pods checks where tiers run on Kubernetes: names and labels as Kubernetes takes them, and no pod that can be of two tiers, because it
// would have the permissions of both.
func (c *checker) pods() {
	var before []Tier
	for _, t := range c.m.Tiers {
		if t.Kubernetes == nil {
			continue
		}
		fail := func(summary, detail, fix string, at ...diag.Position) {
			c.add(c.m.Network.TierPath(t.ID), append([]diag.Position{t.At}, at...),
				diag.Diagnostic{Rule: "pods", Summary: summary, Detail: detail, Fix: fix})
		}
		if err := kubernetes.CheckNamespace(t.Kubernetes.Namespace); err != nil {
			fail("a tier's namespace is not usable", err.Error(), "")
		}
		if t.VerifiedAccess {
			fail("endpoints of Verified Access are no pods", "they are network interfaces of the VPC", "leave out "+
				c.say("Kubernetes", "`kubernetes`"))
		}
		if t.InstanceConnect {
			fail("an EC2 Instance Connect endpoint is no pods", "it is a network interface of the VPC", "leave out "+
				c.say("Kubernetes", "`kubernetes`"))
		}
		for _, key := range sortedKeys(t.Kubernetes.Labels) {
			value := t.Kubernetes.Labels[key]
			if err := kubernetes.CheckLabel(key, value); err != nil {
				fail("a label of a tier's pods is not usable", err.Error(), "")
			} else if value == "" {
				fail("a label of a tier's pods has no value", "the label "+key+" tells the pods apart only by its value", "write a value")
			}
		}
		for _, other := range before {
			if !t.Kubernetes.apart(*other.Kubernetes) {
				fail("a pod can be of two tiers", other.ID+" has pods of the same namespace, and no label tells them apart",
					"give both tiers one label with different values, such as app", other.At)
			}
		}
		before = append(before, t)
	}
}
