package plan

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// EntryKey is the traffic that an entry of a network ACL lets through, in one direction.
type EntryKey struct {
	Direction Direction
	Ports     arch.Ports    // From may be 0 for TCP and UDP; type and code for ICMP
	Block     address.Block // the source or destination
}

// Entry is one entry of a network ACL. All entries allow, and the rest is denied, so their order decides nothing.
type Entry struct {
	EntryKey
	// Number is its number in the ACL, the key by which EC2 tells the entries of a direction apart. It is derived from EntryKey.
	Number int
	// After are the numbers of entries of the same direction that must be in place before this one changes.
	After []int
}

// ID is the construct id of the entry under its ACL: "In-4711". It is a function of direction and number alone.
func (e Entry) ID() string { return EntryID(e.Direction, e.Number) }

// EntryID is the construct id of an entry with that number.
func EntryID(d Direction, number int) string {
	if d == Egress {
		return "Out-" + strconv.Itoa(number)
	}
	return "In-" + strconv.Itoa(number)
}

// ProtocolNumber is the number of the entry's protocol: an entry takes no names.
func (k EntryKey) ProtocolNumber() int { return k.Ports.Protocol.Number() }

// HasPorts reports whether the entry names ports.
func (k EntryKey) HasPorts() bool { return !k.IsICMP() && !k.Ports.IsAll() }

// IsICMP reports whether the entry's ports are an ICMP type and code.
func (k EntryKey) IsICMP() bool { return k.Ports.IsICMP() }

// contains reports whether k lets through all that l does.
func (k EntryKey) contains(l EntryKey) bool {
	return k.Direction == l.Direction && k.Ports.Contains(l.Ports) && k.Block.Contains(l.Block)
}

// compareKeys orders entries, narrower ports before wider ones with the same start.
func compareKeys(a, b EntryKey) int {
	return cmp.Or(cmp.Compare(a.Direction, b.Direction), a.Ports.Compare(b.Ports), a.Block.Compare(b.Block))
}

// withoutInner drops duplicates and entries that lie inside another one.
func withoutInner(keys []EntryKey) []EntryKey {
	keys = slices.Clone(keys)
	slices.SortFunc(keys, outerFirst)
	keys = slices.Compact(keys)
	lanes := map[lane][]reach{}
	blocks := map[address.Block]bool{}
	for _, k := range keys {
		lanes[laneOf(k)] = extend(lanes[laneOf(k)], spanOf(k.Ports))
		blocks[k.Block] = true
	}
	around := map[address.Block][]address.Block{} // the other blocks in use that contain a block
	for b := range blocks {
		for c := range blocks {
			if c != b && c.Contains(b) {
				around[b] = append(around[b], c)
			}
		}
	}
	all := slices.ContainsFunc(keys, func(k EntryKey) bool { return k.Ports.IsAll() })
	return slices.DeleteFunc(keys, func(k EntryKey) bool {
		l, s := laneOf(k), spanOf(k.Ports)
		if all && !k.Ports.IsAll() && isInAll(k, lanes, around[k.Block]) {
			return true
		}
		if covers(lanes[l], s, true) {
			return true
		}
		for _, b := range around[k.Block] {
			l.block = b
			if covers(lanes[l], s, false) {
				return true // Two entries cannot contain each other: equal ones were merged.
			}
		}
		return false
	})
}

// isInAll reports whether an entry for all protocols lets k through, for its own block or for one around it.
func isInAll(k EntryKey, lanes map[lane][]reach, around []address.Block) bool {
	for _, block := range append([]address.Block{k.Block}, around...) {
		if len(lanes[lane{k.Direction, arch.All, block}]) > 0 {
			return true
		}
	}
	return false
}

// span is a range of ports, or of ICMP types and codes as one number. It is no [traffic.PortSet]: an entry is dropped only if a single
// other entry contains it.
type span struct{ from, to int }

func spanOf(p arch.Ports) span {
	from, to := p.Range()
	return span{from, to}
}

// outerFirst orders entries so that one comes before those with the same peer that it contains.
func outerFirst(a, b EntryKey) int {
	s, t := spanOf(a.Ports), spanOf(b.Ports)
	return cmp.Or(cmp.Compare(a.Direction, b.Direction), cmp.Compare(a.Ports.Protocol, b.Ports.Protocol),
		cmp.Compare(s.from, t.from), cmp.Compare(t.to, s.to), a.Block.Compare(b.Block))
}

