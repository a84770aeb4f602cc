package flowlog

import "strings"

// Symbol stands for a text, such as an interface's id, in the records of one worker. The zero Symbol is no text.
type Symbol uint32

// Symbols holds the texts of one worker.
type Symbols struct {
	numbers map[string]Symbol
	texts   []string
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
	if known, ok := s.numbers[string(text)]; ok {
		return known, true
	}
	if isAbsent(text) {
		return 0, true
	}
	if len(s.texts) >= maxSymbols {
		return 0, false
	}
	added := Symbol(len(s.texts))
	own := strings.Clone(string(text))
	s.texts = append(s.texts, own)
	s.numbers[own] = added
	return added, true
}
