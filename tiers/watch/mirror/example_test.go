package mirror_test

import (
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/watch/mirror"
)

func Example() {
	var shop *tiers.Network // from tiers.NewNetwork
	var app, ids *tiers.AppTier

	// Whatever no flow declares at this interface goes to the intrusion detection system.
	mirror.New(shop).Copy("Undeclared", &mirror.Props{
		Of: []mirror.Source{mirror.Interface(app, "eni-0123456789abcdef0")},
		To: mirror.ToInterface(ids, "eni-0fedcba9876543210"),
	})
}

func ExampleMirroring_Copy_chosen() {
	var mirroring *mirror.Mirroring // from mirror.New
	var app, ids *tiers.AppTier
	var db *tiers.DataTier

	// All packets between the application and the database, for a week of questions about performance.
	mirroring.Copy("Queries", &mirror.Props{
		Of:     []mirror.Source{mirror.Interface(app, "eni-0123456789abcdef0")},
		To:     mirror.ToInterface(ids, "eni-0fedcba9876543210"),
		Only:   []mirror.Flow{{From: app, To: db, Service: tiers.PostgreSQL}},
		Number: 2,
	})
}
