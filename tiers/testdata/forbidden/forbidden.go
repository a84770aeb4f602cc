// Package forbidden holds flows that must not compile. Each line says what the compiler answers.
package forbidden

import "github.com/tierwall/tierwall/tiers"

type mine struct{ tiers.WebTarget }

func wire(lb *tiers.EdgeTier, web *tiers.WebTier, app *tiers.AppTier, db *tiers.DataTier, bastion *tiers.BastionTier) {
	lb.AllowTo(db, tiers.MySQL)                                   // want "*tiers.DataTier does not implement tiers.EdgeTarget (missing method reachableFromEdgeTier)"
	lb.AllowTo(tiers.Internet, tiers.HTTPS)                       // want "tiers.InternetPeer does not implement tiers.EdgeTarget"
	lb.AllowTo(bastion, tiers.SSH)                                // want "*tiers.BastionTier does not implement tiers.EdgeTarget"
	lb.AllowFrom(web, tiers.HTTPS)                                // want "*tiers.WebTier does not implement tiers.EdgeSource (missing method reachesEdgeTier)"
	web.AllowTo(db, tiers.MySQL)                                  // want "*tiers.DataTier does not implement tiers.WebTarget (missing method reachableFromWebTier)"
	web.AllowTo(lb, tiers.HTTPS)                                  // want "*tiers.EdgeTier does not implement tiers.WebTarget"
	web.AllowFrom(tiers.Internet, tiers.HTTPS)                    // want "tiers.InternetPeer does not implement tiers.WebSource"
	web.AllowFrom(app, tiers.HTTPS)                               // want "*tiers.AppTier does not implement tiers.WebSource"
	app.AllowTo(web, tiers.HTTPS)                                 // want "*tiers.WebTier does not implement tiers.AppTarget"
	app.AllowFrom(tiers.CIDR("10.0.0.0/8"), tiers.HTTPS)          // want "tiers.BlockPeer does not implement tiers.AppSource"
	db.AllowTo(app, tiers.HTTPS)                                  // want "*tiers.AppTier does not implement tiers.DataTarget"
	db.AllowTo(tiers.Internet, tiers.HTTPS)                       // want "tiers.InternetPeer does not implement tiers.DataTarget"
	db.AllowFrom(web, tiers.MySQL)                                // want "*tiers.WebTier does not implement tiers.DataSource"
	db.AllowFrom(tiers.PrefixList("pl-12345678", 1), tiers.MySQL) // want "tiers.PrefixListPeer does not implement tiers.DataSource"
	bastion.AllowTo(lb, tiers.SSH)                                // want "*tiers.EdgeTier does not implement tiers.BastionTarget"
	bastion.AllowFrom(tiers.Internet, tiers.SSH)                  // want "tiers.InternetPeer does not implement tiers.BastionSource"
	web.AllowTo("10.0.0.0/8", tiers.HTTPS)                        // want "does not implement tiers.WebTarget"
	web.AllowTo(app, 8080)                                        // want "cannot use 8080"
	db.AllowTo(mine{}, tiers.MySQL)                               // want "mine does not implement tiers.DataTarget"
}
