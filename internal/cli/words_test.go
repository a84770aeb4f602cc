package cli

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ownWords says why a flag of a command has other words than the flag of that name elsewhere.
var ownWords = map[string]string{
	"draw --format":       "a picture has formats of its own",
	"draw --out":          "it writes to standard output if no file is named",
	"eject --force":       "it guards edits of a file that must exist",
	"firewall --name":     "it selects what is shown, and does not name a new architecture",
	"generate --force":    "it guards edits of files that belong to tierwall",
	"generate --format":   "it is the format of templates",
	"generate --out":      "it writes a folder",
	"import --name":       "it has a default, which the templates name",
	"plan --format":       "a plan has no findings, which SARIF is for",
	"report --for":        "it names standards, and not an architecture",
	"report --format":     "a page has formats of its own",
	"report --out":        "it is one page, which has a name of its own",
	"review --format":     "decisions are no findings, which SARIF is for",
	"show --format":       "an overview has no findings, which SARIF is for",
	"usage --against":     "it takes a whole assembly, or a file in its place",
	"usage --environment": "logs are of one environment",
	"usage --format":      "flows go into spreadsheets, which read CSV",
	"usage --network":     "logs are of one network",
	"usage --out":         "without --propose, there is no file",
	"why --format":        "one answer has no table for Markdown and no findings for SARIF",
}

// words is what the help says about a flag.
type words struct{ help, placeholder, enum string }

// model returns kong's model of the command.
func model(t *testing.T) *kong.Application {
	t.Helper()
	k, err := kong.New(&commands{}, kong.Name("tierwall"), kong.Vars{"templates": templatesHelp})
	require.NoError(t, err)
	return k.Model
}

// TestSameFlagSameWords compares the flags of all commands: one name has one help, placeholder, set of values and short letter.
func TestSameFlagSameWords(t *testing.T) {
	t.Parallel()
	said, letters := map[string]words{}, map[string]rune{}
	var exceptions []*kong.Flag
	var owners []string
	for _, command := range model(t).Children {
		for _, f := range command.Flags {
			if letter, ok := letters[f.Name]; ok {
				assert.Equal(t, strconv.QuoteRune(letter), strconv.QuoteRune(f.Short), "short letter of %s --%s", command.Name, f.Name)
			}
			letters[f.Name] = f.Short
			if id := command.Name + " --" + f.Name; ownWords[id] != "" {
				exceptions, owners = append(exceptions, f), append(owners, id)
				continue
			}
			if other, ok := said[f.Name]; ok {
				assert.Equal(t, other, wordsOf(f), "%s --%s", command.Name, f.Name)
			}
			said[f.Name] = wordsOf(f)
		}
	}
	assert.Len(t, exceptions, len(ownWords), "ownWords names flags that do not exist")
	for i, f := range exceptions {
		require.Contains(t, said, f.Name, "%s needs no exception", owners[i])
		assert.NotEqual(t, said[f.Name], wordsOf(f), "%s needs no exception", owners[i])
	}
}

func wordsOf(f *kong.Flag) words {
	return words{f.Help, f.FormatPlaceHolder(), f.Enum}
}

// TestShortLetterMeansOneFlag finds a letter that stands for another flag in another command.
func TestShortLetterMeansOneFlag(t *testing.T) {
	t.Parallel()
	m := model(t)
	meaning := map[rune]string{m.HelpFlag.Short: m.HelpFlag.Name}
	for _, command := range m.Children {
		for _, f := range command.Flags {
			if f.Short == 0 {
				continue
			}
			if other, ok := meaning[f.Short]; ok {
				assert.Equal(t, other, f.Name, "-%c of %s", f.Short, command.Name)
			}
			meaning[f.Short] = f.Name
		}
	}
}

// TestHelpIsComplete requires of each command when to use it, exit codes and two examples, and of each flag and argument a help that
// is a sentence and lists all values.
func TestHelpIsComplete(t *testing.T) {
	t.Parallel()
	example := regexp.MustCompile(`(?m)^    tierwall `)
	for _, command := range model(t).Children {
		assert.True(t, strings.HasPrefix(command.Detail, "Use it "), "%s: %q", command.Name, command.Detail)
		_, rest, found := strings.Cut(command.Detail, "\nExit codes:\n")
		assert.True(t, found, "exit codes of %s", command.Name)
		_, examples, _ := strings.Cut(rest, "\nExamples:\n")
		assert.Len(t, example.FindAllString(examples, -1), 2, "examples of %s", command.Name)
		values := command.Positional
		for _, f := range command.Flags {
			values = append(values, f.Value)
		}
		for _, v := range values {
			assert.True(t, strings.HasSuffix(v.Help, "."), "%s %s: %q", command.Name, v.Name, v.Help)
			for _, value := range v.EnumSlice() {
				assert.Contains(t, v.Help, value, "%s %s", command.Name, v.Name)
			}
		}
	}
}