// lane is what entries have in common if they differ only in ports.
type lane struct {
	direction Direction
	protocol  arch.Protocol
	block     address.Block
}

func laneOf(k EntryKey) lane { return lane{k.Direction, k.Ports.Protocol, k.Block} }

// reach is a span of a lane, with the farthest end of it and the spans before it.
type reach struct {
	span
	farthest int
}

func extend(l []reach, s span) []reach {
	farthest := s.to
	if len(l) > 0 {
		farthest = max(farthest, l[len(l)-1].farthest)
	}
	return append(l, reach{s, farthest})
}

// covers reports whether a span of a lane contains s. The lane is in the order of outerFirst. If other is set, s itself does not
// count.
func covers(l []reach, s span, other bool) bool {
	end, _ := slices.BinarySearchFunc(l, s, func(r reach, s span) int {
		if r.from < s.from || r.from == s.from && (r.to > s.to || r.to == s.to && !other) {
			return -1
		}
		return 1
	})
	return end > 0 && l[end-1].farthest >= s.to
}

// lastNumber is the highest number of an entry that AWS accepts. AWS's own entry, which denies the rest, comes after it.
const lastNumber = 32766

// numbered gives the entries of one ACL and direction their numbers, from 1 to last, and sorts them by number.
//
// CloudFormation creates and updates before it deletes, and EC2 refuses a number that is taken. So an entry's number, which
// is its logical id, is a hash of what it lets through, its home: adding and removing others moves nothing. Where two have
// one home, the first in the order of their keys has it, and the other goes to the next number of its own sequence of
// hashes that is no home and not taken. A displaced entry's number thus depends on others, and updates are safe because:
//
//   - A new entry that takes a home, or any number, from another one displaces that to a later number of its sequence. The
//     resource with the number it leaves is updated in place, so it must wait until the other is there: every entry on a
//     number that a displaced one passed over comes After it. The displaced ones among themselves are placed in order and
//     homes first, so this makes no circle.
//   - When the holder of a home goes, the displaced entry moves back: the resource of the home is updated in place, and
//     the one it leaves is deleted last of all. Nothing waits for anything.
//   - Only if in the same update other entries come that take over what the home let through, as where exact subnets take
//     the place of a block, or a third entry takes the number that is left, is there no order between them. That takes a
//     collision, of which one network ACL in some hundred has any, and such an edit of just these entries; package upgrade
//     finds it.
func numbered(keys []EntryKey, last int) []Entry {
	keys = slices.Clone(keys)
	slices.SortFunc(keys, compareKeys)
	out := make([]Entry, len(keys))
	texts := make([]string, len(keys))
	at := map[int]int{} // number -> index of the entry that has it
	for i, k := range keys {
		texts[i] = k.hashed()
		out[i] = Entry{EntryKey: k, Number: number(texts[i], 0, last)}
		if _, taken := at[out[i].Number]; !taken {
			at[out[i].Number] = i
		}
	}
	for i := range out {
		if at[out[i].Number] == i {
			continue
		}
		passed := []int{out[i].Number}
		for attempt := 1; ; attempt++ {
			n := number(texts[i], attempt, last)
			if _, taken := at[n]; !taken {
				out[i].Number, at[n] = n, i
				break
			}
			passed = append(passed, n)
		}
		for _, n := range passed {
			holder := &out[at[n]]
			if !slices.Contains(holder.After, out[i].Number) {
				holder.After = append(holder.After, out[i].Number)
			}
		}
	}
	slices.SortFunc(out, func(a, b Entry) int { return cmp.Compare(a.Number, b.Number) })
	return out
}

// number is a text's number at an attempt.
func number(text string, attempt, last int) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(text)) // A hash takes everything.
	if attempt > 0 {
		_, _ = h.Write([]byte("#" + strconv.Itoa(attempt)))
	}
	return int(h.Sum32()%uint32(last)) + 1
}

// hashed is the text whose hash is an entry's number. It is identity: it never changes.
func (k EntryKey) hashed() string {
	block := k.Block.String()
	if k.Block.IsPart() {
		block = fmt.Sprintf("range %t/%d/%d", k.Block.IPv6, k.Block.Bits, k.Block.Index)
	}
	return fmt.Sprintf("%s %s/%d/%d %s", k.Direction, k.Ports.Protocol, k.Ports.From, k.Ports.To, block)
}
