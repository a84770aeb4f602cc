package wiring

import (
	"encoding/json"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/gen/calls"
)

// Calls is the record of what calls say beyond the model. Packages that declare something add to it.
func (n *Network) Calls() *calls.Calls { return &n.calls }

// saidByCalls returns the record as tierwall.json has it. Constructs stand there by their paths, also those of other stacks.
func (n *Network) saidByCalls() json.RawMessage {
	if n.declared.Wrapped {
		n.recordVPC()
	}
	if name := *awscdk.Stack_Of(n.self).StackName(); !arch.IsToken(name) { // That of a nested stack is one.
		n.calls.StackName = name
	}
	known := map[string]string{}
	data, err := n.calls.JSON(func(text string) string {
		return token.ReplaceAllStringFunc(text, func(t string) string {
			if _, ok := known[t]; !ok {
				known[t] = n.pathOf(t)
			}
			return known[t]
		})
	})
	if err != nil {
		return nil // Every type of the record can be written.
	}
	return data
}

// pathOf returns the symbol of a token as a text has it: "${Shop/Bucket/Resource.Arn}". It does not make the symbol a part of the model.
func (n *Network) pathOf(token string) string {
	symbol, ok := n.symbols[token]
	if !ok {
		symbol = n.symbolOf(token)
	}
	if name, isPseudo := pseudoParameter(symbol); isPseudo {
		symbol = name
	}
	return "${" + strings.NewReplacer("{", "(", "}", ")").Replace(symbol) + "}"
}
