package document

// For the tests that generate apps, which import this package.
var (
	GoPlaces  = goPlaces
	PlaceOfGo = func(name string) (by string, ok bool) { p, ok := placeOfGo(name); return p.by, ok }
	Surface   = surface
)
