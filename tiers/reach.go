package tiers

// The interfaces below state, as Go types, who may reach whom. They are sealed: only types of this package implement them. Package arch
// has the same table for everything that is not Go, and a test compares the two.

// EdgeTarget is a peer that an [EdgeTier] may reach: a web or app tier.
type EdgeTarget interface {
	Peer
	reachableFromEdgeTier()
}

// EdgeSource is a peer that may reach an [EdgeTier]: the internet, a block or a prefix list.
type EdgeSource interface {
	Peer
	reachesEdgeTier()
}

// WebTarget is a peer that a [WebTier] may reach: a web or app tier, the internet, a block, a prefix list or a domain.
type WebTarget interface {
	Peer
	reachableFromWebTier()
}

// WebSource is a peer that may reach a [WebTier]: an edge, web or bastion tier.
type WebSource interface {
	Peer
	reachesWebTier()
}

// AppTarget is a peer that an [AppTier] may reach: an app or data tier, the internet, a block, a prefix list or a domain.
type AppTarget interface {
	Peer
	reachableFromAppTier()
}

// AppSource is a peer that may reach an [AppTier]: an edge, web, app or bastion tier.
type AppSource interface {
	Peer
	reachesAppTier()
}

// DataTarget is a peer that a [DataTier] may reach: a data tier.
type DataTarget interface {
	Peer
	reachableFromDataTier()
}

// DataSource is a peer that may reach a [DataTier]: an app, data or bastion tier.
type DataSource interface {
	Peer
	reachesDataTier()
}

// BastionTarget is a peer that a [BastionTier] may reach: a web, app or data tier.
type BastionTarget interface {
	Peer
	reachableFromBastionTier()
}

// BastionSource is a peer that may reach a [BastionTier]: a block or a prefix list.
type BastionSource interface {
	Peer
	reachesBastionTier()
}

func (*EdgeTier) reachesWebTier() {}
func (*EdgeTier) reachesAppTier() {}

func (*WebTier) reachesWebTier()           {}
func (*WebTier) reachesAppTier()           {}
func (*WebTier) reachableFromEdgeTier()    {}
func (*WebTier) reachableFromWebTier()     {}
func (*WebTier) reachableFromBastionTier() {}

func (*AppTier) reachesAppTier()           {}
func (*AppTier) reachesDataTier()          {}
func (*AppTier) reachableFromEdgeTier()    {}
func (*AppTier) reachableFromWebTier()     {}
func (*AppTier) reachableFromAppTier()     {}
func (*AppTier) reachableFromBastionTier() {}

func (*DataTier) reachesDataTier()          {}
func (*DataTier) reachableFromAppTier()     {}
func (*DataTier) reachableFromDataTier()    {}
func (*DataTier) reachableFromBastionTier() {}

func (*BastionTier) reachesWebTier()  {}
func (*BastionTier) reachesAppTier()  {}
func (*BastionTier) reachesDataTier() {}

func (InternetPeer) reachesEdgeTier()      {}
func (InternetPeer) reachableFromWebTier() {}
func (InternetPeer) reachableFromAppTier() {}

func (BlockPeer) reachesEdgeTier()      {}
func (BlockPeer) reachesBastionTier()   {}
func (BlockPeer) reachableFromWebTier() {}
func (BlockPeer) reachableFromAppTier() {}

func (DomainPeer) reachableFromWebTier() {}
func (DomainPeer) reachableFromAppTier() {}

func (PrefixListPeer) reachesEdgeTier()      {}
func (PrefixListPeer) reachesBastionTier()   {}
func (PrefixListPeer) reachableFromWebTier() {}
func (PrefixListPeer) reachableFromAppTier() {}
