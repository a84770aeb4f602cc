package tiers

// The interfaces below are the table of who may reach whom, in Go's types. They are sealed: only the types of this package
// are in them. The same table is internal/arch's, for everything that is not Go, and a test holds the two together.

// EdgeTarget is what an [EdgeTier] may reach: web and app tiers.
type EdgeTarget interface {
	Peer
	reachableFromEdgeTier()
}

// EdgeSource is what may reach an [EdgeTier]: the internet, blocks and prefix lists.
type EdgeSource interface {
	Peer
	reachesEdgeTier()
}

// WebTarget is what a [WebTier] may reach: web and app tiers, and the world outside.
type WebTarget interface {
	Peer
	reachableFromWebTier()
}

// WebSource is what may reach a [WebTier]: edge, web and bastion tiers.
type WebSource interface {
	Peer
	reachesWebTier()
}

// AppTarget is what an [AppTier] may reach: app and data tiers, and the world outside.
type AppTarget interface {
	Peer
	reachableFromAppTier()
}

// AppSource is what may reach an [AppTier]: edge, web, app and bastion tiers.
type AppSource interface {
	Peer
	reachesAppTier()
}

// DataTarget is what a [DataTier] may reach: data tiers.
type DataTarget interface {
	Peer
	reachableFromDataTier()
}

// DataSource is what may reach a [DataTier]: app, data and bastion tiers.
type DataSource interface {
	Peer
	reachesDataTier()
}

// BastionTarget is what a [BastionTier] may reach: web, app and data tiers.
type BastionTarget interface {
	Peer
	reachableFromBastionTier()
}

// BastionSource is what may reach a [BastionTier]: blocks and prefix lists.
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
