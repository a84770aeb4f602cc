package app

import (
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
)

// holds returns the Go expression of classes of data.
func holds(classes []string) string {
	constants := map[string]string{
		arch.Cardholder: "tiers.Cardholder", arch.Personal: "tiers.Personal", arch.Secret: "tiers.Secret", arch.Public: "tiers.Public",
	}
	switch {
	case len(classes) == 0:
		return ""
	case len(classes) == 1 && constants[classes[0]] != "":
		return constants[classes[0]]
	}
	return strconv.Quote(strings.Join(classes, ","))
}

// policies writes which policies the network is held against.
func (g *generator) policies() {
	functions := map[string]string{
		arch.PCIDSS: "policy.PCIDSS()", arch.NoInternetNextToData: "policy.NoInternetNextToData()", arch.SensitiveData: "policy.SensitiveData()",
	}
	var all []string
	for _, name := range g.doc.Policies {
		all = append(all, g.word(name, functions))
	}
	if len(all) > 0 {
		g.current.blank()
		g.current.do(g.doc.Network.At, "s.Network.Require("+strings.Join(all, ", ")+")")
	}
}
