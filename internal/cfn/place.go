package cfn

// Places says what imports of one name are in stacks of different accounts and Regions, if the export was not read.
type Places uint8

const (
	// Auto is Apart if the accounts or Regions of two stacks are known to differ, and otherwise Together.
	Auto Places = iota
	// Together makes all imports of one name one value.
	Together
	// Apart makes imports of one name different values in stacks of different accounts or Regions, as AWS does: the name of an export is
	// unique in one account and Region. The names of these values then have the place.
	Apart
)

// KnowsPlaces reports whether the account or the Region of any stack is known.
func (a *Assembly) KnowsPlaces() bool {
	for _, s := range a.Stacks {
		if s.Account != "" || s.Region != "" {
			return true
		}
	}
	return false
}

// namePlaces sets the places of the top-level stacks, unless all places are treated as one.
func (l *loader) namePlaces() Places {
	places := l.options.Places
	if places == Auto {
		places = l.autoPlaces()
	}
	if places == Together {
		return Together
	}
	for _, s := range l.top {
		for _, text := range []string{s.stack.Account, s.stack.Region} {
			if text != "" {
				s.place = append(s.place, Value{Kind: Text, Text: text})
			}
		}
	}
	return Apart
}

// autoPlaces returns Apart if two stacks are known to be in different accounts or Regions.
func (l *loader) autoPlaces() Places {
	account, region := "", ""
	differs := func(found *string, text string) bool {
		if *found == "" {
			*found = text
		}
		return text != "" && text != *found
	}
	for _, s := range l.top {
		if differs(&account, s.stack.Account) || differs(&region, s.stack.Region) {
			return Apart
		}
	}
	return Together
}
