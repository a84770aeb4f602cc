package wiring

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// operand returns a value, which may be a CDK token, in the model's terms. The text of a token changes from run to run, so its symbol names
// the construct that it refers to.
func (n *Network) operand(text string) arch.Operand {
	if !arch.IsToken(text) {
		return arch.Operand{Text: text}
	}
	if n.symbols == nil {
		n.symbols, n.tokens = map[string]string{}, map[string]string{}
	}
	symbol, ok := n.symbols[text]
	if !ok {
		symbol = n.symbolOf(text)
		n.symbols[text] = symbol
		n.tokens[symbol] = text
	}
	return arch.Operand{Text: symbol, Symbolic: true}
}

// symbolOf returns the symbol of a token: what the token refers to, "Base/Group/Resource.GroupId", or the resolved expression if the token
// is not exactly one reference.
func (n *Network) symbolOf(token string) string {
	if ref := reference(token); ref != nil {
		return *ref.Target().Node().Path() + "." + *ref.DisplayName()
	}
	text, err := json.Marshal(n.place.Stack.Resolve(&token))
	if err != nil {
		return strings.ToValidUTF8(err.Error(), "")
	}
	return string(text)
}

// pseudoParameter returns the name of the pseudo parameter that a symbol stands for: "AWS::Region". ok is false for other symbols.
func pseudoParameter(symbol string) (name string, ok bool) {
	var expression struct{ Ref string }
	err := json.Unmarshal([]byte(symbol), &expression)
	return expression.Ref, err == nil && strings.HasPrefix(expression.Ref, "AWS::")
}

// reference returns the reference in a token, or nil if the token is not exactly one reference.
func reference(token string) awscdk.Reference {
	if !arch.IsToken(token) {
		return nil
	}
	fragments := awscdk.Tokenization_ReverseString(&token)
	if *fragments.Length() != 1 {
		return nil
	}
	first := fragments.FirstToken()
	if first == nil || !*awscdk.Reference_IsReference(first) {
		return nil
	}
	var ref awscdk.Reference
	jsii.UnsafeCast(first, &ref)
	return ref
}

// literal returns the value to emit for an operand: the operand itself, the token of a symbol, or a part of the VPC's range.
func (n *Network) literal(o arch.Operand) *string {
	if !o.Symbolic {
		return new(o.Text)
	}
	if token, ok := n.tokens[o.Text]; ok {
		return &token
	}
	part, ok := address.PartOf(n.plan.Model, o)
	if !ok {
		panic(fmt.Errorf("the operand %q is unknown", o.Text)) // Recovered in Visit.
	}
	return n.part(part)
}

// part returns a part of the VPC's range of IPv4 addresses, which is known only at deployment.
func (n *Network) part(p address.Part) *string {
	if p.Bits == n.plan.Model.Network.Bits {
		return n.vpcRange()
	}
	return n.own.cut(n.vpcRange(), p.Index, p.Index+1, 32-p.Bits)
}

// part6 returns a part of the VPC's /56 range, which Amazon assigns.
func (n *Network) part6(p address.Part) *string {
	if p.Bits == 56 {
		return n.own.ipv6Range
	}
	return n.own.cut(n.own.ipv6Range, p.Index, p.Index+1, 128-p.Bits)
}
