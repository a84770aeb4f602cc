package arch

// What of a network faces the internet. Package proof decides the same for itself, on purpose: it must not trust what the plan trusts.

// FacesInternet reports whether a tier's subnets face the internet even without flows, as those of a public edge tier do. The subnets of
// other tiers face the internet only if a flow lets public addresses reach the tier.
func (t Tier) FacesInternet() bool { return t.Kind == Edge && !t.Internal && t.Imported == nil }

// LetsInternetIn reports whether f lets public addresses open connections to a tier, so that the tier's subnets face the internet.
func (f Flow) LetsInternetIn() bool {
	return f.To.Kind.IsTier() && f.From.IsPublic() && f.Path.Kind != ThroughGateway
}

// OpensToInternet reports whether f makes its source open connections to the internet.
func (f Flow) OpensToInternet() bool {
	return f.From.Kind.IsTier() && f.To.IsPublic() && f.Path.Kind != ThroughGateway && f.Path.Kind != ByGatewayEndpoint
}

// IsInternet reports whether an end of f has, or may have, addresses of the internet. If that is not plain, why says why it may.
func (f Flow) IsInternet(end Peer) (is bool, why string) {
	switch {
	case f.Path.Kind == ByGatewayEndpoint:
		return false, ""
	case end.Kind == PrefixList:
		return true, "the declaration does not show the entries of the prefix list, which may be addresses of the internet"
	case end.IsPublic() && f.Path.Kind == ThroughGateway:
		return true, "these are addresses of the internet; only the network behind " + f.Path.Via.String() + " knows whether it reaches them"
	case end.Kind == CIDR && end.Symbolic && f.Path.Kind != ThroughGateway:
		return true, "only the deployment knows the block, which may be one of the internet"
	}
	return end.IsPublic(), ""
}

// Facing returns whether addresses of the internet may open connections to each tier, by id. Of imported tiers it knows only flows of this
// network.
func (m *Model) Facing() map[string]bool {
	flows := make([]Flow, len(m.Flows))
	for i, f := range m.Flows {
		flows[i] = f.Flow
	}
	return facing(m.Tiers, flows)
}

// facing returns whether each tier faces the internet, because of its kind or of a flow.
func facing(tiers []Tier, flows []Flow) map[string]bool {
	out := map[string]bool{}
	for _, t := range tiers {
		out[t.ID] = t.FacesInternet()
	}
	for _, f := range flows {
		if f.LetsInternetIn() {
			out[f.To.Text] = true
		}
	}
	return out
}
