package usage

import "github.com/tierwall/tierwall/internal/flowlog"

// used counts the accepted records of declared flows at one interface. Nearly all records are of this kind, and an interface has few
// different ones, so they are in a short list instead of the map of all tallies.
type used struct {
	keys   []usedKey
	counts []Traffic
	places map[usedKey]int // of keys, if there are many
}

// usedKey is a key of accepted traffic of declared flows, in one number: the match, and what else differs at one interface.
type usedKey uint64

// fewKeys is how many keys are searched one after the other.
const fewKeys = 24

func (k *key) used() usedKey {
	out := usedKey(k.match)<<32 | usedKey(k.sides)<<8 | usedKey(k.direction)<<4
	if k.kind == reply {
		out |= 1
	}
	return out
}

// key returns what the number stands for, at an interface.
func (k usedKey) key(iface flowlog.Symbol) key {
	out := key{
		match: matchNumber(k >> 32), sides: bySource(k >> 8 & 0xf), direction: flowlog.Direction(k >> 4 & 0xf),
		iface: int32(iface), kind: request,
	}
	if k&1 != 0 {
		out.kind, out.back = reply, true
	}
	return out
}

// of returns the counts of a key.
func (u *used) of(k usedKey) *Traffic {
	if u.places != nil {
		if at, ok := u.places[k]; ok {
			return &u.counts[at]
		}
	} else {
		for i, known := range u.keys {
			if known == k {
				return &u.counts[i]
			}
		}
	}
	u.keys, u.counts = append(u.keys, k), append(u.counts, Traffic{})
	if len(u.keys) > fewKeys {
		if u.places == nil {
			u.places = map[usedKey]int{}
			for i, known := range u.keys {
				u.places[known] = i
			}
		}
		u.places[k] = len(u.keys) - 1
	}
	return &u.counts[len(u.counts)-1]
}
