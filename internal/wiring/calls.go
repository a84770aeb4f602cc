package wiring

import (
	"encoding/json"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/gen/calls"
	"github.com/tierwall/tierwall/internal/gen/document"
)

// Calls is the record of what calls say beyond the model. Packages that declare something add to it.
func (n *Network) Calls() *calls.Calls { return &n.calls }

// Recorded returns the record of calls as tierwall.json has it. Constructs stand there by their paths, also those of other stacks.
func (n *Network) Recorded() json.RawMessage {
	if n.declared.Wrapped {
		n.recordVPC()
	}
	n.recordPlace()
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

// InFile returns a text as architecture.yaml has it: a literal, or the import of a value of another stack. ok is false for every other CDK
// token.
func (n *Network) InFile(text string) (said string, ok bool) {
	if !arch.IsToken(text) {
		return text, true
	}
	if export, ok := arch.ImportedExport(n.symbolOf(text)); ok {
		return document.ImportOf(export), true
	}
	return "", false
}

// AllInFile is InFile for a list. ok is false if it is for one of the texts.
func (n *Network) AllInFile(texts []string) (said []string, ok bool) {
	for _, text := range texts {
		one, ok := n.InFile(text)
		if !ok {
			return nil, false
		}
		said = append(said, one)
	}
	return said, true
}

// recordPlace records the name, the account and the Region of the network's stack, if they are known.
func (n *Network) recordPlace() {
	known := func(text string) string {
		if arch.IsToken(text) {
			return "" // The name of a nested stack is a token, and so are the account and the Region of a stack for every place.
		}
		return text
	}
	p := n.place
	n.calls.StackPath = p.StackPath
	n.calls.StackName, n.calls.Account, n.calls.Region = known(p.StackName), known(p.Account), known(p.Region)
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
	switch arn, _ := calls.WholeSecret(symbol); arn := arn.(type) {
	case string:
		return arn
	case map[string]any:
		if export, isImport := arn["Fn::ImportValue"].(string); isImport {
			symbol = arch.ImportValue(export)
		} else if path := n.secretOf(arn["Ref"]); path != "" {
			symbol = path
		}
	}
	return "${" + strings.NewReplacer("{", "(", "}", ")").Replace(symbol) + "}"
}

// secretOf returns the symbol of the secret with a logical id, as reference returns it; empty if the network's stack has none.
func (n *Network) secretOf(id any) string {
	stack := n.place.Stack
	for _, c := range *stack.Node().FindAll(constructs.ConstructOrder_PREORDER) {
		r, ok := c.(awscdk.CfnResource)
		if ok && *r.CfnResourceType() == "AWS::SecretsManager::Secret" && *stack.GetLogicalId(r) == id {
			return *r.Node().Path() + ".Ref"
		}
	}
	return ""
}
