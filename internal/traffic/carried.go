package traffic

// Carried is the traffic that a control or a network lets through, as far as it is known.
type Carried struct {
	Sure  Set // surely passes
	Maybe Set // surely or possibly passes: everything else surely does not
}

// Surely returns what is carried if exactly t passes.
func Surely(t Set) Carried { return Carried{t, t} }

// Unrestricted returns what a control carries that lets everything through.
func Unrestricted() Carried { return Carried{everything, everything} }

// Unknown returns what is known of a control that cannot be read: everything may pass, and nothing surely does.
func Unknown() Carried { return Carried{Maybe: everything} }

// Union returns what passes either of two ways.
func (c Carried) Union(d Carried) Carried {
	return Carried{c.Sure.Union(d.Sure), c.Maybe.Union(d.Maybe)}
}

// Intersect returns what passes both of two controls.
func (c Carried) Intersect(d Carried) Carried {
	return Carried{c.Sure.Intersect(d.Sure), c.Maybe.Intersect(d.Maybe)}
}

// IsUnrestricted reports whether everything surely passes.
func (c Carried) IsUnrestricted() bool { return c.Sure.Equal(everything) }

// DoubtIf returns c with nothing sure if there is a reason for doubt, and c itself if the reason is empty.
func (c Carried) DoubtIf(reason string) Carried {
	if reason != "" {
		c.Sure = Set{}
	}
	return c
}
