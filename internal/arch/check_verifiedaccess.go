package arch

// verifiedAccess checks a tier that holds endpoints of AWS Verified Access.
func (c *checker) verifiedAccess(t Tier, fail func(rule, summary, detail, fix string)) {
	switch {
	case !t.VerifiedAccess:
	case t.Kind != Bastion || t.Imported != nil:
		fail("verified-access", "only a bastion tier of the network itself can hold endpoints of Verified Access", "", "")
	case t.InstanceConnect:
		fail("verified-access", "a tier with endpoints of Verified Access is an EC2 Instance Connect endpoint, too",
			"the two have one security group, so each could reach what the other may", "give each a bastion tier of its own")
	}
}

// publishes checks a flow from or to endpoints of Verified Access. AWS accepts load balancers behind them only if they are internal (AWS
// Verified Access User Guide, create a load balancer endpoint).
func (c *checker) publishes(f CheckedFlow) {
	if to, ok := c.own(f.To); ok && to.VerifiedAccess {
		c.failFlow(f.Flow, "verified-access", "a flow to endpoints of Verified Access",
			"people reach them through AWS, and the policies of Verified Access decide who may", "remove the flow")
	}
	if to, _ := c.m.Tier(f.To.Text); c.isPublished(f.Flow) && to.Imported == nil && !to.Internal {
		c.failFlow(f.Flow, "verified-access", "a public edge tier behind Verified Access",
			"AWS accepts only internal load balancers there; those of "+to.ID+" face the internet, so that people would reach them directly",
			c.say("set Internal: true in the EdgeTierProps of "+to.ID, "set `internal: true` in the tier "+to.ID))
	}
}

// isPublished reports whether a flow leads from endpoints of Verified Access to an edge tier. The table of who may reach whom does not
// allow a bastion tier that, because only these endpoints ask who a person is for every request.
func (c *checker) isPublished(f Flow) bool {
	from, ok := c.own(f.From)
	return ok && from.VerifiedAccess && f.To.Kind == Edge
}
