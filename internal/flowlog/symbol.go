package flowlog

// Symbol stands for a text, such as an interface's id, in the records of one worker. The zero Symbol is no text.
type Symbol uint32

// Symbols holds the texts of one worker.
type Symbols struct {
	numbers map[string]Symbol
	texts   []string
	recent  [1024]Symbol // by the last letters; a short way to the symbols of busy interfaces
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
	last := text[max(0, len(text)-3):]
	place := 0
	for _, c := range last {
		place = place<<4 ^ int(c)
	}
	recent := &s.recent[place%len(s.recent)]
	if s.texts[*recent] == string(text) {
		return *recent, true
	}
	known, ok := s.find(text)
	if ok {
		*recent = known
	}
	return known, ok
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
