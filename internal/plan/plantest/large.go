package plantest

import (
	"fmt"
	"math/rand/v2"

	"github.com/tierwall/tierwall/internal/arch"
)

// Large makes an architecture of n tiers: a few edges, many web and app tiers that call each other, databases, a bastion, peers outside
// and endpoints. The same n gives the same architecture. Tiers of a kind share subnets, so that n tiers have addresses.
func Large(n int) arch.Architecture {
	l := large{random: rand.New(rand.NewPCG(uint64(n), 1)), of: map[arch.Kind][]arch.Peer{}}
	l.Network = Network()
	l.Network.RulesPerGroup, l.Network.Layout = 1000, arch.NestedStacks
	l.Network.Inspection = &arch.Inspection{Paths: arch.EgressPath}
	for i := range n {
		l.addTier(i, n)
	}
	for _, edge := range l.of[arch.Edge] {
		l.flow(Internet, edge, "https")
		l.some(edge, arch.Web, 1, 2+len(l.of[arch.Web])/4)
	}
	for _, web := range l.of[arch.Web] {
		l.some(web, arch.App, 1, 3)
	}
	for _, app := range l.of[arch.App] {
		l.some(app, arch.Data, 0, 2)
		if l.random.IntN(3) == 0 {
			l.some(app, arch.App, 1, 1)
		}
		l.outside(app)
	}
	for _, bastion := range l.of[arch.Bastion] {
		l.flow(Block("203.0.113.0/24"), bastion, "ssh")
		l.some(bastion, arch.App, 1, 2)
	}
	return l.Architecture
}

// large holds the making of one architecture.
type large struct {
	arch.Architecture
	random *rand.Rand
	of     map[arch.Kind][]arch.Peer
}

var names = map[arch.Kind]string{arch.Edge: "Balancer", arch.Web: "Web", arch.App: "App", arch.Data: "Data", arch.Bastion: "Bastion"}

// addTier adds the tier with number i of n.
func (l *large) addTier(i, n int) {
	kinds := []arch.Kind{arch.Edge, arch.App, arch.Data, arch.Web, arch.Bastion}
	kind := arch.App
	switch at := i * 100 / n; {
	case i < 3 || n >= 5 && i < len(kinds):
		kind = kinds[i]
	case at < 8:
		kind = arch.Edge
	case at < 32:
		kind = arch.Web
	case at >= 80:
		kind = arch.Data
	}
	t := arch.Tier{ID: fmt.Sprintf("%s%d", names[kind], len(l.of[kind])+1), Kind: kind}
	if len(l.of[kind]) > 0 {
		t.SharesWith = l.of[kind][0].Text
	}
	l.Tiers = append(l.Tiers, t)
	l.of[kind] = append(l.of[kind], arch.TierPeer(kind, t.ID))
}

func (l *large) flow(from, to arch.Peer, service string) {
	f := Flow(from, to, service)
	for _, known := range l.Flows {
		if known.From == from && known.To == to {
			return
		}
	}
	if from != to {
		l.Flows = append(l.Flows, f)
	}
}

// some adds flows from a tier to between least and most tiers of a kind.
func (l *large) some(from arch.Peer, kind arch.Kind, least, most int) {
	services := map[arch.Kind][]string{
		arch.Web: {"https"}, arch.App: {"tcp/8080", "https", "tcp/9090"}, arch.Data: {"postgresql", "redis", "mysql"},
	}
	for range least + l.random.IntN(most-least+1) {
		to := l.of[kind]
		if len(to) > 0 {
			i := l.random.IntN(len(to))
			l.flow(from, to[i], services[kind][i%len(services[kind])])
		}
	}
}

// outside adds what an app tier reaches outside.
func (l *large) outside(from arch.Peer) {
	switch l.random.IntN(5) {
	case 0:
		l.flow(from, Block([]string{"198.51.100.0/24", "192.0.2.0/24", "203.0.113.128/25"}[l.random.IntN(3)]), "https")
	case 1, 2:
		need := needs[4+l.random.IntN(3)]
		l.Grants = append(l.Grants, arch.Grant{Tier: from.Text, Use: "use", Needs: []arch.Need{need}})
	}
}
