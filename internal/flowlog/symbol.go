package flowlog

import "encoding/binary"

// Symbol stands for a text, such as an interface's id, in the records of one worker. The zero Symbol is no text.
type Symbol uint32

// Symbols holds the texts of one worker.
type Symbols struct {
	numbers map[string]Symbol
	texts   []string
	recent  [1 << recentBits]Symbol // by the last letters; a short way to the symbols of busy interfaces
}

// maxSymbols bounds the memory that texts take. A Region has 5,000 interfaces by default.
const maxSymbols = 1 << 18

func newSymbols() *Symbols {
	return &Symbols{numbers: map[string]Symbol{}, texts: []string{""}}
}

// Text returns the text of a symbol.
func (s *Symbols) Text(of Symbol) string { return s.texts[of] }

// of returns the symbol of a text. It reports false if there are too many texts.
func (s *Symbols) of(text []byte) (Symbol, bool) {
	if isAbsent(text) {
		return 0, true
	}
	recent := &s.recent[placeOf(text)]
	if s.texts[*recent] == string(text) {
		return *recent, true
	}
	known, ok := s.find(text)
	if ok {
		*recent = known
	}
	return known, ok
}

// recentBits is the number of bits of a place in the recent symbols.
const recentBits = 11

// placeOf returns the place of a text in the recent symbols: a hash of its last eight letters.
func placeOf(text []byte) uint64 {
	var last uint64
	if len(text) >= 8 {
		last = binary.LittleEndian.Uint64(text[len(text)-8:])
	} else {
		for _, c := range text {
			last = last<<8 | uint64(c)
		}
	}
	return last * 0x9e3779b97f4a7c15 >> (64 - recentBits)
}

// find finds the symbol of a text, or makes one.
func (s *Symbols) find(text []byte) (Symbol, bool) {
	if known, ok := s.numbers[string(text)]; ok {
		return known, true
	}
	if len(s.texts) >= maxSymbols {
		return 0, false
	}
	added, own := Symbol(len(s.texts)), string(text)
	s.texts = append(s.texts, own)
	s.numbers[own] = added
	return added, true
}
