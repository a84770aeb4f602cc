package importer

import (
	"slices"
	"strings"
	"unicode"

	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/reach"
)

var (
	zoneInName = lazyregexp.New(`[a-z]{2}(-[a-z]+)+-[0-9][a-z]?\b`)
	// numberOfWord is the number of a zone at the end of a word: "web1", "web1a".
	numberOfWord = lazyregexp.New(`[0-9]+[a-z]?$`)
	dataSubnet   = lazyregexp.New(`^(data|database|db|rds|storage)$`)
)

// emptyWords say nothing about what is in a subnet or has a group.
var emptyWords = []string{
	"subnet", "subnets", "security", "group", "groups", "sg", "secgroup", "tier", "layer", "network", "net", "vpc", "az", "zone",
	"public", "private", "resource", "default", "one", "two", "three",
}

// bySubnetName looks for subnets whose names say what the group's name says: those with the same words, else those with all words of the
// group, else those of which the group has all words. Numbers count first, because those of zones mean nothing.
func (i *importer) bySubnetName(g *reach.Group, among []*reach.Subnet) ([]*reach.Subnet, string) {
	isData := isDataName(tierName(g))
	for _, numbered := range []bool{true, false} {
		group := words(tierName(g), numbered)
		if len(group) == 0 {
			return nil, ""
		}
		for _, fits := range []func(subnet []string) bool{
			func(subnet []string) bool { return strings.Join(group, "") == strings.Join(subnet, "") },
			func(subnet []string) bool { return hasAll(subnet, group) },
			func(subnet []string) bool { return hasAll(group, subnet) },
			func(subnet []string) bool { return isData && slices.ContainsFunc(subnet, dataSubnet.MatchString) },
		} {
			if out := i.subnetsNamed(among, numbered, fits); len(out) > 0 {
				return out, "its name and theirs say so"
			}
		}
	}
	return nil, ""
}

// subnetsNamed returns the subnets with a name whose words fit.
func (i *importer) subnetsNamed(among []*reach.Subnet, numbered bool, fits func(words []string) bool) []*reach.Subnet {
	var out []*reach.Subnet
	for _, s := range among {
		if slices.ContainsFunc(i.wordsOf(s, numbered), fits) {
			out = append(out, s)
		}
	}
	return out
}

// subnetName asks for the words of a subnet's names, with or without numbers.
type subnetName struct {
	subnet   *reach.Subnet
	numbered bool
}

// wordsOf returns the words of each name of a subnet: the logical id, the parts of the construct path, the tag Name. They are found once,
// because each group is compared with each subnet.
func (i *importer) wordsOf(s *reach.Subnet, numbered bool) [][]string {
	key := subnetName{s, numbered}
	out, known := i.subnetWords[key]
	if known {
		return out
	}
	names := append(strings.Split(s.Resource.Path, "/"), hashed.ReplaceAllString(s.Resource.ID, ""), lastPart(tag(s.Resource, "Name")))
	for _, name := range names {
		if w := words(name, numbered); len(w) > 0 {
			out = append(out, w)
		}
	}
	i.subnetWords[key] = out
	return out
}

func lastPart(name string) string { return name[strings.LastIndexAny(name, "/.")+1:] }

// words returns the words of a name that say something, in lower case.
func words(name string, numbered bool) []string {
	var out []string
	for _, w := range splitWords(zoneInName.ReplaceAllString(name, " ")) {
		w = strings.ToLower(w)
		short := numberOfWord.ReplaceAllString(w, "")
		if len(short) < 2 || slices.Contains(emptyWords, short) {
			continue
		}
		if !numbered {
			w = short
		}
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// splitWords splits a name at capital letters and at everything that is neither a letter nor a digit: "WebALBGroup-1" is Web, ALB, Group
// and 1.
func splitWords(name string) []string {
	var out []string
	word, all := "", []rune(name)
	for n, c := range all {
		isStart := unicode.IsUpper(c) && n > 0 && (!unicode.IsUpper(all[n-1]) || n+1 < len(all) && unicode.IsLower(all[n+1]))
		isPart := unicode.IsLetter(c) || unicode.IsDigit(c)
		if (isStart || !isPart) && word != "" {
			out, word = append(out, word), ""
		}
		if isPart {
			word += string(c)
		}
	}
	return append(out, word)
}

func hasAll(all, some []string) bool {
	return !slices.ContainsFunc(some, func(w string) bool { return !slices.Contains(all, w) })
}
